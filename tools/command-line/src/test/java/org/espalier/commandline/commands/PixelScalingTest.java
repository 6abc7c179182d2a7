package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.Espalier;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Model;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** A model that was made for one scaling of pixels is not fed another without a word. */
@Tag("slow")
class PixelScalingTest {
  private static final String TEST = " --dataset fashion-mnist-small --test-images 100 --threads 1";

  private static final String DATA = TEST + " --train-images 300";

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
    return UserOfEspalier.types("evaluate " + model + TEST + " --json " + more);
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
    assertThat(beside.at("/dataDeviation/0").asDouble()).isEqualTo(1 / 255.0, within(1e-9));
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
    assertThat(right.err()).doesNotContain("loss on", "made for");
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
    assertThat(described.at("/dataDeviation/0").asDouble()).isEqualTo(1 / 255.0, within(1e-9));
  }

  /** It scales them as in training: fed bytes as they are, it scores what the run scored. */
  @Test
  void anExportMayTakePixels() {
    Path standard = folder.resolve("standard");
    assertThat(TrainedModels.train(standard).code()).isZero();
    Path model = folder.resolve("pixels");
    JsonNode told =
        UserOfEspalier.types("export " + standard + " --to " + model + " --pixels --json").json();
    assertThat(told.path("inputs").toString()).isEqualTo("[\"images\"]");
    Model read = Espalier.create().read(model.resolve("1"));
    NodeDef input = read.network().graph().node(read.network().images().node());
    assertThat(Attributes.type(input, "dtype")).isEqualTo(DataType.DT_UINT8);
    Dataset data = Espalier.create().dataset("fashion-mnist-small");
    ImageSet test = (ImageSet) data.test().take(50);
    float[] bytes = new float[test.pixels().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = test.pixels()[i] & 0xff;
    }
    ShapedArray served =
        Espalier.create().predict(read, new ShapedArray(Shape.of(test.size(), 28, 28, 1), bytes));
    for (int i = 0; i < bytes.length; i++) {
      Normalisation scaling = data.normalisation();
      bytes[i] = (bytes[i] / 255 - scaling.mean()[0]) / scaling.std()[0];
    }
    ShapedArray trained =
        Espalier.create()
            .predict(
                Espalier.create().read(standard),
                new ShapedArray(Shape.of(test.size(), 28, 28, 1), bytes));
    for (int i = 0; i < trained.values().length; i++) {
      assertThat(served.values()[i]).isCloseTo(trained.values()[i], offset(1e-3f));
    }
    UserOfEspalier.Outcome refused =
        UserOfEspalier.types("export " + model.resolve("1") + " --pixels --to " + folder + "/no");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("does not tell how pixels were scaled");
  }
}
