package org.espalier.pruning.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.espalier.graphs.RandomStream;
import org.junit.jupiter.api.Test;

class LassoTest {
  /** A problem with a Gram matrix of correlated columns. */
  private record Problem(double[] q, double[] r) {
    static Problem random(int size, long seed) {
      DMatrixRMaj x = LeastSquaresTest.random(3 * size, size, seed);
      for (int row = 0; row < x.numRows; row++) {
        for (int c = 1; c < size; c++) {
          x.add(row, c, 0.7 * x.get(row, c - 1));
        }
      }
      DMatrixRMaj y = LeastSquaresTest.random(3 * size, 1, seed + 100);
      for (int row = 0; row < x.numRows; row++) {
        y.add(row, 0, x.get(row, 0) - 2 * x.get(row, size / 2));
      }
      return new Problem(LeastSquaresTest.products(x, x), LeastSquaresTest.products(x, y));
    }

    double largest() {
      return Arrays.stream(r).map(Math::abs).max().orElseThrow();
    }

    double[] slope(double[] b) {
      double[] slope = r.clone();
      for (int i = 0; i < b.length; i++) {
        for (int j = 0; j < b.length; j++) {
          slope[i] -= q[i * b.length + j] * b[j];
        }
      }
      return slope;
    }
  }

  private static void meetsTheConditions(Problem p, double alpha, double[] b) {
    double[] slope = p.slope(b);
    for (int i = 0; i < b.length; i++) {
      if (b[i] == 0) {
        assertThat(Math.abs(slope[i])).isLessThanOrEqualTo(alpha + 1e-7 * p.largest());
      } else {
        assertThat(slope[i]).isCloseTo(alpha * Math.signum(b[i]), within(1e-7 * p.largest()));
      }
    }
  }

  @Test
  void aMinimumMeetsItsConditions() {
    for (long seed = 1; seed <= 5; seed++) {
      Problem p = Problem.random(40, seed);
      Lasso lasso = new Lasso(p.q(), p.r());
      double[] warm = new double[40];
      for (double share : new double[] {0.9, 0.3, 0.1, 0.01, 1e-4, 0.2}) {
        warm = lasso.solve(share * p.largest(), warm);
        meetsTheConditions(p, share * p.largest(), warm);
        double[] cold = lasso.solve(share * p.largest(), new double[40]);
        assertThat(warm).containsExactly(cold, within(1e-4));
      }
      assertThat(Lasso.nonZeros(lasso.solve(p.largest() * 1.0001, warm))).isZero();
      assertThat(Lasso.nonZeros(lasso.solve(p.largest() * 0.9999, warm))).isEqualTo(1);
    }
  }

  /** Of all supports and signs, the only one whose solution has these signs and is a minimum. */
  @Test
  void equalsTheBestOfAllSubsets() {
    for (long seed = 1; seed <= 8; seed++) {
      Problem p = Problem.random(5, seed);
      for (double share : new double[] {0.6, 0.2, 0.05}) {
        double alpha = share * p.largest();
        double[] found = new Lasso(p.q(), p.r()).solve(alpha, new double[5]);
        assertThat(found).containsExactly(best(p, alpha), within(1e-6));
      }
    }
  }

  private static double[] best(Problem p, double alpha) {
    double[] best = new double[5];
    double least = 0; // of b = 0
    for (int code = 1; code < 243; code++) {
      int[] signs = new int[5];
      for (int i = 0, rest = code; i < 5; i++, rest /= 3) {
        signs[i] = rest % 3 - 1;
      }
      int[] support = IntStream.range(0, 5).filter(i -> signs[i] != 0).toArray();
      if (support.length == 0) {
        continue;
      }
      int n = support.length;
      DMatrixRMaj a = new DMatrixRMaj(n, n);
      DMatrixRMaj right = new DMatrixRMaj(n, 1);
      for (int i = 0; i < n; i++) {
        right.set(i, 0, p.r()[support[i]] - alpha * signs[support[i]]);
        for (int j = 0; j < n; j++) {
          a.set(i, j, p.q()[support[i] * 5 + support[j]]);
        }
      }
      DMatrixRMaj solved = new DMatrixRMaj(n, 1);
      CommonOps_DDRM.solve(a, right, solved);
      double[] b = new double[5];
      boolean signsHold = true;
      for (int i = 0; i < n; i++) {
        b[support[i]] = solved.get(i, 0);
        signsHold &= Math.signum(solved.get(i, 0)) == signs[support[i]];
      }
      double value = value(p, alpha, b);
      if (signsHold && value < least) {
        least = value;
        best = b;
      }
    }
    return best;
  }

