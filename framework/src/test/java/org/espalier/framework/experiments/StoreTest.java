package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.Subset;
import org.espalier.framework.experiments.TinyTasks.Nothing;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Adam;
import org.espalier.framework.training.Penalty;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Sgd;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.StoppedException;
import org.espalier.framework.training.WarmUp;
import org.espalier.graphs.FreshScale;
import org.espalier.graphs.architectures.Adaptation;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which run is whose, and what is known of it without making anything. */
class StoreTest {
  private static final Train TASK = TinyTasks.train(2, 1);

  @TempDir Path root;

  private Store store() {
    return new Store(root);
  }

  @Test
  void aRunStandsUnderTheHashOfItsTask() {
    assertThat(store().folder(TASK)).isEqualTo(root.resolve("runs").resolve(TASK.key()));
    assertThat(TASK.key()).matches("[0-9a-f]{12}");
  }

  /** What is fixed for all time: a store of today must be one of tomorrow. */
  @Test
  void theHashOfATaskNeverChanges() {
    assertThat(TASK.key()).isEqualTo("ce5e2e6f8c44");
    assertThat(TinyTasks.train(Result.of(TASK), Recipe.CIFAR, 3).key()).isEqualTo("d447049bc8ef");
  }

  private static Train with(UnaryOperator<Recipe> change) {
    return TinyTasks.train(TASK.start(), change.apply(TASK.recipe()), 1);
  }

  private static Train from(ArchitectureSpec network) {
    return TinyTasks.train(new Fresh(network, 1), TASK.recipe(), 1);
  }

  private static Train adapted(double width, Optional<Integer> classes, Optional<String> input) {
    return from(new ArchitectureSpec("resnet8", new Adaptation(width, classes, input)));
  }

  private static Train on(DataSpec images) {
    return Train.of(TASK.start(), images, TASK.recipe(), 1);
  }

  private static DataSpec some(Integer train, Integer test) {
    return new DataSpec(
        "tiny",
        new Subset(Optional.empty(), Optional.ofNullable(train), Optional.ofNullable(test)));
  }

  /** Each differs from the task in one thing. */
  private static List<Train> others() {
    return List.of(
        given("/a", ReadOptions.DEFAULT, "g", "w"),
        TinyTasks.train(TinyTasks.fresh(2), TASK.recipe(), 1),
        TinyTasks.train(TASK.start(), TASK.recipe(), 2),
        TASK.fresh(1),
        TASK.spread(FreshScale.DENSE),
        from(ArchitectureSpec.of("resnet20").withWidth(0.25)),
        adapted(0.5, Optional.empty(), Optional.empty()),
        adapted(0.25, Optional.of(10), Optional.empty()),
        adapted(0.25, Optional.empty(), Optional.of("10x10x1")),
        on(DataSpec.of("small")),
        on(some(40, null)),
        on(some(null, 20)),
        on(TinyTasks.TINY.sharing(0.5)),
        TASK.sameCompute(Optional.empty()).andEpochs(1),
        TinyTasks.train(
            Predefined.of(ArchitectureSpec.of("resnet8").withWidth(0.25), "resnet14"),
            TASK.recipe(),
            1),
        TinyTasks.train(
            Predefined.of(ArchitectureSpec.of("resnet8").withWidth(0.25), "resnet20"),
            TASK.recipe(),
            1),
        with(r -> Settings.with(r, "epochs", 3)),
        with(r -> r.withBatchSize(13)),
        with(r -> r.withLearningRate(Math.nextUp(0.05))),
        with(r -> r.withMilestones(List.of())),
        with(r -> Settings.with(r, "learningRateDecay", 0.2)),
        with(r -> r.withWarmUp(WarmUp.parse("1it"))),
        with(r -> r.withOptimiser(new Sgd(0.8, false))),
        with(r -> r.withOptimiser(new Sgd(0.9, true))),
        with(r -> r.withOptimiser(new Adam(0.9, 0.999, 1e-8))),
        with(r -> r.withWeightDecay(0)),
        with(r -> r.withPenalties(List.of(Penalty.parse("l2:bn-scale:0.1")))),
        with(r -> r.withInterventions(List.of(new TaskReaderTest.Nudge(1, List.of())))),
        with(r -> r.withAugmentation(Recipe.Variation.NONE)),
        TASK.minimising(new Objective.Teacher(TinyTasks.fresh(1), 0)),
        TASK.sameCompute(Optional.empty()),
        Settings.with(TASK, "cap", Optional.of(3.0)),
        TASK.evaluatedEvery(Step.parse("1it")),
        TASK.keeping(List.of(Step.parse("1it"))),
        Settings.with(TASK, "passes", List.of("insert-branch-scales")),
        TASK.beginning(Step.parse("1it")));
  }

