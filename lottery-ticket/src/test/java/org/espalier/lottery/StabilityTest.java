package org.espalier.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.framework.experiments.Store;
import org.espalier.framework.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sentences by scores that are made up. */
class StabilityTest {
  @TempDir Path root;

  private static Lottery lottery(List<Double> rates, Long... seeds) {
    return Settings.with(
        TinyLottery.of(TinyLottery.MAGNITUDE, TinyLottery.HALF, 1, "1ep"),
        Map.of(
            "learningRates",
            rates,
            "controls",
            List.of(),
            "stability",
            true,
            "seeds",
            List.of(seeds)));
  }

  private static double density(LotteryPath path) {
    return path.round() == 0 ? 1 : 0.5;
  }

  private List<String> read(Lottery lottery, double[]... barriers) throws Exception {
    Store store = new Store(root);
    List<LotteryPath> paths = lottery.paths();
    assertThat(paths).hasSize(barriers.length * barriers[0].length);
    for (LotteryPath path : paths) {
      int row = path.round() + 2 * (path.learningRate() == lottery.learningRates().get(0) ? 0 : 1);
      double barrier = barriers[row][(int) path.seed() - 1];
      Path folder = Files.createDirectories(store.folder(path.task()));
      new PathFile(
              List.of(
                  new PathFile.Point(0, 0.8, 1),
                  new PathFile.Point(0.5, 0.8 - barrier, 1),
                  new PathFile.Point(1, 0.8, 1)))
          .write(folder);
    }
    return new Stability(store, StabilityTest::density, 1000).read(paths);
  }

  /** Student's t for two seeds is 12.706: 12.706 x 0.0283 / 1.414, and so on. */
  @Test
  void theMeanOverSeedsAndItsIntervalOfEachDensity() throws Exception {
    assertThat(read(lottery(List.of(0.1), 1L, 2L), new double[][] {{0.30, 0.34}, {0.014, 0.022}}))
        .containsExactly(
            "Learning rate 0.1, two copies from weights of step 1ep with the images in different"
                + " orders: error barrier on the line between them 32.00 ±25.41 points at 100 %,"
                + " 1.80 ±5.08 points at 50 % of the weights. Below 2 points copies count as stable:"
                + " those at 50 %.");
  }

  @Test
  void eachRateHasItsOwnSentence() throws Exception {
    List<String> sentences =
        read(lottery(List.of(0.1, 0.01), 1L), new double[][] {{0.3}, {0.021}, {0.019}, {0}});
    assertThat(sentences).hasSize(2);
    assertThat(sentences.get(0))
        .startsWith("Learning rate 0.1,")
        .endsWith(
            "30.00 points at 100 %, 2.10 points at 50 % of the weights. Below 2 points copies"
                + " count as stable: none is.");
    assertThat(sentences.get(1))
        .startsWith("Learning rate 0.01,")
        .endsWith(
            "1.90 points at 100 %, 0.00 points at 50 % of the weights. Below 2 points copies"
                + " count as stable: those at 100 %, 50 %.");
  }

  @Test
  void nothingMeasuredIsNothingSaid() {
    assertThat(new Stability(new Store(root), StabilityTest::density, 1000).read(List.of()))
        .isEmpty();
  }
}
