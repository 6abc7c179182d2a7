package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.StoppedException;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not taken for the run that is asked for, and is left as it was. */
class TrainRefusalTest {
  @TempDir Path root;

  private final Train task = TinyTasks.train(2, 1);

  private Path folder() {
    return new Store(root).folder(task);
  }

  private void stopInMidEpoch() {
    Workshop shop = TinyTasks.shop(root).with(TinyTasks.stopAfter(2));
    assertThatThrownBy(() -> TinyTasks.make(task, shop)).isInstanceOf(StoppedException.class);
  }

  private static Map<Path, FileTime> times(Path folder) throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  private void assertRefused(Runnable action, String difference) throws IOException {
    Map<Path, FileTime> before = times(folder());
    assertThatThrownBy(action::run)
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            folder()
                + ": holds another run: its "
                + difference
                + "; choose another folder, or delete this one");
    assertThat(times(folder())).isEqualTo(before);
  }

  private void editRunJson(Consumer<ObjectNode> edit) throws IOException {
    Path file = folder().resolve("run.json");
    JsonNode run = new ObjectMapper().readTree(file.toFile());
    edit.accept((ObjectNode) run);
    new ObjectMapper().writeValue(file.toFile(), run);
  }

  @Test
  void aRunStoppedAtOneLearningRateIsNotTakenUpAtAnother() throws IOException {
    stopInMidEpoch();
    Train other = TinyTasks.train(TinyTasks.fresh(1), TinyJobs.recipe(2, 12, 0.1), 1);
    Maker maker = new Maker(TinyTasks.shop(root));
    assertRefused(() -> maker.make(other, folder()), "setting learning-rate is 0.05, now 0.1");
  }

  @Test
  void aFinishedRunOfAnotherSeedIsNotTakenForThisOne() throws IOException {
    TinyTasks.make(task, TinyTasks.shop(root));
    Maker maker = new Maker(TinyTasks.shop(root));
    Train other = TinyTasks.train(TinyTasks.fresh(1), TinyJobs.recipe(2, 12, 0.05), 2);
    assertRefused(() -> maker.make(other, folder()), "setting seed is 1, now 2");
    assertRefused(
        () -> maker.make(TinyTasks.Nothing.named("other"), folder()), "task is train, now nothing");
  }

  private static String digest(Dataset data) {
    return '"' + data.train().digest() + '"';
  }

  @Test
  void otherImagesUnderTheSameNameAreRefusedBegunOrDone() throws IOException {
    Dataset data = TinyJobs.data(40, 20);
    Dataset others = TinyJobs.data(TinyJobs.images(40, 3), TinyJobs.images(20, 2));
    String difference = "dataTrainDigest is " + digest(data) + ", now " + digest(others);
    stopInMidEpoch();
    assertRefused(() -> TinyTasks.make(task, TinyTasks.shop(root, others)), difference);
    TinyTasks.make(task, TinyTasks.shop(root));
    assertRefused(() -> TinyTasks.make(task, TinyTasks.shop(root, others)), difference);
  }

  @Test
  void otherTestImagesAreRefusedToo() {
    TinyTasks.make(task, TinyTasks.shop(root));
    Dataset others = TinyJobs.data(TinyJobs.images(40, 1), TinyJobs.images(20, 3));
    assertThatThrownBy(() -> TinyTasks.make(task, TinyTasks.shop(root, others)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("its dataTestDigest is ");
  }

  @Test
  void aDefaultThatChangedIsToldByName() throws IOException {
    TinyTasks.make(task, TinyTasks.shop(root));
    editRunJson(run -> ((ObjectNode) run.path("settings")).put("momentum", 0.8));
    assertRefused(
        () -> TinyTasks.make(task, TinyTasks.shop(root)), "setting momentum is 0.8, now 0.9");
  }

  @Test
  void aSettingThatThereWasNotYetIsAcceptedWhileItHasItsDefault() throws IOException {
    RunSummary done = TinyTasks.make(task, TinyTasks.shop(root));
    editRunJson(run -> ((ObjectNode) run.path("settings")).remove("weight-decay"));
    assertThat(TinyTasks.make(task, TinyTasks.shop(root))).isEqualTo(done);
    editRunJson(run -> ((ObjectNode) run.path("settings")).remove("learning-rate"));
    assertRefused(
        () -> TinyTasks.make(task, TinyTasks.shop(root)),
        "setting learning-rate is not given, now 0.05");
  }

  @Test
  void aSettingThatIsGoneIsToldByName() throws IOException {
    TinyTasks.make(task, TinyTasks.shop(root));
    editRunJson(run -> ((ObjectNode) run.path("settings")).put("wobble", 3));
    assertRefused(
        () -> TinyTasks.make(task, TinyTasks.shop(root)), "setting wobble is 3, now not given");
  }

  /** Where a model lies may change; what it is may not. */
  @Test
  void aGivenModelIsKnownByWhatItIs() throws IOException {
    Network network = TinyJobs.network();
    Path model = root.resolve("model");
    ModelFolder.save(model, new Model(network, network.initialise(1)));
    Workshop shop = TinyTasks.shop(root.resolve("store"));
    Given given = shop.given(model, ReadOptions.DEFAULT);
    Train train = TinyTasks.train(given, TinyJobs.recipe(2, 12, 0.05), 1);
    assertThatThrownBy(() -> TinyTasks.make(train, shop.with(TinyTasks.stopAfter(2))))
        .isInstanceOf(StoppedException.class);
    ModelFolder.save(model, new Model(network, network.initialise(2)));
    assertThatThrownBy(() -> TinyTasks.make(train, TinyTasks.shop(root.resolve("store"))))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            model + ": expected the model that the run began with, found another; it was altered");
    Path moved = root.resolve("moved");
    ModelFolder.save(moved, new Model(network, network.initialise(1)));
    Workshop later = TinyTasks.shop(root.resolve("store"));
    Train same = TinyTasks.train(later.given(moved, ReadOptions.DEFAULT), train.recipe(), 1);
    assertThat(same.key()).isEqualTo(train.key());
    TinyTasks.make(same, later);
    assertThat(later.store().folder(train).resolve("run.json"))
        .content()
        .contains(Digests.of(network.initialise(1)))
        .contains("\"fromStep\" : 2");
  }

  @Test
  void aFolderWithAModelThatIsNoRunIsLeftAlone() throws IOException {
    Network network = TinyJobs.network();
    ModelFolder.save(folder(), new Model(network, network.initialise(1)));
    Map<Path, FileTime> before = times(folder());
    assertThatThrownBy(() -> TinyTasks.make(task, TinyTasks.shop(root)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(folder() + " exists and is not a run: it holds network.pb");
    assertThat(times(folder())).isEqualTo(before);
  }

  @Test
  void statesAreNotKeptEveryZeroSteps() {
    Workshop shop = TinyTasks.shop(root);
    assertThatThrownBy(() -> shop.with(Step.parse("0ep")))
        .isInstanceOf(UsageException.class)
        .hasMessage("checkpoint-every must be at least one step, found 0");
  }
}
