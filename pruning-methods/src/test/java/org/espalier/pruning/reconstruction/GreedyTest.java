package org.espalier.pruning.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** The choice by products is that of the papers' algorithms, which go through the rows. */
class GreedyTest {
  private static final int ROWS = 80;
  private static final int CHANNELS = 12;

  private static DMatrixRMaj rows(long seed) {
    DMatrixRMaj x = LeastSquaresTest.random(ROWS, CHANNELS, seed);
    for (int r = 0; r < ROWS; r++) {
      for (int c = 1; c < CHANNELS; c++) {
        x.add(r, c, 0.6 * x.get(r, c - 1) + 0.1 * c);
      }
    }
    return x;
  }

  private static ChannelContributions contributions(DMatrixRMaj x) {
    return new ChannelContributions(LeastSquaresTest.products(x, x));
  }

  /** Luo et al. 2017, algorithm 1, as it is written. */
  private static int[] removed(DMatrixRMaj x, int keep) {
    List<Integer> gone = new ArrayList<>();
    while (gone.size() < CHANNELS - keep) {
      int best = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int c = 0; c < CHANNELS; c++) {
        if (gone.contains(c)) {
          continue;
        }
        double square = 0;
        for (int r = 0; r < ROWS; r++) {
          double sum = x.get(r, c);
          for (int t : gone) {
            sum += x.get(r, t);
          }
          square += sum * sum;
        }
        if (square < least) {
          least = square;
          best = c;
        }
      }
      gone.add(best);
    }
    return IntStream.range(0, CHANNELS).filter(c -> !gone.contains(c)).toArray();
  }

  @Test
  void removalIsThatOfThePaper() {
    for (long seed = 1; seed <= 6; seed++) {
      DMatrixRMaj x = rows(seed);
      for (int keep = 1; keep <= CHANNELS; keep++) {
        assertThat(GreedyRemoval.kept(contributions(x).products(), keep))
            .containsExactly(removed(x, keep));
      }
    }
  }

  /** What the best coefficient of one channel takes off what is left over. */
  private static double fits(DMatrixRMaj x, int channel, double[] left) {
    double product = 0;
    double square = 0;
    for (int r = 0; r < ROWS; r++) {
      product += x.get(r, channel) * left[r];
      square += x.get(r, channel) * x.get(r, channel);
    }
    return product * product / square;
  }

  private static double[] left(DMatrixRMaj x, List<Integer> chosen) {
    double[] left = new double[ROWS];
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < CHANNELS; c++) {
        left[r] += x.get(r, c);
      }
    }
    if (chosen.isEmpty()) {
      return left;
    }
    int[] columns = chosen.stream().mapToInt(Integer::intValue).toArray();
    DMatrixRMaj part = LeastSquaresTest.columns(x, columns);
    double[] w = LeastSquaresTest.qr(part, DMatrixRMaj.wrap(ROWS, 1, left.clone()));
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < w.length; i++) {
        left[r] -= w[i] * part.get(r, i);
      }
    }
    return left;
  }

  private static int[] added(List<DMatrixRMaj> layers, int keep) {
    List<Integer> chosen = new ArrayList<>();
    while (chosen.size() < keep) {
      double[] shares = new double[CHANNELS];
      for (DMatrixRMaj x : layers) {
        double[] left = left(x, chosen);
        double energy = Arrays.stream(left(x, List.of())).map(v -> v * v).sum();
        for (int c = 0; c < CHANNELS; c++) {
          shares[c] += chosen.contains(c) ? -9 : fits(x, c, left) / energy;
        }
      }
      int best = 0;
      for (int c = 1; c < CHANNELS; c++) {
        best = shares[c] > shares[best] ? c : best;
      }
      chosen.add(best);
    }
    return chosen.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  @Test
  void additionIsThatOfThePaper() {
    for (long seed = 1; seed <= 6; seed++) {
      DMatrixRMaj x = rows(seed);
      // The last channel is settled by rounding: with all others nothing is left over.
      for (int keep = 1; keep < CHANNELS; keep++) {
        assertThat(GreedyAddition.kept(List.of(contributions(x)), keep))
            .containsExactly(added(List.of(x), keep));
      }
    }
  }

  @Test
  void severalLayersCountByTheSharesOfTheirOutputs() {
    DMatrixRMaj small = rows(1);
    DMatrixRMaj large = rows(2);
    for (int i = 0; i < large.data.length; i++) {
      large.data[i] *= 100;
    }
    List<DMatrixRMaj> layers = List.of(small, large);
    List<ChannelContributions> both = layers.stream().map(GreedyTest::contributions).toList();
    for (int keep = 1; keep < CHANNELS; keep++) {
      assertThat(GreedyAddition.kept(both, keep)).containsExactly(added(layers, keep));
    }
    double[] shares = ChannelContributions.shares(both);
    double energy = both.get(0).energy();
    double scaled = both.get(1).energy();
    for (int i = 0; i < shares.length; i++) {
      assertThat(shares[i])
          .isCloseTo(
              both.get(0).products()[i] / energy + both.get(1).products()[i] / scaled,
              within(1e-12));
    }
    double whole = Arrays.stream(shares).sum();
    assertThat(whole).as("each layer's outputs count as one").isCloseTo(2, within(1e-9));
  }

  @Test
  void silentChannelsGoFirstAndComeLast() {
    DMatrixRMaj x = rows(3);
    for (int r = 0; r < ROWS; r++) {
      x.set(r, 4, 0);
      x.set(r, 7, 0);
    }
    assertThat(GreedyRemoval.kept(contributions(x).products(), 10)).doesNotContain(4, 7);
    assertThat(GreedyAddition.kept(List.of(contributions(x)), 10)).doesNotContain(4, 7);
    assertThat(GreedyAddition.kept(List.of(contributions(x)), 12)).hasSize(12);
    ChannelContributions silent = new ChannelContributions(new double[9]);
    assertThat(GreedyAddition.kept(List.of(silent), 2)).containsExactly(0, 1);
    assertThat(ChannelContributions.shares(List.of(silent))).containsOnly(0);
  }
}
