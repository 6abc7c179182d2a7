package org.espalier.pruning.reconstruction;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The LASSO in its Gram form: minimises {@code b'Qb / 2 - q'b + alpha |b|_1} by coordinate descent,
 * each coordinate in turn.
 */
final class Lasso {
  /** How far from optimal, as a share of the largest of q, ends the descent. */
  private static final double TOLERANCE = 1e-8;

  private static final int MOST_SWEEPS = 5000;

  /** Where the search for alpha begins, as a share of the alpha at which all is zero. */
  private static final double FIRST = 1e-3;

  /** Bisections of alpha; each halves what is left. */
  private static final int MOST_HALVINGS = 40;

  /** As in the authors' code, up to a tenth more coordinates than wanted may be other than zero. */
  private static final double SLACK = 1.1;

  private final double[] products;
  private final double[] cross;
  private final int size;
  private final double largest;

  /**
   * @param products Q, [size, size], symmetric and without negative eigenvalues
   * @param cross q, [size]
   */
  Lasso(double[] products, double[] cross) {
    this.products = products;
    this.cross = cross;
    size = cross.length;
    largest = Arrays.stream(cross).map(Math::abs).max().orElse(0);
  }

  /**
   * Minimises.
   *
   * @param start where the descent begins
   */
  double[] solve(double alpha, double[] start) {
    double[] b = start.clone();
    double[] slope = slope(b);
    boolean[] active = new boolean[size];
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      Arrays.fill(active, true);
      descend(b, slope, alpha, active);
      if (violation(b, slope, alpha, active) <= TOLERANCE * largest) {
        break;
      }
      // Most coordinates stay at zero: descend along the others before all are asked again.
      for (int i = 0; i < size; i++) {
        active[i] = b[i] != 0;
      }
      while (sweep < MOST_SWEEPS && violation(b, slope, alpha, active) > TOLERANCE * largest) {
        descend(b, slope, alpha, active);
        sweep++;
      }
    }
    return b;
  }

  /** q - Qb. */
  private double[] slope(double[] b) {
    double[] slope = cross.clone();
    for (int j = 0; j < size; j++) {
      move(slope, j, b[j]);
    }
    return slope;
  }

  private void move(double[] slope, int coordinate, double by) {
    if (by != 0) {
      int row = coordinate * size;
      for (int i = 0; i < size; i++) {
        slope[i] -= products[row + i] * by;
      }
    }
  }

  private void descend(double[] b, double[] slope, double alpha, boolean[] active) {
    for (int j = 0; j < size; j++) {
      double square = products[j * size + j];
      if (active[j] && square > 0) {
        double free = slope[j] + square * b[j];
        double next = Math.signum(free) * Math.max(0, Math.abs(free) - alpha) / square;
        move(slope, j, next - b[j]);
        b[j] = next;
      }
    }
  }

  /** How far the worst coordinate is from the conditions of a minimum. */
  private double violation(double[] b, double[] slope, double alpha, boolean[] active) {
    double worst = 0;
    for (int j = 0; j < size; j++) {
      if (active[j] && products[j * size + j] > 0) {
        double off =
            b[j] == 0
                ? Math.max(0, Math.abs(slope[j]) - alpha)
                : Math.abs(slope[j] - alpha * Math.signum(b[j]));
        worst = Math.max(worst, off);
      }
    }
    return worst;
  }

  /**
   * Raises alpha until few coordinates are other than zero, halves the interval until as many are
   * as are wanted or up to a tenth more, and takes of these the largest. Where no alpha gives so
   * few and not fewer, the nearest that gives enough decides. Of those at zero, ones that
   * contribute come before ones that do not.
   *
   * @return so many coordinates, ascending
   */
  int[] largest(int count) {
    double[] b = search(count, (int) (SLACK * count));
    int[] best =
        IntStream.range(0, size)
            .boxed()
            .sorted( // stable
                Comparator.<Integer>comparingDouble(i -> -Math.abs(b[i]))
                    .thenComparing(i -> products[i * size + i] == 0))
            .limit(count)
            .mapToInt(Integer::intValue)
            .toArray();
    Arrays.sort(best);
    return best;
  }

  double[] search(int least, int most) {
    double right = FIRST * largest;
    double[] b = solve(right, new double[size]);
    long alive = IntStream.range(0, size).filter(i -> products[i * size + i] > 0).count();
    if (alive < least) {
      return b; // no alpha leaves so many
    }
    double[] enough = null;
    while (nonZeros(b) >= least && nonZeros(b) > 0) {
      enough = b;
      right *= 2;
      b = solve(right, b);
    }
    double left = 0;
    for (int i = 0; i < MOST_HALVINGS && (enough == null || nonZeros(enough) > most); i++) {
      double middle = (left + right) / 2;
      b = solve(middle, b);
      if (nonZeros(b) < least) {
        right = middle;
      } else {
        left = middle;
        enough = b;
      }
    }
    return enough == null ? b : enough;
  }

  static int nonZeros(double[] b) {
    return (int) Arrays.stream(b).filter(v -> v != 0).count();
  }
}
