package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that was made for one scaling of pixels is not fed another without a word. */
@Tag("slow")
class PixelScalingTest {
  private static final String DATA =
      " --dataset fashion-mnist-small --train-images 300 --test-images 100 --threads 1";

  @TempDir static Path shared;

  private static Path run;
  private static Path serving;
  private static JsonNode trained;

  @TempDir Path folder;

  /** On bytes as they are, so that any other scaling is far off. */
  @BeforeAll
  static void make() {
    run = shared.resolve("run");
    serving = shared.resolve("serving");
    trained =
        UserOfEspalier.types(
                "train --architecture resnet8 --width 0.25 --epochs 6 --learning-rate 0.1 --batch-size 10"
                    + " --augmentation none --scaling none --json --out "
                    + run
                    + DATA)
            .json();
    UserOfEspalier.types("export " + run + " --to " + serving + " --json").json();
  }

  private static UserOfEspalier.Outcome evaluate(Path model, String more) {
    return UserOfEspalier.types("evaluate " + model + DATA + " --json " + more);
  }

  /** A SavedModel as others write it: nothing stands beside it. */
  private Path foreign() throws IOException {
    Path copy = folder.resolve("foreign");
    Path from = serving.resolve("1");
    Files.createDirectories(copy.resolve("variables"));
    Files.copy(from.resolve("saved_model.pb"), copy.resolve("saved_model.pb"));
    for (String name : new String[] {"variables.index", "variables.data-00000-of-00001"}) {
      Files.copy(from.resolve("variables/" + name), copy.resolve("variables/" + name));
    }
    return copy;
  }

  @Test
  void aRunAndItsExportKnowTheirScaling() throws IOException {
    double accuracy = trained.path("accuracy").asDouble();
    assertThat(trained.path("scaling").asText()).isEqualTo("none");
    assertThat(accuracy).as("it has learnt something").isGreaterThan(0.3);
    for (Path model : new Path[] {run, serving.resolve("1")}) {
      UserOfEspalier.Outcome outcome = evaluate(model, "");
      assertThat(outcome.json().path("accuracy").asDouble()).isEqualTo(accuracy);
      assertThat(outcome.json().path("scaling").asText()).isEqualTo("none");
      assertThat(outcome.err())
          .contains("pixels are scaled: none, as in")
          .doesNotContain("loss on");
    }
    JsonNode beside =
        new ObjectMapper().readTree(serving.resolve("1/assets.extra/espalier.json").toFile());
    assertThat(beside.path("scaling").asText()).isEqualTo("none");
    assertThat(beside.at("/dataDeviation/0").asDouble()).isEqualTo(1 / 255.0, within());
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.api.Assertions.within(1e-9);
  }

  @Test
  void anotherScalingIsDoneAndDoubted() {
    UserOfEspalier.Outcome outcome = evaluate(run, "--scaling unit");
    assertThat(outcome.json().path("scaling").asText()).isEqualTo("unit");
    assertThat(outcome.err()).contains("it was made for pixels scaled: none, as in " + run);
  }

  @Test
  void whereNothingTellsTheLossDoes() throws IOException {
    UserOfEspalier.Outcome standard = evaluate(foreign(), "");
    assertThat(standard.json().path("scaling").asText()).isEqualTo("standard");
    assertThat(standard.err())
        .contains("nothing tells what it was made for")
        .containsPattern(
            "its loss on 100 test images is [\\d.]+ on this scaling of pixels and [\\d.]+ with --scaling none");
    UserOfEspalier.Outcome right = evaluate(folder.resolve("foreign"), "--scaling none");
    assertThat(right.json().path("accuracy").asDouble())
        .isEqualTo(trained.path("accuracy").asDouble());
    assertThat(right.err()).contains("pixels scaled: none").doesNotContain("loss on", "made for");
  }

  /** What is pruned and trained on keeps it. */
  @Test
  void theScalingGoesWithTheModel() throws IOException {
    Path small = folder.resolve("small");
    JsonNode pruned =
        UserOfEspalier.types("prune " + run + " --ratio 0.2 --json --out " + small + DATA).json();
    assertThat(pruned.path("accuracyBefore").asDouble())
        .isEqualTo(trained.path("accuracy").asDouble());
    Path tuned = folder.resolve("tuned");
    UserOfEspalier.types("finetune " + small + " --fine-tune-epochs 1 --json --out " + tuned + DATA)
        .json();
    JsonNode described = new ObjectMapper().readTree(tuned.resolve("run.json").toFile());
    assertThat(described.at("/settings/scaling").asText()).isEqualTo("none");
    assertThat(described.at("/dataDeviation/0").asDouble()).isEqualTo(1 / 255.0, within());
  }
}
