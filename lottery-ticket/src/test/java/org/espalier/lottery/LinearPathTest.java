package org.espalier.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.experiments.Need;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Step;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.pruning.comparison.ComparisonFolder;
import org.espalier.pruning.comparison.ComparisonResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two copies of a network from one start, and what lies on the line between them. */
class LinearPathTest {
  @TempDir Path root;

  /** Without batch norm, so that what is on the line can be counted by hand. */
  private static Lottery lenet(String rewind) {
    Lottery lottery = TinyLottery.of(TinyLottery.MAGNITUDE, TinyLottery.HALF, 1, rewind);
    return Settings.with(
        lottery,
        Map.of(
            "network",
            ArchitectureSpec.of("lenet-300-100").withWidth(0.05),
            "controls",
            List.of(),
            "stability",
            true));
  }

  private static Train train(Need of) {
    return (Train) of.task();
  }

  @Test
  void theEndsAreTheTrainingsAndTheMiddleIsBetween() {
    Lottery lottery = lenet("1ep");
    Workshop shop = TinyLottery.run(lottery, root);
    List<LotteryPath> paths = lottery.paths();
    assertThat(paths).extracting(LotteryPath::round).containsExactly(0, 1);
    assertThat(paths).extracting(LotteryPath::name).contains("rate-0.05/round-1/path");
    for (LotteryPath path : paths) {
      LinearPath task = path.task();
      List<PathFile.Point> points = PathFile.read(shop.store().folder(task)).points();
      assertThat(points).hasSize(11);
      assertThat(points.get(3).share()).isCloseTo(0.3, within(1e-12));
      assertThat(points.get(0).accuracy()).isEqualTo(accuracy(task.one(), shop));
      assertThat(points.get(10).accuracy()).isEqualTo(accuracy(task.other(), shop));
      assertThat(points.get(3).loss()).isCloseTo(loss(task, 0.3f, shop), within(1e-5));
      assertThat(points.get(3).loss()).isNotCloseTo(loss(task, 0.7f, shop), within(1e-5));
      assertThat(train(task.one()).seed()).isNotEqualTo(train(task.other()).seed());
      assertThat(train(task.one()).start()).isEqualTo(train(task.other()).start());
      assertThat(train(task.one()).begin()).isEqualTo(Step.ofEpochs(1));
      Model one = ModelFolder.load(shop.store().folder(task.one().task()));
      Model other = ModelFolder.load(shop.store().folder(task.other().task()));
      assertThat(one.masks()).isEqualTo(other.masks()).hasSize(path.round() == 0 ? 0 : 3);
    }
    ComparisonResult result =
        new ComparisonFolder(
                lottery.plan("tiny"),
                shop.store(),
                root.resolve("results"),
                new LotteryTelling(lottery, shop.store()))
            .write("", "");
    assertThat(result.arms()).as("copies are in no row").hasSize(2);
    assertThat(result.reading())
        .anyMatch(
            s ->
                s.matches(
                    "Learning rate 0.05, two copies from weights of step 1ep with the images in"
                        + " different orders: error barrier on the line between them [\\d.-]+ points at"
                        + " 100 %, [\\d.-]+ points at 50 % of the weights\\. Below 2 points copies"
                        + " count as stable: .*"));
  }

  private static Double accuracy(Need of, Workshop shop) {
    return shop.store().find(of.task()).orElseThrow().accuracy();
  }

  private static double loss(LinearPath path, float share, Workshop shop) {
    Model one = ModelFolder.load(shop.store().folder(path.one().task()));
    Model other = ModelFolder.load(shop.store().folder(path.other().task()));
    Map<String, ShapedArray> between = new LinkedHashMap<>();
    one.weights()
        .asMap()
        .forEach(
            (name, a) -> {
              float[] values = a.values().clone();
              float[] b = other.weights().get(name).values();
              for (int i = 0; i < values.length; i++) {
                values[i] = (1 - share) * values[i] + share * b[i];
              }
              between.put(name, new ShapedArray(a.shape(), values));
            });
    Model middle = new Model(one.network(), Weights.of(between));
    return shop.score(middle, shop.data(path.data().orElseThrow())).loss();
  }

  /** Rewound to the start, the network that is trained whole is the one copy. */
  @Test
  void theWholeTrainingIsSharedWhereItBeginsAlike() {
    Lottery lottery = lenet("0ep");
    assertThat(lottery.paths().get(0).task().one().key())
        .isEqualTo(lottery.drawn().get(0).task().key());
    assertThat(lottery.paths().get(1).task().one().key())
        .isEqualTo(lottery.drawn().get(1).task().key());
    assertThat(lottery.plan("x").order())
        .as("whole and its copy, path, pruning, ticket and its copy, path")
        .hasSize(7);
    assertThat(Settings.with(lottery, "stability", false).plan("x").order()).hasSize(3);
  }

  @Test
  void aBarrierIsWhatTheLineLosesAgainstTheMeanOfItsEnds() {
    List<PathFile.Point> points = new ArrayList<>();
    double[] accuracies = {0.8, 0.75, 0.5, 0.6, 0.7};
    for (int i = 0; i < accuracies.length; i++) {
      points.add(new PathFile.Point(i / 4.0, accuracies[i], 1));
    }
    assertThat(new PathFile(points).barrier()).isCloseTo(0.25, within(1e-12));
    new PathFile(points).write(root);
    assertThat(PathFile.read(root)).isEqualTo(new PathFile(points));
  }

  @Test
  void whatIsNoPathIsRefused() throws Exception {
    Files.writeString(root.resolve("path.csv"), "share,testAccuracy,testLoss\n0,half,1\n");
    assertThatThrownBy(() -> PathFile.read(root))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith(
            "path.csv: expected a number in column \"testAccuracy\", found 'half'");
    Files.writeString(root.resolve("path.csv"), "share,testAccuracy,testLoss\n0,0.5,1\n1,0.5,1\n");
    assertThatThrownBy(() -> PathFile.read(root)).hasMessageContaining("found 2 points");
    Lottery lottery = lenet("0ep");
    Train train = lottery.drawn().get(0).task();
    Need pruned = new Need(lottery.drawn().get(1).drawn().orElseThrow());
    assertThatThrownBy(() -> new LinearPath(new Need(train), pruned, 11))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("a line goes from training to training, found: prune ");
    assertThatThrownBy(() -> new LinearPath(new Need(train), new Need(train), 2))
        .hasMessage("points must be at least 3, found 2");
    assertThat(Optional.of(LinearPath.of(train, train).points())).contains(11);
  }
}
