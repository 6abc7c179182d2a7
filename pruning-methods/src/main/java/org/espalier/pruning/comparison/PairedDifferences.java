package org.espalier.pruning.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.commons.statistics.distribution.TDistribution;
import org.espalier.graphs.UsageException;

/**
 * By how much one arm is more accurate than another, one difference a seed. Both arms of a seed
 * share data and more, so it is their difference that varies.
 *
 * @param values one a seed, at least two
 * @param image what one image adds to an accuracy. A smaller spread than that is not seen: seeds
 *     that agree to the image would be sure of anything
 */
public record PairedDifferences(List<Double> values, double image) {
  /** Seeds up to which every choice of signs is looked at. */
  private static final int EXACT = 20;

  /** What two sides leave of 95 %. */
  private static final double ERROR = 0.05;

  /** How many seeds are worth telling. */
  private static final int MOST = 1000;

  /** Rounding, in statistics that are equal. */
  private static final double SAME = 1e-9;

  public PairedDifferences {
    values = List.copyOf(values);
    if (values.size() < 2) {
      throw new UsageException("differences of two seeds at least, found " + values.size());
    }
  }

  public int seeds() {
    return values.size();
  }

  public double mean() {
    return values.stream().mapToDouble(d -> d).average().orElseThrow();
  }

  /** The sample standard deviation (n - 1), or what one image adds if that is more. */
  public double spread() {
    double mean = mean();
    double squares = values.stream().mapToDouble(d -> (d - mean) * (d - mean)).sum();
    return Math.max(Math.sqrt(squares / (seeds() - 1)), image);
  }

  /**
   * What the mean must exceed to be more than chance, at 95 %. Few seeds know the spread badly, so
   * the quantile is Student's: 12.7 spreads of the mean for two seeds, 4.3 for three.
   *
   * @param looks at how many such means one looks; the error is divided by it (Bonferroni)
   */
  public double halfWidth(int looks) {
    return halfWidth(seeds(), spread(), looks);
  }

  private static double halfWidth(int n, double spread, int looks) {
    double quantile = TDistribution.of(n - 1).inverseSurvivalProbability(ERROR / 2 / looks);
    return quantile * spread / Math.sqrt(n);
  }

  /**
   * With how many seeds such a mean with such a spread would be more than chance, at 95 %; empty if
   * with none up to 1,000.
   */
  public OptionalInt seedsNeeded() {
    for (int n = 2; n <= MOST; n++) {
      if (Math.abs(mean()) > halfWidth(n, spread(), 1)) {
        return OptionalInt.of(n);
      }
    }
    return OptionalInt.empty();
  }

  /** The smallest p-value that the exact test can give: that of signs that all agree. */
  public static double smallestP(int seeds) {
    return Math.pow(2, 1 - seeds);
  }

  /**
   * The p-values, two-sided, of the hypotheses that neither arm of a pair is better, for several
   * pairs with the same seeds, corrected for looking at all of them: the exact permutation test
   * that swaps the two arms of whole seeds, with the largest of the pairs' statistics (Westfall and
   * Young 1993, Resampling-Based Multiple Testing, single-step maxT). Of more than 20 seeds
   * Student's t and Bonferroni.
   */
  public static List<Double> corrected(List<PairedDifferences> pairs) {
    if (pairs.isEmpty()) {
      return List.of();
    }
    int seeds = pairs.get(0).seeds();
    if (pairs.stream().anyMatch(p -> p.seeds() != seeds)) {
      throw new UsageException("pairs that are looked at together must have the same seeds");
    }
    return seeds > EXACT
        ? pairs.stream().map(p -> Math.min(1, pairs.size() * p.studentP())).toList()
        : exact(pairs, seeds);
  }

  private double studentP() {
    return 2 * TDistribution.of(seeds() - 1).survivalProbability(statistic(0));
  }

  private static List<Double> exact(List<PairedDifferences> pairs, int seeds) {
    int[] asLarge = new int[pairs.size()];
    int choices = 1 << seeds;
    for (int swapped = 0; swapped < choices; swapped++) {
      double largest = 0;
      for (PairedDifferences pair : pairs) {
        largest = Math.max(largest, pair.statistic(swapped));
      }
      for (int p = 0; p < asLarge.length; p++) {
        asLarge[p] += largest >= pairs.get(p).statistic(0) * (1 - SAME) ? 1 : 0;
      }
    }
    List<Double> corrected = new ArrayList<>();
    for (int count : asLarge) {
      corrected.add((double) count / choices);
    }
    return corrected;
  }

  /**
   * Student's t, without its sign.
   *
   * @param swapped the seeds whose two arms change places, one bit each
   */
  private double statistic(int swapped) {
    double sum = 0;
    double squares = 0;
    for (int s = 0; s < values.size(); s++) {
      double d = (swapped >> s & 1) == 0 ? values.get(s) : -values.get(s);
      sum += d;
      squares += d * d;
    }
    int n = values.size();
    double mean = sum / n;
    if (mean == 0) {
      return 0; // whatever the spread is, none too
    }
    double variance = Math.max(0, squares - n * mean * mean) / (n - 1);
    return Math.abs(mean) / Math.max(Math.sqrt(variance), image) * Math.sqrt(n);
  }
}