  @Test
  void equalTasksShareARunAndOthersDoNot() {
    List<Task> tasks = new ArrayList<>(others());
    tasks.add(TASK);
    tasks.add(TinyTasks.train(Result.of(TASK), TASK.recipe(), 1));
    tasks.add(TinyTasks.train(Result.of(TASK, Step.parse("2ep")), TASK.recipe(), 1));
    tasks.add(TinyTasks.train(Result.of(others().get(1)), TASK.recipe(), 1));
    tasks.add(Nothing.named("a"));
    tasks.add(Nothing.named("b"));
    tasks.add(Nothing.named("a", TASK));
    tasks.add(Nothing.named("a", others().get(1)));
    assertThat(tasks.stream().map(store()::folder)).doesNotHaveDuplicates();
    assertThat(store().folder(TinyTasks.train(2, 1))).isEqualTo(store().folder(TASK));
  }

  /** A setting that is added to a training is to be added above. */
  @Test
  void everySettingIsAmongThoseThatMakeAnotherTask() {
    Map<String, Object> own = Settings.identity(TASK);
    Set<String> varied = new TreeSet<>();
    for (Train other : others()) {
      Map<String, Object> values = Settings.identity(other);
      values.keySet().stream()
          .filter(name -> !Objects.equals(values.get(name), own.get(name)))
          .forEach(varied::add);
    }
    assertThat(varied).containsAll(own.keySet());
  }

  @Test
  void whereThingsLieMakesNoOtherTask() {
    Subset elsewhere =
        new Subset(Optional.of(Path.of("/elsewhere")), Optional.empty(), Optional.empty());
    assertThat(on(new DataSpec("tiny", elsewhere)).key()).isEqualTo(TASK.key());
    ReadOptions trusting =
        new ReadOptions(Optional.empty(), List.of(), List.of(), List.of(), Optional.empty(), true);
    Train one = given("/a", ReadOptions.DEFAULT, "g", "w");
    assertThat(given("/b", trusting, "g", "w").key()).isEqualTo(one.key());
    assertThat(given("/a", ReadOptions.DEFAULT, "h", "w").key()).isNotEqualTo(one.key());
    assertThat(given("/a", ReadOptions.DEFAULT, "g", "x").key()).isNotEqualTo(one.key());
  }

  private static Train given(String path, ReadOptions options, String graph, String weights) {
    return TinyTasks.train(new Given(Path.of(path), options, graph, weights), TASK.recipe(), 1);
  }

  @Test
  void lookingLeavesNothingBehind() {
    assertThat(store().find(TASK)).isEmpty();
    assertThat(store().isBegun(TASK)).isFalse();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void aTrainingIsBegunUntilItIsDone() {
    Workshop shop = TinyTasks.shop(root);
    assertThatThrownBy(() -> TinyTasks.make(TASK, shop.with(TinyTasks.stopAfter(1))))
        .isInstanceOf(StoppedException.class);
    assertThat(store().isBegun(TASK)).isTrue();
    assertThat(store().find(TASK)).isEmpty();
    assertThat(store().isBegun(others().get(1))).isFalse();
    RunSummary end = TinyTasks.make(TASK, shop);
    assertThat(store().isBegun(TASK)).isFalse();
    assertThat(store().find(TASK)).contains(end);
    assertThat(store().find(others().get(1))).isEmpty();
    assertThat(new Store(root.resolve("other")).find(TASK)).isEmpty();
  }

  /** Whoever moves a store, or reaches it by another way, finds all that is in it. */
  @Test
  void aStoreThatWasMovedIsTheSameStore() throws Exception {
    Task first = Nothing.named("first");
    Task second = Nothing.named("second", first);
    Workshop shop = TinyTasks.shop(root.resolve("before"));
    TinyTasks.make(first, shop);
    TinyTasks.make(second, shop);
    Path after = Files.move(root.resolve("before"), root.resolve("after"));
    assertThat(new Store(after).find(first)).isPresent();
    assertThat(new Store(after).find(second)).isPresent();
  }
}
