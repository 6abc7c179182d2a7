package org.espalier.pruning.sensitivity;

import java.util.Collection;
import java.util.Comparator;
import org.espalier.framework.runs.SensitivityTable.Score;
import org.espalier.graphs.ShapedArray;

/**
 * Compares an output with what it was, batch by batch. A row is what lies along the last axis: the
 * scores of the classes of an image or, in a map, of a place.
 */
final class OutputDistance {
  private int width = 1;
  private long rows;
  private long equal;
  private double distances;
  private double lengths;

  /** Adds a batch; both arrays have one shape. */
  void add(ShapedArray expected, ShapedArray found) {
    int rank = expected.shape().rank();
    width = rank < 2 ? 1 : expected.shape().dim(rank - 1);
    float[] x = expected.values();
    float[] y = found.values();
    for (int from = 0; from < x.length; from += width) {
      rows++;
      equal += largest(x, from) == largest(y, from) ? 1 : 0;
      double distance = 0;
      double length = 0;
      for (int i = from; i < from + width; i++) {
        double apart = (double) y[i] - x[i];
        distance += apart * apart;
        length += (double) x[i] * x[i];
      }
      distances += Math.sqrt(distance);
      lengths += Math.sqrt(length);
    }
  }

  /** Where the largest number of a row stands, the first of equal ones; -1 if one is no number. */
  private int largest(float[] values, int from) {
    int largest = 0;
    for (int i = 0; i < width; i++) {
      if (Float.isNaN(values[from + i])) {
        return -1;
      }
      largest = values[from + i] > values[from + largest] ? i : largest;
    }
    return largest;
  }

  /** Null for rows of one number. */
  private Double agreement() {
    return width < 2 ? null : (double) equal / rows;
  }

  /** As a share of the mean length; of an output that was all zero, 0 or infinite. */
  private double distance() {
    if (lengths == 0) {
      return distances == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    return distances / lengths;
  }

  private Score score() {
    return Score.ofOutputs(agreement(), distance());
  }

  /** The score of the output that is least what it was, of those with classes if there are any. */
  static Score worst(Collection<OutputDistance> outputs) {
    boolean classes = outputs.stream().anyMatch(output -> output.width > 1);
    return outputs.stream()
        .filter(output -> !classes || output.width > 1)
        .map(OutputDistance::score)
        .min(Comparator.comparingDouble(Score::value).thenComparing(OutputDistance::closeness))
        .orElseThrow();
  }

  private static double closeness(Score score) {
    return score.distance() == null ? Double.NEGATIVE_INFINITY : -score.distance();
  }
}
