package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.Json;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.Stretch;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.StoppedException;
import org.espalier.framework.training.Watcher;
import org.espalier.graphs.Network;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the folder of a training. */
class TrainFolderTest {
  @TempDir Path root;

  private Path folder(Task task) {
    return new Store(root).folder(task);
  }

  private JsonNode runJson(Task task) {
    return Json.object(folder(task).resolve("run.json"), "a run");
  }

  @Test
  void everySettingIsWrittenDefaultsToo() {
    Train task = TinyTasks.train(1, 7);
    TinyTasks.make(task, TinyTasks.shop(root));
    JsonNode run = runJson(task);
    assertThat(run.path("task").asText()).isEqualTo("train");
    assertThat(run.path("hash").asText()).isEqualTo(task.key()).matches("[0-9a-f]{12}");
    JsonNode settings = run.path("settings");
    assertThat(settings).isEqualTo(Json.tree(Settings.all(task)));
    assertThat(settings.path("learning-rate").asDouble()).isEqualTo(0.05);
    assertThat(settings.path("weight-decay").asDouble()).isEqualTo(0.0001);
    assertThat(settings.path("evaluate-every").asText()).isEqualTo("1ep");
    assertThat(settings.path("start").asText()).isEqualTo("fresh");
    assertThat(settings.path("start.architecture").asText()).isEqualTo("resnet8");
    assertThat(settings.path("start.seed").asLong()).isEqualTo(7);
    assertThat(settings.path("objective").asText()).isEqualTo("labels");
    assertThat(settings.path("momentum").asDouble()).isEqualTo(0.9);
  }

  @Test
  void whatItStartedFromIsWrittenAsDigests() {
    Train task = TinyTasks.train(1, 7);
    TinyTasks.make(task, TinyTasks.shop(root));
    JsonNode run = runJson(task);
    Dataset data = TinyJobs.data(40, 20);
    Network network = TinyJobs.network();
    assertThat(run.path("seed").asLong()).isEqualTo(7);
    assertThat(run.path("epochs").asInt()).isEqualTo(1);
    assertThat(run.path("network").asText()).isEqualTo("resnet8");
    assertThat(run.path("networkDigest").asText()).isEqualTo(Digests.of(network));
    assertThat(run.path("startDigest").asText()).isEqualTo(Digests.of(network.initialise(7)));
    assertThat(run.path("dataset").asText()).isEqualTo("tiny");
    assertThat(run.path("dataTrainDigest").asText()).isEqualTo(data.train().digest());
    assertThat(run.path("dataTestDigest").asText()).isEqualTo(data.test().digest());
    assertThat(run.path("trainImages").asInt()).isEqualTo(40);
    assertThat(run.path("testImages").asInt()).isEqualTo(20);
    assertThat(run.path("dataMean").get(0).asDouble()).isEqualTo(0.0);
    assertThat(run.path("dataDeviation").get(0).asDouble()).isEqualTo(1.0);
  }