  private static double value(Problem p, double alpha, double[] b) {
    double[] slope = p.slope(b);
    double value = 0;
    for (int i = 0; i < 5; i++) {
      value += -(slope[i] + p.r()[i]) * b[i] / 2 + alpha * Math.abs(b[i]);
    }
    return value;
  }

  /** Orthogonal columns of length two: each coefficient by itself. */
  @Test
  void orthogonalColumnsAreThresholded() {
    double[] q = {2, 0, 0, 0, 2, 0, 0, 0, 2};
    Lasso lasso = new Lasso(q, new double[] {3, -1, 0.5});
    assertThat(lasso.solve(0.75, new double[3]))
        .containsExactly(new double[] {1.125, -0.125, 0}, within(1e-12));
  }

  @Test
  void soManyAsAreWantedStay() {
    RandomStream random = RandomStream.root(4);
    double[] q = new double[100 * 100];
    double[] r = new double[100];
    for (int i = 0; i < 100; i++) {
      q[i * 101] = 1;
      r[i] = random.nextGaussian();
    }
    Integer[] order = IntStream.range(0, 100).boxed().toArray(Integer[]::new);
    Arrays.sort(order, (a, b) -> Double.compare(Math.abs(r[b]), Math.abs(r[a])));
    for (int count : new int[] {1, 10, 37, 99, 100}) {
      int[] expected =
          Arrays.stream(order).limit(count).mapToInt(Integer::intValue).sorted().toArray();
      assertThat(new Lasso(q, r).largest(count)).containsExactly(expected);
    }
  }

  /** The count of those other than zero lies between what is wanted and a tenth more. */
  @Test
  void theSearchEndsWhereEnoughStay() {
    for (long seed = 1; seed <= 5; seed++) {
      Problem p = Problem.random(60, seed);
      Lasso lasso = new Lasso(p.q(), p.r());
      for (int count : new int[] {1, 7, 20, 45}) {
        assertThat(Lasso.nonZeros(lasso.search(count, (int) (1.1 * count))))
            .isBetween(count, Math.max(count, (int) (1.1 * count)));
        assertThat(lasso.largest(count)).hasSize(count).isSorted().doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void deadChannelsFillWhatIsLeft() {
    double[] q = {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0};
    Lasso lasso = new Lasso(q, new double[] {0, 1, 2, 0});
    assertThat(lasso.largest(1)).containsExactly(2);
    assertThat(lasso.largest(3)).containsExactly(0, 1, 2);
    assertThat(new Lasso(new double[4], new double[2]).largest(1)).containsExactly(0);
  }

  /** The fourth contributes too little for any weight of the penalty, but more than nothing. */
  @Test
  void whatContributesLittleComesBeforeWhatContributesNothing() {
    double[] q = new double[16];
    q[10] = 1;
    q[15] = 1;
    Lasso lasso = new Lasso(q, new double[] {0, 0, 1000, 0.5});
    assertThat(lasso.largest(3)).containsExactly(0, 2, 3);
    assertThat(lasso.largest(2)).containsExactly(2, 3);
  }

  /** Of copies that contribute alike the larger stays. */
  @Test
  void ofTwoCopiesOneStays() {
    DMatrixRMaj x = LeastSquaresTest.random(90, 4, 3);
    DMatrixRMaj doubled = new DMatrixRMaj(90, 8);
    DMatrixRMaj y = new DMatrixRMaj(90, 1);
    for (int row = 0; row < 90; row++) {
      for (int c = 0; c < 8; c++) {
        double value = x.get(row, c / 2) * (c % 2 == 0 ? 1 : 0.5);
        doubled.set(row, c, value);
        y.add(row, 0, value);
      }
    }
    Lasso lasso =
        new Lasso(
            LeastSquaresTest.products(doubled, doubled), LeastSquaresTest.products(doubled, y));
    assertThat(lasso.largest(4)).containsExactly(0, 2, 4, 6);
  }
}
