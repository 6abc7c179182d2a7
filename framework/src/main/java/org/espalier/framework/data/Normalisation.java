package org.espalier.framework.data;

import java.util.Arrays;
import java.util.Locale;
import org.espalier.graphs.BadInputException;

/**
 * Constants that centre and scale pixels, one of each per channel. A pixel byte p becomes (p / 255
 * - mean) / std.
 *
 * @param mean on the scale from 0 to 1, shape [channels]
 * @param std standard deviation on the same scale, above 0, shape [channels]
 */
@SuppressWarnings("ArrayRecordComponent") // Copied going in and out.
public record Normalisation(float[] mean, float[] std) {
  /**
   * @throws BadInputException if the lengths differ, or a value is not finite, or a std is not
   *     above 0
   */
  public Normalisation {
    mean = mean.clone();
    std = std.clone();
    if (mean.length == 0 || mean.length != std.length) {
      throw new BadInputException(
          "normalisation: expected as many means as standard deviations and at least one, found "
              + String.format(Locale.ROOT, "%d and %d", mean.length, std.length));
    }
    for (int c = 0; c < mean.length; c++) {
      if (!Float.isFinite(mean[c]) || !Float.isFinite(std[c]) || std[c] <= 0) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "normalisation: expected a finite mean and a positive std in channel %d, found %s and %s",
                c,
                mean[c],
                std[c]));
      }
    }
  }

  /** Scales to the range from 0 to 1 and nothing more. */
  public static Normalisation none(int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return new Normalisation(new float[channels], ones);
  }

  public int channels() {
    return mean.length;
  }

  @Override
  public float[] mean() {
    return mean.clone();
  }

  @Override
  public float[] std() {
    return std.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Normalisation n
        && Arrays.equals(mean, n.mean)
        && Arrays.equals(std, n.std);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std);
  }

  @Override
  public String toString() {
    return "Normalisation[mean=" + Arrays.toString(mean) + ", std=" + Arrays.toString(std) + "]";
  }
}
