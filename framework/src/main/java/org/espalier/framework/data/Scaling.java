package org.espalier.framework.data;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.graphs.UsageException;

/**
 * How pixels, bytes from 0 to 255, become what a network reads. A network that was trained on one
 * scaling is wrong on another.
 *
 * @param text as it is written: a name, or means and deviations on the scale from 0 to 1, one for
 *     all channels or one each, such as {@code 0.485,0.456,0.406:0.229,0.224,0.225}
 */
public record Scaling(String text) {
  /** What the names mean, but for the data set's own. */
  private static final Map<String, String> NAMED =
      new TreeMap<>(
          Map.of(
              "unit", "0:1",
              "-1..1", "0.5:0.5",
              "none", "0:0.00392156862745098",
              "imagenet", "0.485,0.456,0.406:0.229,0.224,0.225"));

  private static final String NUMBERS = "-?\\d+(\\.\\d+)?(,-?\\d+(\\.\\d+)?)*";

  /** By the data set's own mean and deviation. */
  public static final Scaling STANDARD = new Scaling("standard");

  /** From 0 to 1. */
  public static final Scaling UNIT = new Scaling("unit");

  /** As they are, from 0 to 255: the network scales them itself. */
  public static final Scaling NONE = new Scaling("none");

  public Scaling {
    if (!text.equals("standard") && !NAMED.containsKey(text)) {
      if (!text.matches(NUMBERS + ":" + NUMBERS)) {
        throw new UsageException(
            "expected standard, unit, -1..1, imagenet, none, or MEAN:DEVIATION such as 0.5:0.25,"
                + " found '"
                + text
                + "'");
      }
    }
  }

  /** Reads what {@link #toString} writes. */
  public static Scaling parse(String text) {
    return new Scaling(text);
  }

  /** All that are worth a try on images of so many channels. */
  public static List<Scaling> named(int channels) {
    return NAMED.keySet().stream()
        .filter(name -> channels == 3 || !name.equals("imagenet"))
        .map(Scaling::new)
        .toList();
  }

  /**
   * The constants.
   *
   * @param standard of the data set
   * @throws UsageException if there are constants for another number of channels, or a deviation is
   *     not above 0
   */
  public Normalisation of(Normalisation standard) {
    if (text.equals(STANDARD.text)) {
      return standard;
    }
    String[] both = NAMED.getOrDefault(text, text).split(":", -1);
    float[] mean = numbers(both[0], standard.channels());
    float[] deviation = numbers(both[1], standard.channels());
    for (float value : deviation) {
      if (!(value > 0)) {
        throw new UsageException("scaling " + text + ": deviations must be above 0");
      }
    }
    return new Normalisation(mean, deviation);
  }

  private float[] numbers(String list, int channels) {
    String[] parts = list.split(",", -1);
    if (parts.length != 1 && parts.length != channels) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "scaling %s is for %d channels, the images have %d",
              text,
              parts.length,
              channels));
    }
    float[] numbers = new float[channels];
    for (int c = 0; c < channels; c++) {
      numbers[c] = Float.parseFloat(parts[parts.length == 1 ? 0 : c]);
    }
    return numbers;
  }

  @Override
  public String toString() {
    return text;
  }
}
