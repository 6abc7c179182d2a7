package org.espalier.framework.checks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;

/**
 * How long two networks take for the same inputs: medians of wall time, feeding and fetching
 * included. They run in turn, so that a busy machine slows both alike.
 *
 * @param batch inputs at once
 * @param runs of each that were timed, after a few to warm up
 * @param beforeMs milliseconds of the first network for a batch
 * @param afterMs milliseconds of the second
 */
public record Latency(int batch, int runs, double beforeMs, double afterMs) {
  private static final int WARM_UP = 3;
  private static final int LEAST = 9;
  private static final int MOST = 27;

  /** After so long no more than the fewest runs are made. */
  private static final double ENOUGH_MS = 3_000;

  private static final long SEED = 7;

  /**
   * Measures two networks with the same inputs.
   *
   * @param batch random inputs at once; networks that take a fixed number get that
   */
  public static Latency of(Model before, Model after, int batch, Machine machine) {
    Map<String, ShapedArray> inputs = RandomInputs.of(before.network(), batch, SEED);
    int fed = inputs.values().stream().mapToInt(Latency::rows).max().orElse(batch);
    List<Double> first = new ArrayList<>();
    List<Double> second = new ArrayList<>();
    try (Predictor one = new Predictor(before, machine);
        Predictor two = new Predictor(after, machine)) {
      for (int i = 0; i < WARM_UP; i++) {
        one.computed(inputs);
        two.computed(inputs);
      }
      double spent = 0;
      while (first.size() < MOST && (first.size() < LEAST || spent < ENOUGH_MS)) {
        first.add(milliseconds(one, inputs));
        second.add(milliseconds(two, inputs));
        spent += first.get(first.size() - 1) + second.get(second.size() - 1);
      }
    }
    return new Latency(fed, first.size(), median(first), median(second));
  }

  /** How many times faster the second is. */
  public double faster() {
    return beforeMs / afterMs;
  }

  private static int rows(ShapedArray input) {
    return input.shape().rank() == 0 ? 1 : input.shape().dim(0);
  }

  private static double milliseconds(Predictor predictor, Map<String, ShapedArray> inputs) {
    long start = System.nanoTime();
    predictor.computed(inputs);
    return (System.nanoTime() - start) / 1e6;
  }

  /** The middle one, or the mean of the two in the middle. */
  public static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }
}
