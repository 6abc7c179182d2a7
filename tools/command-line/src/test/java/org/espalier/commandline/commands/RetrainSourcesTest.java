package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code finetune}, {@code scratch} and {@code train --from} start from, and with what. */
@Tag("slow")
class RetrainSourcesTest {
  private static final String DATA = TrainedModels.DATA + " --threads 1";

  @TempDir static Path shared;

  private static Path run;
  private static Path small;
  private static Path serving;
  private static Path comparison;

  @TempDir Path folder;

  @BeforeAll
  static void make() throws IOException {
    run = shared.resolve("run");
    small = shared.resolve("small");
    serving = shared.resolve("serving/1");
    comparison = shared.resolve("comparison");
    assertThat(TrainedModels.train(run).code()).isZero();
    assertThat(TrainedModels.prune(run, small).code()).isZero();
    assertThat(UserOfEspalier.types("export " + small + " --to " + serving.getParent()).code())
        .isZero();
    TrainedModels.comparison(shared);
    assertThat(TrainedModels.compare(shared, "--seeds 1", comparison).code()).isZero();
  }

  private JsonNode json(String line) {
    return UserOfEspalier.types(fill(line) + " --json").json();
  }

  private String fill(String line) {
    return line.replace("SMALL", small.toString())
        .replace("SERVING", serving.toString())
        .replace("ARM", comparison.resolve("seed-1/pruned").toString())
        .replace("RUN", run.toString())
        .replace("NEW", folder.resolve("new").toString());
  }

  private JsonNode runJson() throws IOException {
    return runJson("new");
  }

