package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What there is to be named. */
class ListsTest {
  @TempDir Path folder;

  @Test
  void everyMethodIsListedWithItsSettings() {
    JsonNode methods = UserOfEspalier.types("methods --json").json();
    List<String> names = methods.findValuesAsText("name");
    String help = UserOfEspalier.types("prune --help").out().replaceAll("\\s+", " ");
    String person = UserOfEspalier.types("methods").out();
    for (JsonNode method : methods) {
      String name = method.path("name").asText();
      assertThat(help).contains(name);
      assertThat(person).contains("\n" + name + " ").contains(method.path("description").asText());
    }
    assertThat(names).contains("l1-norm", "magnitude", "taylor");
    for (JsonNode method : methods) {
      boolean masks =
          List.of("magnitude", "snip", "n-m", "lamp", "random-weights")
              .contains(method.path("name").asText());
      assertThat(method.path("masksWeights").asBoolean()).as("%s", method).isEqualTo(masks);
    }
    assertThat(person).contains("; by=weights, sample-images=128, seed=1").doesNotContain("like.");
  }

  @Test
  void dataSetsSayWhereTheyAre() {
    JsonNode sets = UserOfEspalier.types("datasets --json").json();
    assertThat(sets).hasSize(4);
    assertThat(sets.get(3).path("name").asText()).isEqualTo("fashion-mnist-small");
    assertThat(sets.get(3).path("here").asBoolean()).isTrue();
    assertThat(UserOfEspalier.types("datasets").out())
        .containsPattern("fashion-mnist-small .* travels with Espalier");
  }

  @Test
  void runsSayHowFarTheyAre() throws IOException {
    Path run = Files.createDirectories(folder.resolve("runs/abc"));
    Files.writeString(
        run.resolve("run.json"),
        "{\"task\": \"prune\", \"network\": \"resnet8\", \"settings\": {}}");
    UserOfEspalier.Outcome person = UserOfEspalier.types("runs " + folder);
    assertThat(person.out()).containsPattern("\nabc +begun .* prune resnet8\n");
    assertThat(UserOfEspalier.types("runs --json " + folder).json().get(0).path("state").asText())
        .isEqualTo("BEGUN");
    UserOfEspalier.Outcome none = UserOfEspalier.types("runs " + run);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).isEqualTo("there are no runs in " + run + "\n");
    assertThat(UserOfEspalier.types("runs -q " + run).err()).isEmpty();
  }
}
