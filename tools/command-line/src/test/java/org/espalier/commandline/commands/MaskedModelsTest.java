package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.RunFolder;
import org.espalier.graphs.Model;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single weights are masked, from the command line on, in models of ours and of others. */
class MaskedModelsTest {
  private static final String DATA = TrainedModels.DATA + " --threads 1";

  @TempDir static Path shared;

  @TempDir Path folder;

  private static Path run;
  private static Path serving;

  @BeforeAll
  static void make() {
    run = shared.resolve("run");
    serving = shared.resolve("serving/1");
    assertThat(TrainedModels.train(run).code()).isZero();
    assertThat(UserOfEspalier.types("export " + run + " --to " + serving.getParent()).code())
        .isZero();
  }

  private String fill(String line) {
    return line.replace("RUN", run.toString())
        .replace("SERVING", serving.toString())
        .replace("NEW", folder.resolve("new").toString());
  }

  private JsonNode json(String line) {
    return UserOfEspalier.types(fill(line) + " --json").json();
  }

  /** Every method, on a run and on a SavedModel, with the share of weights that stays. */
  @ParameterizedTest
  @CsvSource({
    "RUN, magnitude --scope global --ratio 0.8",
    "SERVING, magnitude --scope global --ratio 0.8",
    "RUN, magnitude --kernels all --ratio 0.8",
    "SERVING, lamp --scope global --ratio 0.8",
    "RUN, snip --scope global --sample-images 20 --ratio 0.8",
    "SERVING, snip --scope global --sample-images 20 --ratio 0.8",
    "RUN, random-weights --like lamp --like.kernels all --scope global --seed 3 --ratio 0.8",
    "SERVING, n-m --m 2 --ratio 0.5"
  })
  void everyMethodMasks(String model, String method) {
    JsonNode told = json("prune " + model + " --out NEW --method " + method + DATA);
    assertThat(told.path("macs").asLong()).isEqualTo(told.path("macsBefore").asLong());
    long left = told.at("/effective/macs").asLong();
    assertThat((double) left / told.path("macs").asLong()).isBetween(0.05, 0.7);
    assertThat(told.at("/effectiveBefore/macs").asLong()).isEqualTo(told.path("macs").asLong());
    Model masked = ModelFolder.load(folder.resolve("new"));
    assertThat(masked.masks()).isNotEmpty();
    assertThat(masked.silenced().weights()).isEqualTo(masked.weights());
  }

  @Test
  void whatIsToldOfAMaskedModelIsWhatIsLeft() {
    String prune = "prune RUN --method magnitude --scope global --ratio 0.8 --out NEW" + DATA;
    assertThat(UserOfEspalier.types(fill(prune)).out()).contains("not masked: parameters");
    PrunedFile file = PrunedFile.find(folder.resolve("new")).orElseThrow();
    Model masked = ModelFolder.load(folder.resolve("new"));
    JsonNode b = json("scratch NEW --budget b --out NEW-b" + DATA);
    assertThat(b.path("epochs").asInt())
        .isEqualTo((int) ((double) file.parentFlops() / file.spent().flops()));
    assertThat(b.at("/effective/flops").asLong()).isEqualTo(file.spent().flops());
    assertThat(ModelFolder.load(folder.resolve("new-b")).masks()).isEqualTo(masked.masks());
    JsonNode large = json("scratch NEW --budget b --large RUN --out NEW-l" + DATA);
    assertThat(large.path("epochs").asInt()).isEqualTo(b.path("epochs").asInt());
    JsonNode dense = json("scratch NEW --budget e --fresh-scale dense --out NEW-d" + DATA);
    JsonNode density = json("scratch NEW --budget e --out NEW-e" + DATA);
    assertThat(dense.path("weightsDigest")).isNotEqualTo(density.path("weightsDigest"));
    JsonNode again = json("prune NEW --method magnitude --scope global --ratio 0.5 --out NEW-2");
    assertThat(again.at("/effectiveBefore")).isEqualTo(b.at("/effective"));
    JsonNode smaller =
        json("rewrite NEW-2 --pass remove-empty-channels,inference-form --to NEW-small");
    assertThat(smaller.path("moved").asDouble()).isLessThan(1e-5);
  }

  /** A model of others keeps its masks through training and export. */
  @Test
  void masksOfAnImportedModelHold() {
    json("prune SERVING --method magnitude --scope global --ratio 0.8 --out NEW" + DATA);
    json("finetune NEW --fine-tune-epochs 1 --batch-size 20 --out NEW-tuned" + DATA);
    Model masked = ModelFolder.load(folder.resolve("new"));
    Model tuned = ModelFolder.load(folder.resolve("new-tuned"));
    assertThat(tuned.masks()).isEqualTo(masked.masks());
    assertThat(tuned.weights()).isNotEqualTo(masked.weights());
    assertThat(tuned.silenced().weights()).isEqualTo(tuned.weights());
    json("export NEW-tuned --to NEW-served");
    Path served = folder.resolve("new-served/1");
    JsonNode parameters = json("inspect " + served).path("parameters");
    assertThat(parameters.findValuesAsText("kind")).contains("conv-kernel").doesNotContain("mask");
  }

  /** What made the training sparse is over when its network is trained on; its masks stay. */
  @Test
  void masksGrowDuringATraining() {
    JsonNode told =
        json(
            "train --architecture resnet8 --width 0.125 --out NEW --batch-size 20 --epochs 2"
                + " --interventions gradual-magnitude(final-sparsity=0.9,end=5it,every=1it)"
                + DATA);
    assertThat((double) told.at("/effective/macs").asLong() / told.path("macs").asLong())
        .isBetween(0.09, 0.12);
    Model grown = ModelFolder.load(folder.resolve("new"));
    assertThat(grown.masks()).hasSize(7);
    JsonNode b = json("scratch NEW --budget b --out NEW-b" + DATA);
    assertThat(b.path("epochs").asInt())
        .isEqualTo(
            (int) (2 * told.path("flops").asDouble() / told.at("/effective/flops").asDouble()));
    json("finetune NEW --fine-tune-epochs 1 --out NEW-tuned" + DATA);
    for (String after : List.of("new-b", "new-tuned")) {
      Path made = folder.resolve(after);
      assertThat(ModelFolder.load(made).masks()).isEqualTo(grown.masks());
      assertThat(new RunFolder(made).description().orElseThrow().settings())
          .containsEntry("interventions", List.of())
          .containsEntry("batch-size", 20L);
    }
  }

  @Test
  void whatMakesNoSenseIsToldInASentence() {
    for (String wrong :
        List.of(
            "--method lamp --ratio 0.5",
            "--method magnitude --preset resnet56-a",
            "--method magnitude --ratio 0.5 --coupled",
            "--method n-m --ratio 0.3",
            "--method snip --scope global --ratio 0.5")) {
      UserOfEspalier.Outcome refused = UserOfEspalier.types(fill("prune RUN --out NEW ") + wrong);
      assertThat(refused.code()).as(wrong).isEqualTo(2);
      assertThat(folder.resolve("new")).doesNotExist();
    }
  }
}
