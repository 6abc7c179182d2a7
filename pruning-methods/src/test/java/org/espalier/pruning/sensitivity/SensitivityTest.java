package org.espalier.pruning.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.checks.RandomInputs;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.experiments.Given;
import org.espalier.framework.experiments.Maker;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Tally;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.files.Npy;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.runs.SensitivityTable.Point;
import org.espalier.framework.runs.SensitivityTable.Row;
import org.espalier.framework.runs.SensitivityTable.Score;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.sessions.Predictor;
import org.espalier.framework.training.Evaluator;
import org.espalier.framework.training.Milestone;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.StoppedException;
import org.espalier.framework.training.Trainer;
import org.espalier.framework.training.TrainingJob;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.pruning.Amount;
import org.espalier.pruning.BatchNormScale;
import org.espalier.pruning.Decision;
import org.espalier.pruning.Pruner;
import org.espalier.pruning.RandomFilters;
import org.espalier.pruning.comparison.TinyComparison;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityTest {
  private static final SensitivitySpec STANDARD = SensitivitySpec.STANDARD;
  private static final double ROUNDING = 1e-4;

  @TempDir static Path shared;

  private static Model model;

  @TempDir Path root;

  private Workshop shop;

  /** Two epochs: enough that cuts change what it says. */
  @BeforeAll
  static void train() {
    Workshop there = TinyComparison.shop(shared, PlanWatcher.NONE);
    Dataset data = TinyComparison.data();
    Network network =
        ArchitectureSpec.of("resnet8")
            .withWidth(0.5)
            .build(there.architectures(), data.height(), data.width(), 1, data.classes());
    Recipe recipe =
        Recipe.CIFAR
            .withEpochs(6)
            .withBatchSize(16)
            .withLearningRate(0.05)
            .withMilestones(List.of(Milestone.parse("0.8")));
    Model start = new Model(network, network.initialise(1));
    TrainingJob job = new TrainingJob(start, recipe, data, 1);
    model =
        new Model(
            network, new Trainer(there.rules(), there.machine(), job, List.of()).train().weights());
    ModelFolder.save(shared.resolve("model"), model);
  }

  @BeforeEach
  void openShop() {
    shop = watched(PlanWatcher.NONE);
  }

  private Workshop watched(PlanWatcher watcher) {
    return TinyComparison.shop(root.resolve("store"), watcher);
  }

  private static Given given(Workshop there) {
    return there.given(shared.resolve("model"), ReadOptions.DEFAULT);
  }

  private SensitivityTable onLabels(SensitivitySpec how) {
    return Sensitivity.measure(model, how, Optional.of(TinyComparison.data()), shop);
  }

  private Decision cut(SensitivitySpec how, Row row, Point point) {
    return new Pruner(shop.rules(), shop.costs())
        .decide(how.method(), model, Amount.ratios(Map.of(row.id(), point.share())));
  }

  private static List<Score> scores(SensitivityTable table) {
    return table.groups().stream().flatMap(row -> row.points().stream()).map(Point::score).toList();
  }

  @Test
  void eachPointIsThatOfTheNetworkWithoutTheChannels() {
    SensitivitySpec how = STANDARD.coupled(true).method(new RandomFilters(3));
    SensitivityTable table = onLabels(how);
    Dataset data = TinyComparison.data();
    assertThat(table.groups()).hasSize(6);
    for (Row row : table.groups()) {
      for (Point point : row.points()) {
        Decision really = cut(how, row, point);
        Evaluator.Score score = shop.score(really.after(), data);
        String what = row.id() + " at " + point.share();
        assertThat(point.score().accuracy()).as(what).isEqualTo(score.accuracy());
        assertThat(point.score().loss()).as(what).isCloseTo(score.loss(), within(ROUNDING));
        assertThat(point.macs()).as(what).isEqualTo(really.costAfter().macs());
        assertThat(point.kept())
            .isEqualTo(really.pruned().cut().orElseThrow().groups().get(0).kept().size())
            .isEqualTo(Math.max(1, (int) (row.channels() * (1 - point.share()))));
      }
    }
    assertThat(scores(table).stream().map(Score::accuracy).distinct())
        .as("or the test would hold nothing")
        .hasSizeGreaterThan(3);
  }

  @Test
  void theUncutNetworkIsThatWhichWasGiven() {
    SensitivityTable table = onLabels(STANDARD.shares(List.of(0.5)));
    Evaluator.Score score = shop.score(model, TinyComparison.data());
    assertThat(table.uncut()).isEqualTo(Score.ofLabels(score.accuracy(), score.loss()));
    assertThat(table.macs()).isEqualTo(shop.costs().of(model.network()).macs());
    assertThat(table.atLeast()).isFalse();
    assertThat(table.measure()).isEqualTo("accuracy");
    assertThat(table.images()).isEqualTo(20);
    assertThat(table.method()).isEqualTo("l1-norm");
    assertThat(table.shares()).containsExactly(0.5);
  }

  /** One session sees all cuts: what one of them silenced must not be silent for the next. */
  @Test
  void afterTheScanTheNetworkIsWhatItWas() {
    int open = OpenGraph.count();
    SensitivityScan scan =
        new SensitivityScan(model, STANDARD.coupled(true), Optional.empty(), shop);
    try (Yardstick yardstick = new LabelYardstick(model, TinyComparison.data(), shop)) {
      SensitivityTable table =
          scan.run(yardstick, Optional.empty(), new SensitivityScan.Listener() {});
      assertThat(yardstick.score()).isEqualTo(table.uncut());
      assertThat(scores(table)).anyMatch(score -> !score.equals(table.uncut()));
    }
    assertThat(OpenGraph.count()).isEqualTo(open);
  }

  /**
   * A trunk is cut where that is asked for, or where it is named; groups come as data meets them.
   */
  @Test
  void trunksAreCutWhereTheyAreAskedFor() {
    SensitivitySpec once = STANDARD.shares(List.of(0.5));
    assertThat(onLabels(once).groups())
        .extracting(Row::id)
        .containsExactly(
            "stage1/block1/conv1",
            "stage2/block1/conv1",
            "stage3/block1/conv1",
            "stage3/block1/conv2");
    List<String> all = onLabels(once.coupled(true)).groups().stream().map(Row::id).toList();
    assertThat(all).hasSize(6);
    SensitivityTable named = onLabels(once.groups(List.of("stage3/block1/conv1", all.get(0))));
    assertThat(named.groups())
        .extracting(Row::id)
        .containsExactly(all.get(0), "stage3/block1/conv1");
  }

  @Test
  void groupsThatAreNotThereAreRefused() {
    assertThatThrownBy(() -> onLabels(STANDARD.groups(List.of("stage1/block1/conv9"))))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown channel group 'stage1/block1/conv9'; nearest: ");
    assertThatThrownBy(() -> onLabels(STANDARD.groups(List.of("dense"))))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("group 'dense' cannot be cut: ");
    Network lenet = ArchitectureSpec.of("lenet-300-100").build(shop.architectures(), 10, 10, 1, 10);
    Model plain = new Model(lenet, lenet.initialise(1));
    assertThatThrownBy(
            () ->
                Sensitivity.measure(
                    plain, STANDARD.method(new BatchNormScale()), Optional.empty(), shop))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("bn-scale can score no channel group of lenet-300-100");
  }

  @Test
  void otherClassesThanTheModelsAreRefused() {
    byte[] pixels = new byte[4 * 100];
    ImageSet two = new ImageSet("two", 10, 10, 1, 2, pixels, new int[] {0, 1, 0, 1});
    Dataset data = new Dataset("two", two, two, Normalisation.none(1), Augmentation.NONE);
    assertThatThrownBy(() -> Sensitivity.measure(model, STANDARD, Optional.of(data), shop))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("tells 10 classes apart, two has 2");
  }

  /** The last channel of a group stays; a cut that takes none is not measured, for it is none. */
  @Test
  void aCutThatTakesNothingCostsNothing() {
    Network narrow =
        ArchitectureSpec.of("resnet8").withWidth(0.0625).build(shop.architectures(), 10, 10, 1, 10);
    SensitivityTable table =
        Sensitivity.measure(
            new Model(narrow, narrow.initialise(1)),
            STANDARD.shares(List.of(0.5)),
            Optional.of(TinyComparison.data()),
            shop);
    Row first = table.groups().get(0);
    assertThat(first.channels()).isEqualTo(1);
    assertThat(first.points()).containsExactly(new Point(0.5, 1, table.macs(), table.uncut()));
    assertThat(table.groups().get(1).points().get(0).macs()).isLessThan(table.macs());
  }

  /** By another way: the cut network's own outputs, row by row. */
  @Test
  void withoutLabelsOutputsAreComparedWithThoseOfTheUncutNetwork() {
    SensitivitySpec how = STANDARD.shares(List.of(0.3, 0.9)).coupled(true);
    SensitivityTable table = Sensitivity.measure(model, how, Optional.empty(), shop);
    assertThat(table.uncut()).isEqualTo(Score.ofOutputs(1.0, 0));
    assertThat(table.on()).isEqualTo("random inputs, standard normal");
    assertThat(table.images()).isEqualTo(32);
    ShapedArray inputs = RandomInputs.of(model.network(), 32, 1).values().iterator().next();
    float[] before = logits(model, inputs);
    for (Row row : table.groups()) {
      for (Point point : row.points()) {
        float[] after = logits(cut(how, row, point).after(), inputs);
        int equal = 0;
        double apart = 0;
        double length = 0;
        for (int i = 0; i < 32; i++) {
          equal += argmax(before, 10 * i) == argmax(after, 10 * i) ? 1 : 0;
          apart += norm(before, after, 10 * i);
          length += norm(before, new float[320], 10 * i);
        }
        assertThat(point.score().agreement()).isEqualTo(equal / 32.0);
        assertThat(point.score().distance()).isCloseTo(apart / length, within(ROUNDING));
      }
    }
    assertThat(scores(table)).anyMatch(score -> score.agreement() < 1);
  }

  private float[] logits(Model of, ShapedArray inputs) {
    try (Predictor predictor = new Predictor(of, shop.machine())) {
      return predictor.logits(inputs).values();
    }
  }

  private static int argmax(float[] values, int from) {
    int at = from;
    for (int i = from; i < from + 10; i++) {
      at = values[i] > values[at] ? i : at;
    }
    return at - from;
  }

  private static double norm(float[] a, float[] b, int from) {
    double sum = 0;
    for (int i = from; i < from + 10; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return Math.sqrt(sum);
  }

  /** More of them than go through at once: the same as in one go, but for the order of a sum. */
  @Test
  void inputsOfAFileAreComparedOnBatchByBatch() {
    Path file = root.resolve("inputs.npy");
    ShapedArray some = RandomInputs.of(model.network(), 70, 5).values().iterator().next();
    Npy.write(file, some);
    Sensitivity task = Sensitivity.of(given(shop), STANDARD.shares(List.of(0.9))).on(file);
    new Maker(shop).make(task);
    SensitivityTable table = SensitivityTable.find(shop.store().folder(task)).orElseThrow();
    assertThat(table.images()).isEqualTo(70);
    assertThat(table.on()).isEqualTo("inputs of inputs.npy");
    Row row = table.groups().get(0);
    float[] before = logits(model, some);
    float[] after = logits(cut(task.how(), row, row.points().get(0)).after(), some);
    int equal = 0;
    for (int i = 0; i < 70; i++) {
      equal += argmax(before, 10 * i) == argmax(after, 10 * i) ? 1 : 0;
    }
    assertThat(row.points().get(0).score().agreement()).isEqualTo(equal / 70.0);
  }

  @Test
  void aFileOfInputsThatWasAlteredIsRefused() {
    Path file = root.resolve("inputs.npy");
    Npy.write(file, ShapedArray.filled(Shape.of(2, 10, 10, 1), 1));
    Sensitivity task = Sensitivity.of(given(shop), STANDARD).on(file);
    Npy.write(file, ShapedArray.filled(Shape.of(2, 10, 10, 1), 2));
    assertThatThrownBy(() -> new Maker(shop).make(task))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected the inputs that the run began with, found others");
    assertThat(shop.store().folder(task)).doesNotExist();
  }

  /** Stops when asked after so many cuts, and counts those that it hears of. */
  private static final class Stopper implements PlanWatcher {
    private final int after;
    private int cuts;
    private long total;
    private boolean ended;

    Stopper(int after) {
      this.after = after;
    }

    @Override
    public Tally counting(Task task, String unit, long count) {
      total = count;
      return new Tally() {
        @Override
        public void one() {
          cuts++;
        }

        @Override
        public void close() {
          ended = true;
        }
      };
    }

    @Override
    public boolean wantsToStop() {
      return cuts >= after;
    }
  }

  @Test
  void aScanThatIsStoppedGoesOnAndEndsAsOneThatIsNot() throws Exception {
    SensitivitySpec how = STANDARD.shares(List.of(0.3, 0.7));
    Sensitivity task = Sensitivity.of(given(shop), how).measuredOn(TinyComparison.GREY);
    Path whole = root.resolve("whole");
    RunSummary done = new Maker(shop).make(task, whole);
    Stopper stopper = new Stopper(3);
    assertThatThrownBy(() -> new Maker(watched(stopper)).make(task))
        .isInstanceOf(StoppedException.class)
        .hasMessage("stopped after 3 of 8 cuts");
    assertThat(stopper.total).isEqualTo(8);
    assertThat(stopper.ended).isTrue();
    Path folder = shop.store().folder(task);
    assertThat(SensitivityTable.find(folder).orElseThrow().groups()).hasSize(1);
    assertThat(new RunFolder(folder).summary()).isEmpty();
    Stopper rest = new Stopper(6); // asked for when all is done: nothing is left to stop
    assertThat(new Maker(watched(rest)).make(task)).isEqualTo(done);
    assertThat(rest.total).as("the first group is not measured again").isEqualTo(6);
    assertThat(rest.cuts).isEqualTo(6);
    assertThat(Files.readString(folder.resolve(SensitivityTable.FILE)))
        .isEqualTo(Files.readString(whole.resolve(SensitivityTable.FILE)));
    assertThat(new RunFolder(folder).description().orElseThrow().stretches())
        .extracting("fromStep")
        .containsExactly(0L, 2L);
    Stopper none = new Stopper(0);
    assertThat(new Maker(watched(none)).make(task)).isEqualTo(done);
    assertThat(none.total).as("what is done is found").isZero();
  }

  @Test
  void whatIsFoundHalfDoneMustBeOfTheseGroups() {
    Sensitivity task = Sensitivity.of(given(shop), STANDARD).measuredOn(TinyComparison.GREY);
    assertThatThrownBy(() -> new Maker(watched(new Stopper(6))).make(task))
        .isInstanceOf(StoppedException.class);
    Path folder = shop.store().folder(task);
    SensitivityTable begun = SensitivityTable.find(folder).orElseThrow();
    Row other = new Row("other", 4, begun.groups().get(0).points());
    new SensitivityTable(
            begun.network(),
            begun.method(),
            begun.on(),
            begun.images(),
            begun.macs(),
            false,
            begun.uncut(),
            begun.shares(),
            List.of(other))
        .write(folder);
    assertThatThrownBy(() -> new Maker(shop).make(task))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("sensitivity.json: expected the first of [stage1/block1/conv1, ")
        .hasMessageEndingWith("found [other]");
  }

  @Test
  void theSummaryIsOfTheUncutNetwork() {
    Sensitivity task =
        Sensitivity.of(given(shop), STANDARD.shares(List.of(0.5))).measuredOn(TinyComparison.GREY);
    RunSummary summary = new Maker(shop).make(task);
    Evaluator.Score score = shop.score(model, TinyComparison.data());
    assertThat(summary.accuracy()).isEqualTo(score.accuracy());
    assertThat(summary.loss()).isEqualTo(score.loss());
    assertThat(summary.macs()).isEqualTo(shop.costs().of(model.network()).macs());
    assertThat(shop.store().folder(task).resolve(ModelFolder.WEIGHTS)).doesNotExist();
    assertThat(new ArrayList<>(task.needs())).isEmpty();
  }
}
