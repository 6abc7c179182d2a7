package org.espalier.framework.training;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.graphs.UsageException;

/**
 * A position in training: after so many whole epochs and so many iterations more. Written {@code
 * 160ep}, {@code 500it} or {@code 2ep10it}.
 *
 * <p>Which of two steps comes first depends on the iterations of an epoch, so order is asked for
 * with {@link #order(int)}.
 */
public record Step(int epochs, long iterations) {
  private static final Pattern TEXT = Pattern.compile("(?:(\\d{1,9})ep)?(?:(\\d{1,18})it)?");

  public Step {
    if (epochs < 0 || iterations < 0) {
      throw new IllegalArgumentException(
          "a step is not negative, found " + epochs + " epochs and " + iterations + " iterations");
    }
  }

  public static Step ofEpochs(int epochs) {
    return new Step(epochs, 0);
  }

  public static Step ofIterations(long iterations) {
    return new Step(0, iterations);
  }

  /** Reads what {@link #toString()} writes. */
  public static Step parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new UsageException(
          "expected a step such as 160ep, 500it or 2ep10it, found '" + text + "'");
    }
    String epochs = matcher.group(1);
    String iterations = matcher.group(2);
    return new Step(
        epochs == null ? 0 : Integer.parseInt(epochs),
        iterations == null ? 0 : Long.parseLong(iterations));
  }

  /**
   * The number of iterations done at this step.
   *
   * @param iterationsPerEpoch at least 1
   */
  public long toIterations(int iterationsPerEpoch) {
    if (iterationsPerEpoch < 1) {
      throw new IllegalArgumentException(
          "an epoch has at least one iteration, found " + iterationsPerEpoch);
    }
    return Math.addExact(Math.multiplyExact((long) epochs, iterationsPerEpoch), iterations);
  }

  /** Earlier steps first, in epochs of so many iterations. */
  public static Comparator<Step> order(int iterationsPerEpoch) {
    return Comparator.comparingLong(step -> step.toIterations(iterationsPerEpoch));
  }

  @Override
  public String toString() {
    if (iterations == 0) {
      return epochs + "ep";
    }
    return (epochs == 0 ? "" : epochs + "ep") + iterations + "it";
  }
}
