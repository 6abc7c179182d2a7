package org.espalier.framework.checks;

import java.util.Locale;
import java.util.Map;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.ShapedArray;

/**
 * How closely two networks agree.
 *
 * @param images how many both were given
 * @param largest the largest magnitude among the first network's outputs
 * @param difference the largest between an output of one and the same output of the other
 */
public record Agreement(int images, double largest, double difference) {
  /** Of the largest output. The same sums in another order differ by less; more is a mistake. */
  public static final double TOLERANCE = 1e-4;

  /** The largest difference as a share of the largest output. */
  public double relative() {
    return largest == 0 ? difference : difference / largest;
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
   * Compares all outputs.
   *
   * @param title what to call the second network in an error message
   * @throws BadInputException if outputs are missing, of other shapes, or not numbers
   */
  public static Agreement of(
      String title, Map<String, ShapedArray> expected, Map<String, ShapedArray> found) {
    double largest = 0;
    double difference = 0;
    int images = 0;
    for (Map.Entry<String, ShapedArray> e : expected.entrySet()) {
      ShapedArray a = e.getValue();
      ShapedArray b = found.get(e.getKey());
      if (b == null || !a.shape().equals(b.shape())) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "%s: expected output '%s' of shape %s, found %s",
                title,
                e.getKey(),
                a.shape(),
                b == null ? "none" : b.shape()));
      }
      images = a.shape().rank() == 0 ? images : a.shape().dim(0);
      for (int i = 0; i < a.values().length; i++) {
        float x = a.values()[i];
        float y = b.values()[i];
        if (!Float.isFinite(x) || !Float.isFinite(y)) {
          throw new BadInputException(
              String.format(
                  Locale.ROOT,
                  "%s: expected finite numbers in output '%s', found %s where the original has %s",
                  title,
                  e.getKey(),
                  y,
                  x));
        }
        largest = Math.max(largest, Math.abs(x));
        difference = Math.max(difference, Math.abs((double) x - y));
      }
    }
    return new Agreement(images, largest, difference);
  }
}
