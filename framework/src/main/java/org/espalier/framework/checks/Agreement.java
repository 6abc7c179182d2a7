package org.espalier.framework.checks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.framework.sessions.Outputs;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.ShapedArray;

/**
 * How closely two networks agree.
 *
 * @param images how many both were given
 * @param largest the largest magnitude in the first network's output that differs most
 * @param difference the largest between that output of one and of the other
 */
public record Agreement(int images, double largest, double difference) {
  /** Of the largest output. The same sums in another order differ by less; more is a mistake. */
  public static final double TOLERANCE = 1e-4;

  private static final double LEAST = 1e-3;

  /** The largest difference as a share of the largest output. */
  public double relative() {
    return largest == 0 ? difference : difference / largest;
  }

  /** The one of two that holds less. */
  public Agreement or(Agreement other) {
    return other.relative() > relative() ? other : this;
  }

  public boolean holds() {
    return difference <= TOLERANCE * largest;
  }

  /**
   * Refuses outputs that prove nothing.
   *
   * @throws BadInputException if one holds what is no finite number
   */
  public static void checkFinite(String title, Map<String, ShapedArray> outputs) {
    outputs.forEach(
        (key, array) -> {
          for (float x : array.values()) {
            if (!Float.isFinite(x)) {
              throw new BadInputException(
                  String.format(
                      Locale.ROOT,
                      "%s: expected finite numbers in output '%s', found %s in the network's own",
                      title,
                      key,
                      x));
            }
          }
        });
  }

  /**
   * Compares all outputs; strings must be the same.
   *
   * @param title what to call the second network in an error message
   * @throws BadInputException if outputs are missing, of other shapes, or not numbers, or if a
   *     string differs
   */
  public static Agreement of(String title, Outputs expected, Outputs found) {
    expected
        .texts()
        .forEach(
            (key, texts) -> {
              List<String> others = found.texts().get(key);
              if (!texts.equals(others)) {
                throw new BadInputException(
                    String.format(
                        Locale.ROOT,
                        "%s: expected output '%s' to hold %s, found %s",
                        title,
                        key,
                        texts,
                        others == null ? "none" : others));
              }
            });
    return of(title, expected.numbers(), found.numbers());
  }

  /**
   * Compares all outputs. Each is measured by the largest number in it, or by a thousandth of the
   * largest in any: a key or a pixel that is passed through must not hide what logits do.
   *
   * @param title what to call the second network in an error message
   * @return of the output that differs most
   * @throws BadInputException if outputs are missing, of other shapes, or not numbers
   */
  public static Agreement of(
      String title, Map<String, ShapedArray> expected, Map<String, ShapedArray> found) {
    double least = 0;
    for (ShapedArray array : expected.values()) {
      for (float x : array.values()) {
        least = Float.isFinite(x) ? Math.max(least, LEAST * Math.abs(x)) : least;
      }
    }
    Agreement worst = null;
    int images = 0;
    for (Map.Entry<String, ShapedArray> e : expected.entrySet()) {
      ShapedArray a = e.getValue();
      images = a.shape().rank() == 0 ? images : a.shape().dim(0);
      Agreement one = of(title, e.getKey(), a, found.get(e.getKey()), least);
      worst = worst == null || one.relative() > worst.relative() ? one : worst;
    }
    return worst == null
        ? new Agreement(0, 0, 0)
        : new Agreement(images, worst.largest, worst.difference);
  }

  private static Agreement of(
      String title, String key, ShapedArray expected, ShapedArray found, double least) {
    if (found == null || !expected.shape().equals(found.shape())) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected output '%s' of shape %s, found %s",
              title,
              key,
              expected.shape(),
              found == null ? "none" : found.shape()));
    }
    double largest = least;
    double difference = 0;
    for (int i = 0; i < expected.values().length; i++) {
      float x = expected.values()[i];
      float y = found.values()[i];
      if (!Float.isFinite(x) || !Float.isFinite(y)) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "%s: expected finite numbers in output '%s', found %s where the original has %s",
                title,
                key,
                y,
                x));
      }
      largest = Math.max(largest, Math.abs(x));
      difference = Math.max(difference, Math.abs((double) x - y));
    }
    return new Agreement(0, largest, difference);
  }
}
