package org.espalier.pruning.comparison;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.graphs.BadInputException;

/**
 * What a paper says an arm ends with. Accuracies are fractions.
 *
 * @param accuracy of the test images: the mean of five runs, or of a single one
 * @param std sample standard deviation; null of a single run
 * @param of the unpruned network of those who published it, where that is another one than in the
 *     rest of the row; else null
 */
public record PublishedArm(String arm, double accuracy, Double std, Double of) {
  private static final String NUMBER = "([+-]?\\d+(?:\\.\\d+)?)";
  private static final Pattern MEAN = Pattern.compile(NUMBER + "(?: ± " + NUMBER + ")?");
  private static final Pattern CHANGE = Pattern.compile(NUMBER + " of " + NUMBER);

  /**
   * Reads percents: {@code 93.63 ± 0.16}, {@code 72.56} of a single run, {@code -1.23 of 71.03}.
   *
   * @throws BadInputException with an example
   */
  static PublishedArm parse(String arm, String text) {
    Matcher mean = MEAN.matcher(text);
    if (mean.matches()) {
      Double std = mean.group(2) == null ? null : fraction(new BigDecimal(mean.group(2)));
      return new PublishedArm(arm, fraction(new BigDecimal(mean.group(1))), std, null);
    }
    Matcher change = CHANGE.matcher(text);
    if (change.matches()) {
      BigDecimal of = new BigDecimal(change.group(2));
      BigDecimal accuracy = of.add(new BigDecimal(change.group(1)), MathContext.UNLIMITED);
      return new PublishedArm(arm, fraction(accuracy), null, fraction(of));
    }
    throw new BadInputException(
        arm
            + ": expected percents such as '93.63 ± 0.16' or '-1.23 of 71.03', found '"
            + text
            + "'");
  }

  private static double fraction(BigDecimal percent) {
    return percent.movePointLeft(2).doubleValue();
  }

  /** Whether one run alone is behind it. */
  public boolean isSingleRun() {
    return std == null;
  }
}
