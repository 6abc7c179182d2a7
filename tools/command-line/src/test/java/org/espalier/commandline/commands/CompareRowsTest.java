package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of the paper's tables on the command line: listed, and run smaller and on other images. */
class CompareRowsTest {
  @TempDir Path folder;

  @Test
  void theListTellsWhatWasPublishedAndWhatCanRun() {
    JsonNode rows = UserOfEspalier.types("compare --list --json").json();
    assertThat(rows).hasSize(48);
    JsonNode row = rows.get(2);
    assertThat(row.path("name").asText()).isEqualTo("l1-resnet56-b-cifar10");
    assertThat(row.path("aliases").get(0).asText()).isEqualTo("l1-resnet56-b");
    assertThat(row.path("settings").path("preset").asText()).isEqualTo("resnet56-b");
    assertThat(row.path("published").get(3).path("arm").asText()).isEqualTo("scratch-b");
    assertThat(row.path("published").get(3).path("accuracy").asDouble()).isEqualTo(0.9305);
    assertThat(row.path("canRun").asBoolean()).isTrue();
    assertThat(row.path("runHere").asBoolean()).isEqualTo(!row.path("measured").isEmpty());
    for (JsonNode any : rows) {
      assertThat(any.path("canRun").asBoolean()).isEqualTo(any.path("needs").isEmpty());
    }
    UserOfEspalier.Outcome person = UserOfEspalier.types("compare --list");
    assertThat(person.err()).isEmpty();
    assertThat(person.out()).contains("Table 1: L1-norm filter pruning", "l1-vgg16-a-cifar10");
  }

  /**
   * VGG-16-A's row, of another network, on other images, at half the images, epochs and width. 60
   * images become 30, 2 epochs 1; the small network has about a quarter of the work.
   */
  @Test
  void aScaledRowSaysSoEverywhere() throws Exception {
    Path out = folder.resolve("out");
    UserOfEspalier.Outcome outcome =
        UserOfEspalier.types(
            "compare l1-vgg16-a --architecture resnet8 --width 0.25 --ratio 0.5"
                + TrainedModels.DATA
                + " --batch-size 20 --epochs 2 --fine-tune-epochs 2 --seeds 1 --threads 1"
                + " --arms unpruned,pruned,scratch-b,scratch-b-total --json"
                + " --scale images=0.5,epochs=0.5,width=0.5 --out "
                + out);
    JsonNode said = outcome.json();
    assertThat(said).isEqualTo(new ObjectMapper().readTree(out.resolve("results.json").toFile()));
    assertThat(said.path("scaled").asText()).isEqualTo("images=0.5,epochs=0.5,width=0.5");
    String scale = said.path("scale").asText();
    assertThat(scale)
        .isEqualTo(
            "scaled down by images=0.5,epochs=0.5,width=0.5: resnet8 at width 0.125, 1 epochs on 30"
                + " images of fashion-mnist-small");
    assertThat(said.path("warnings").get(0).asText()).startsWith("scaled down by images=0.5");
    List<String> departures = new ArrayList<>();
    said.path("published").path("departures").forEach(d -> departures.add(d.asText()));
    assertThat(departures)
        .contains(
            "scaled down by images=0.5,epochs=0.5,width=0.5",
            "architecture: resnet8, not vgg16",
            "dataset: fashion-mnist-small, not cifar10",
            "preset: none, not vgg16-a",
            "seeds: 1, not 1,2,3,4,5")
        .noneMatch(d -> d.startsWith("learning-rate:"));
    assertThat(outcome.err()).contains("l1-vgg16-a: scaled down by images=0.5");
    assertThat(Files.readString(out.resolve("results.csv")))
        .contains(",scaled\n", "\"images=0.5,epochs=0.5,width=0.5\"");
    assertThat(Files.readString(out.resolve("report.html")).replace("&#x3D;", "="))
        .contains(scale, "This run is not the published one");
    assertBudgets(said.path("arms"));
  }

  /** Three times the forward pass for every image of every epoch, of 30 images. */
  private static void assertBudgets(JsonNode arms) {
    List<Integer> epochs = new ArrayList<>();
    for (JsonNode arm : arms) {
      epochs.add(arm.path("epochs").asInt());
      assertThat(arm.path("trainingMacs").asLong())
          .isEqualTo(3 * 30 * arm.path("macs").asLong() * arm.path("epochs").asInt());
    }
    JsonNode small = arms.get(2);
    int b = (int) (arms.get(0).path("flops").asDouble() / small.path("flops").asDouble());
    assertThat(epochs).containsExactly(1, 0, b, b + 1);
  }
}
