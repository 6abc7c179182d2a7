package org.espalier.pruning.comparison;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.framework.training.Milestone;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.WarmUp;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Shape;
import org.espalier.graphs.UsageException;

/**
 * How much smaller than its settings say a comparison is run, so that a few minutes tell whether it
 * runs and what it looks like. Written {@code images=0.1,epochs=0.05,width=0.25}, or as one factor
 * {@code 0.05}: of the images, of the epochs and of the network's multiply-accumulates, which fall
 * with the square of the width, so the width gets its square root to two decimals. What such a run
 * ends with says nothing about the whole one.
 *
 * @param images share of the training and of the test images
 * @param epochs share of the epochs of every training, rounded, at least one
 * @param width factor of the channels of every hidden layer
 */
public record Scale(double images, double epochs, double width) {
  /** Nothing is smaller. */
  public static final Scale NONE = new Scale(1, 1, 1);

  private static final List<String> PARTS = List.of("images", "epochs", "width");

  public Scale {
    check("images", images);
    check("epochs", epochs);
    check("width", width);
  }

  private static void check(String part, double factor) {
    // Written so that NaN fails too.
    if (!(factor > 0 && factor <= 1)) {
      throw new UsageException(
          "expected factors above 0 and at most 1, found " + part + "=" + plain(factor));
    }
  }

  /** One factor for all; see the class. */
  public static Scale of(double factor) {
    check("factor", factor);
    return new Scale(factor, factor, Math.max(1, Math.round(100 * Math.sqrt(factor))) / 100.0);
  }

  /** Reads what {@link #toString()} writes, or one factor. */
  public static Scale parse(String text) {
    Map<String, Double> parts = new LinkedHashMap<>();
    try {
      if (!text.contains("=")) {
        return of(number(text));
      }
      for (String part : text.split(",", -1)) {
        String[] sides = part.strip().split("=", -1);
        if (sides.length != 2 || !PARTS.contains(sides[0]) || parts.containsKey(sides[0])) {
          throw new UsageException(expected(text));
        }
        parts.put(sides[0], number(sides[1]));
      }
    } catch (NumberFormatException e) {
      throw new UsageException(expected(text));
    }
    return new Scale(
        parts.getOrDefault("images", 1.0),
        parts.getOrDefault("epochs", 1.0),
        parts.getOrDefault("width", 1.0));
  }

  private static double number(String text) {
    return new BigDecimal(text.strip()).doubleValue();
  }

  private static String expected(String text) {
    return "expected a factor such as 0.05, or factors such as images=0.1,epochs=0.05,width=0.25,"
        + " found '"
        + text
        + "'";
  }

  /** The epochs of a training that would have so many. */
  int epochs(int all) {
    return Math.max(1, (int) Math.round(all * epochs));
  }

  /** A milestone at an iteration comes earlier where epochs have fewer of them. */
  Milestone milestone(Milestone whole) {
    return whole.share() > 0 || whole.step().iterations() == 0
        ? whole
        : Milestone.of(step(whole.step()));
  }

  /**
   * A warm-up of a training that has fewer epochs, or shorter ones. One as long as all of it is
   * none.
   */
  WarmUp warmUp(Recipe whole) {
    Step until = whole.warmUp().until();
    int least = until.epochs() == 0 ? 0 : epochs(until.epochs());
    boolean all = least > 0 && least >= epochs(whole.epochs());
    return all ? WarmUp.NONE : whole.warmUp().with(new Step(least, iterations(until)));
  }

  private Step step(Step whole) {
    return new Step(whole.epochs(), iterations(whole));
  }

  private long iterations(Step whole) {
    return whole.iterations() == 0 ? 0 : Math.max(1, Math.round(whole.iterations() * images));
  }

  /**
   * Refuses a width that leaves a layer one channel where it had several: nothing could go from it.
   *
   * @throws UsageException that tells the narrowest width
   */
  void check(Network full, Network scaled) {
    List<Parameter> narrow = scaled.trained();
    int least = Integer.MAX_VALUE; // of those that are left with one
    for (int i = 0; i < narrow.size(); i++) {
      Shape whole = full.trained().get(i).shape();
      boolean single = whole.rank() == 0; // one number for all, such as a branch's scale
      if (!single && whole.last() > 1 && narrow.get(i).shape().last() < 2) {
        least = Math.min(least, whole.last());
      }
    }
    if (least < Integer.MAX_VALUE) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "scale leaves a layer of %s 1 of its %d channels, of which none can go; width must be"
                  + " at least %.2f, found %s",
              full.name(),
              least,
              Math.ceil(100 * 1.5 / least) / 100,
              plain(width)));
    }
  }

  private static String plain(double number) {
    return Double.isFinite(number)
        ? new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString()
        : Double.toString(number);
  }

  /** Without the factors of 1; all of them if there is no other. */
  @Override
  public String toString() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("images", images);
    parts.put("epochs", epochs);
    parts.put("width", width);
    if (!equals(NONE)) {
      parts.values().removeIf(factor -> factor == 1);
    }
    return String.join(
        ",", parts.entrySet().stream().map(p -> p.getKey() + "=" + plain(p.getValue())).toList());
  }
}
