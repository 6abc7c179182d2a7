package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.apache.commons.io.file.PathUtils;
import org.espalier.commandline.FolderState;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code compare --dry-run}, before, halfway and after; and the comparison once more at the end.
 */
@Tag("slow")
class DryRunTest {
  @TempDir Path folder;

  private static List<String> texts(JsonNode tasks, String field) {
    List<String> texts = new ArrayList<>();
    tasks.forEach(task -> texts.add(task.path(field).asText()));
    return texts;
  }

  private JsonNode dryRun() throws IOException {
    SortedMap<String, String> before = FolderState.of(folder);
    JsonNode forecast =
        TrainedModels.compare(folder, "--seeds 1,2 --dry-run --json", folder.resolve("out")).json();
    assertThat(FolderState.of(folder)).as("nothing is done").isEqualTo(before);
    return forecast;
  }

  private void compare(String seeds) throws IOException {
    UserOfEspalier.Outcome outcome =
        TrainedModels.compare(folder, "--seeds " + seeds, folder.resolve("out"));
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  @Test
  void itTellsWhatIsDoneAndWhatIsToDoAndDoesNothing() throws IOException {
    TrainedModels.comparison(folder);
    JsonNode first = dryRun();
    JsonNode tasks = first.path("tasks");
    assertThat(texts(tasks, "state")).hasSize(10).containsOnly("TO_DO");
    assertThat(first.path("seconds").asDouble()).isPositive();
    for (JsonNode task : tasks) {
      boolean trains = task.path("epochs").asInt() > 0;
      assertThat(trains).isNotEqualTo(task.path("task").asText().startsWith("prune"));
      assertThat(task.path("seconds").asDouble() > 0).isEqualTo(trains);
    }

    compare("2"); // the comparison of the second seed alone, in the same store
    Path begun = begin(tasks.get(0).path("hash").asText());
    JsonNode half = dryRun();
    PathUtils.deleteDirectory(begun);
    assertThat(texts(half.path("tasks"), "hash")).isEqualTo(texts(tasks, "hash"));
    for (JsonNode task : half.path("tasks")) {
      boolean second = task.path("arms").get(0).asText().startsWith("seed 2, ");
      boolean isFirst = task == half.path("tasks").get(0);
      assertThat(task.path("state").asText())
          .isEqualTo(second ? "DONE" : isFirst ? "BEGUN" : "TO_DO");
      assertThat(task.path("seconds").asDouble() == 0)
          .isEqualTo(second || task.path("epochs").asInt() == 0);
    }
    assertThat(texts(half.path("tasks"), "epochs"))
        .as("what was foreseen, Scratch-B too, is what was done")
        .isEqualTo(texts(tasks, "epochs"));

    compare("1,2");
    JsonNode last = dryRun();
    assertThat(texts(last.path("tasks"), "state")).hasSize(10).containsOnly("DONE");
    assertThat(last.path("seconds").asDouble()).isZero();

    SortedMap<String, FileTime> written = FolderState.timesOfWhatIsDone(folder);
    assertThat(written).isNotEmpty();
    compare("1,2");
    assertThat(FolderState.timesOfWhatIsDone(folder)).as("nothing anew").isEqualTo(written);
  }

  /** As if the training had begun: a description, and nothing yet of how it ended. */
  private Path begin(String hash) throws IOException {
    Path run = Files.createDirectory(folder.resolve("out/runs").resolve(hash));
    Path other = folder.resolve("out/seed-2/unpruned/run.json");
    Files.copy(other, run.resolve("run.json"));
    return run;
  }

  @Test
  void aPersonGetsATableAndASentence() throws IOException {
    TrainedModels.comparison(folder);
    UserOfEspalier.Outcome outcome =
        TrainedModels.compare(folder, "--seeds 1 --dry-run", folder.resolve("out"));
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .contains("to do", "seed 1, pruned", "seed 1, fine-tuned")
        .containsPattern("tiny: 5 runs, 0 done, \\d+ epochs to train, about ");
  }
}