  private JsonNode runJson(String run) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(run).resolve("run.json").toFile());
  }

  private static String digest(Path model) {
    return Digests.of(ModelFolder.load(model).weights());
  }

  /** As many epochs as the network before the cut could have had for that computation. */
  private static int scratchB(Path pruned, int epochs) {
    PrunedFile cut = PrunedFile.find(pruned).orElseThrow();
    return (int) (epochs * (double) cut.parentFlops() / cut.flops());
  }

  /** Of a prune folder and of an arm of a comparison: the recipe of the network before the cut. */
  @ParameterizedTest
  @CsvSource({"SMALL, 1", "ARM, 2"})
  void aPrunedModelIsTrainedOnByTheRecipeOfItsParent(String model, int epochs) throws IOException {
    Path path = Path.of(fill(model));
    JsonNode fine = json("finetune " + model + " --fine-tune-epochs 1 --out NEW" + DATA);
    assertThat(fine.path("macs").asLong())
        .isEqualTo(json("inspect " + model).at("/totals/macs").asLong());
    JsonNode description = runJson();
    assertThat(description.path("startDigest").asText()).isEqualTo(digest(path));
    assertThat(description.at("/settings/batch-size").asInt()).as("the parent's").isEqualTo(20);
    assertThat(description.at("/settings/epochs").asInt()).isEqualTo(1);
    JsonNode scratch = json("scratch " + model + " --budget e --out NEW-e" + DATA);
    assertThat(scratch.path("epochs").asInt()).isEqualTo(epochs);
    assertThat(runJson("new-e").path("startDigest").asText()).isNotEqualTo(digest(path));
    JsonNode b = json("scratch " + model + " --budget b --out NEW-b" + DATA);
    assertThat(b.path("epochs").asInt()).isEqualTo(scratchB(path, epochs));
  }

  /** Nothing tells how it was trained or what it was before, so the user does. */
  @Test
  void aSavedModelIsTrainedOnToo() throws IOException {
    UserOfEspalier.Outcome fine =
        UserOfEspalier.types(
            fill("finetune SERVING --fine-tune-epochs 1 --batch-size 20 --json --out NEW") + DATA);
    assertThat(fine.json().path("epochs").asInt()).isEqualTo(1);
    assertThat(fine.err()).contains("recipe: the default where no option says another");
    String scratch = "scratch SERVING --budget b --epochs 4 --batch-size 20 --out NEW-b" + DATA;
    UserOfEspalier.Outcome refused = UserOfEspalier.types(fill(scratch));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("give --large, the network before the cut");
    assertThat(folder.resolve("new-b")).doesNotExist();
    JsonNode pruned = json("inspect SERVING").path("totals");
    JsonNode large = json("inspect RUN").path("totals");
    int epochs = (int) (4 * large.path("flops").asDouble() / pruned.path("flops").asDouble());
    JsonNode b = json(scratch + " --large RUN");
    assertThat(b.path("epochs").asInt()).isEqualTo(epochs).isGreaterThan(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RUN", "SMALL", "SERVING"})
  void trainFromStartsWithTheWeightsThatAreThere(String model) throws IOException {
    JsonNode made =
        json("train --from " + model + " --epochs 1 --batch-size 20 --keep 0ep --out NEW" + DATA);
    assertThat(made.path("macs")).isEqualTo(json("inspect " + model).at("/totals/macs"));
    JsonNode before = json("evaluate " + model + DATA.replace("--train-images 60", ""));
    Path kept = folder.resolve("new/kept/0ep.safetensors");
    assertThat(kept).isNotEmptyFile();
    Path start = folder.resolve("start");
    Files.createDirectory(start);
    Files.copy(folder.resolve("new/network.pb"), start.resolve("network.pb"));
    Files.copy(kept, start.resolve("weights.safetensors"));
    JsonNode after = json("evaluate " + start + DATA.replace("--train-images 60", ""));
    assertThat(after.path("loss").asDouble())
        .isCloseTo(before.path("loss").asDouble(), org.assertj.core.data.Offset.offset(1e-4));
  }

  @Test
  void settingsFromAFileCountOrAreRefused() throws IOException {
    Path file = folder.resolve("settings.yaml");
    String line = "finetune SMALL --settings " + file + " --out NEW" + DATA;
    Files.writeString(file, "fine-tune-epochs: 3\nfine-tune-learning-rate: 0.02\n");
    assertThat(json(line).path("epochs").asInt()).isEqualTo(3);
    assertThat(runJson().at("/settings/epochs").asInt()).isEqualTo(3);
    assertThat(runJson().at("/settings/learning-rate").asDouble()).isEqualTo(0.02);
    for (String setting : new String[] {"epochs: 3", "learning-rate: 0.1", "milestones: [0.5]"}) {
      Files.writeString(file, setting);
      UserOfEspalier.Outcome outcome = UserOfEspalier.types(fill(line));
      assertThat(outcome.code()).as(setting).isEqualTo(3);
      String name = setting.substring(0, setting.indexOf(':'));
      assertThat(outcome.err()).contains(name + " says nothing about fine-tuning; ");
    }
    Files.writeString(file, "epochs: 3\n");
    String scratch = "scratch SMALL --budget e --settings " + file + " --out NEW-e" + DATA;
    assertThat(json(scratch).path("epochs").asInt()).as("of scratch they are meant").isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --keep 5 | --keep: expected a step such as 160ep, 500it or 2ep10it, found '5'
          --keep 1ep,5x | --keep: expected a step such as 160ep, 500it or 2ep10it, found '5x'
          --checkpoint-every 0ep | checkpoint-every must be at least one step, found 0
          --checkpoint-every 1h | --checkpoint-every: expected a step such as
          --checkpoint-every 99999999999999999999it | --checkpoint-every: expected a step such as
          --evaluate-every 0it | evaluate-every must be at least one step, found 0
          --evaluate-every often | --evaluate-every: expected a step such as
          --keep 9ep | keep
          --epochs 0 | --epochs must be at least 1, found 0
          --threads -1 | --threads must be 0 or more
          --width 0.125 --epochs 1.5 | --epochs
          """)
  void whatIsNoStepIsToldByName(String options, String message) {
    UserOfEspalier.Outcome outcome =
        UserOfEspalier.types(
            fill("train --architecture resnet8 --out NEW ")
                + TrainedModels.DATA
                + (options.contains("--epochs") ? " " : " --epochs 1 ")
                + options);
    assertThat(outcome.err()).startsWith("espalier: " + message).hasLineCount(1);
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(folder).isEmptyDirectory();
  }
}