  @Test
  void whatItNeedsIsWrittenInFull() {
    Train first = TinyTasks.train(1, 1);
    Train second = TinyTasks.train(Result.of(first), TinyJobs.recipe(1, 12, 0.02), 1);
    Train third =
        TinyTasks.train(Result.of(second), TinyJobs.recipe(1, 12, 0.01), 1)
            .minimising(new Objective.Teacher(Result.of(first), 2));
    for (Task task : List.of(first, second, third)) {
      TinyTasks.make(task, TinyTasks.shop(root));
    }
    JsonNode needs = runJson(third).path("needs");
    assertThat(needs.properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder(first.key(), second.key());
    assertThat(needs.path(second.key()).path("task").asText()).isEqualTo("train");
    assertThat(needs.path(second.key()).path("settings"))
        .isEqualTo(Json.tree(Settings.all(second)));
    assertThat(needs.path(first.key()).path("settings")).isEqualTo(Json.tree(Settings.all(first)));
    assertThat(runJson(third).path("settings").path("start.of").asText()).isEqualTo(second.key());
    assertThat(new RunFolder(folder(third)).description().orElseThrow().start(folder(third)))
        .contains(AtomicFiles.real(folder(second)));
  }

  @Test
  void theStretchSaysWhoMadeItWhereAndHow() {
    Train task = TinyTasks.train(1, 1);
    TinyTasks.make(task, TinyTasks.shop(root));
    JsonNode stretches = runJson(task).path("stretches");
    assertThat(stretches).hasSize(1);
    JsonNode stretch = stretches.get(0);
    assertThat(stretch.path("fromStep").asLong()).isZero();
    assertThat(stretch.path("threads").asInt()).isEqualTo(1);
    assertThat(stretch.path("device").asText()).isEqualTo(Machine.threads(1).used().label());
    assertThat(stretch.path("host").asText()).isNotEmpty();
    assertThat(stretch.path("started").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z");
    assertThat(stretch.path("versions").properties())
        .extracting(Map.Entry::getKey)
        .contains("espalier", "tensorflow", "java");
    assertThat(stretch.path("versions").path("tensorflow").asText()).startsWith("2.");
    assertThat(stretch.path("environment").path("processors").asInt()).isPositive();
  }

  /** Stops a training after some steps, or never; hears all notes. */
  private static final class Listening implements PlanWatcher {
    private final List<String> notes = new ArrayList<>();
    private final PlanWatcher stopping;

    Listening(int stopAfter) {
      stopping = TinyTasks.stopAfter(stopAfter);
    }

    @Override
    public Watcher training(Task task) {
      return stopping.training(task);
    }

    @Override
    public void note(String line) {
      notes.add(line);
    }
  }

  private List<String> stoppedAndTakenUp(Train task, Machine first, Machine then) {
    Workshop shop = TinyTasks.shop(root);
    Listening stopped = new Listening(5);
    assertThatThrownBy(() -> TinyTasks.make(task, shop.with(first).with(stopped)))
        .isInstanceOf(StoppedException.class);
    assertThat(stopped.notes).isEmpty();
    Listening on = new Listening(-1);
    TinyTasks.make(task, shop.with(then).with(on));
    return on.notes;
  }

  /** Of a network that is large enough to be trained on as many threads as there are. */
  @Test
  void partsThatDifferAreAllowedRecordedAndTold() {
    Fresh wide = new Fresh(ArchitectureSpec.of("resnet8").withWidth(4), 1);
    Train task = TinyTasks.train(wide, TinyJobs.recipe(2, 12, 0.05), 1);
    List<String> notes = stoppedAndTakenUp(task, Machine.threads(1), Machine.threads(2));
    RunDescription run = new RunFolder(folder(task)).description().orElseThrow();
    assertThat(run.stretches()).extracting(Stretch::threads).containsExactly(1, 2);
    assertThat(run.stretches()).extracting(Stretch::fromStep).containsExactly(0L, 5L);
    assertThat(run.differingStretches()).containsExactly("threads 1, then 2 from step 5");
    assertThat(notes)
        .containsExactly(
            "train resnet8 on tiny: its bits cannot be promised, for it was made in parts that"
                + " differ: threads 1, then 2 from step 5");
  }

  /** A small one is trained on one thread, whatever there is, and comes out the same. */
  @Test
  void smallStepsAreAlikeOnAnyNumberOfThreads() {
    Train task = TinyTasks.train(2, 1);
    assertThat(stoppedAndTakenUp(task, Machine.threads(1), Machine.threads(2))).isEmpty();
    assertThat(new RunFolder(folder(task)).description().orElseThrow().stretches())
        .extracting(Stretch::threads)
        .containsExactly(1, 1);
  }

  @Test
  void partsThatAreAlikeAreNoReasonForANote() {
    Train task = TinyTasks.train(2, 1);
    assertThat(stoppedAndTakenUp(task, Machine.threads(1), Machine.threads(1))).isEmpty();
    RunDescription run = new RunFolder(folder(task)).description().orElseThrow();
    assertThat(run.stretches()).hasSize(2);
    assertThat(run.stretches().get(0).isLike(run.stretches().get(1))).isTrue();
    assertThat(run.differingStretches()).isEmpty();
  }
}
