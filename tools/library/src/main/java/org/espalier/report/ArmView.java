package org.espalier.report;

import java.util.List;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.ArmSummary;
import org.espalier.pruning.comparison.Comparison;

/** One row of the table by arm, every cell as it is printed; an empty cell part is left out. */
record ArmView(
    String label,
    int color,
    String accuracy,
    String accuracyChange,
    String dots,
    String seeds,
    String parameters,
    String parametersChange,
    String macs,
    String macsChange,
    String epochs,
    String compute,
    String computeChange,
    String time) {

  static List<ArmView> of(List<ArmSummary> arms, Palette palette, DotPlot plot) {
    ArmSummary full = baseline(arms);
    return arms.stream().map(arm -> of(arm, full, palette.of(arm.arm()), plot)).toList();
  }

  /** Whether others are compared with this arm, in every comparison. */
  static boolean isBaseline(ArmSummary arm) {
    return arm.arm().equals(Comparison.UNPRUNED);
  }

  static boolean isTrained(ArmSummary arm) {
    return arm.epochs() > 0;
  }

  /** The unpruned arm, or null where the comparison has none. */
  static ArmSummary baseline(List<ArmSummary> arms) {
    return arms.stream().filter(ArmView::isBaseline).findFirst().orElse(null);
  }

  private static ArmView of(ArmSummary arm, ArmSummary full, int color, DotPlot plot) {
    boolean compared = full != null && !ArmView.isBaseline(arm);
    return new ArmView(
        ArmNames.label(arm.arm()),
        color,
        Numbers.accuracy(arm.mean(), arm.std(), arm.n()),
        compared ? Numbers.points(full.mean(), arm.mean()) : "",
        plot.svg(arm, color),
        arm.n() == 1 ? "1 seed" : arm.n() + " seeds",
        left(arm.isMasked(), arm.spentParameters(), arm.parameters()),
        compared ? Numbers.change(full.spentParameters(), arm.spentParameters()) : "",
        atLeast(arm.atLeast(), left(arm.isMasked(), arm.spentMacs(), arm.macs())),
        compared && !arm.atLeast() ? Numbers.change(full.spentMacs(), arm.spentMacs()) : "",
        ArmView.isTrained(arm) ? Numbers.mean(arm.epochs()) : "none",
        training(arm),
        compared && !arm.atLeast() ? Numbers.change(full.trainingMacs(), arm.trainingMacs()) : "",
        arm.trainingSeconds() != null && ArmView.isTrained(arm)
            ? Numbers.duration(arm.trainingSeconds())
            : Numbers.NONE);
  }

  private static String atLeast(boolean so, String cost) {
    return so && !cost.equals(Numbers.NONE) ? "at least " + cost : cost;
  }

  /** The multiply-accumulates of a training; machines multiply what is masked too. */
  static String training(ArmSummary arm) {
    String macs = atLeast(arm.atLeast(), compute(arm.trainingMacs()));
    return arm.isMasked() && arm.trainingMacs() > 0 ? macs + ", masked too" : macs;
  }

  /** What is not masked, of all; or all. */
  private static String left(boolean masked, double left, double all) {
    return masked ? Numbers.count(left) + " of " + count(all) + " not masked" : count(all);
  }

  static String count(double value) {
    return value > 0 ? Numbers.count(value) : Numbers.NONE;
  }

  static String compute(double macs) {
    return macs > 0 ? Numbers.compute(macs) : Numbers.NONE;
  }

  /** One row of the table of every run. */
  record Run(
      String label,
      long seed,
      String accuracy,
      String parameters,
      String macs,
      String epochs,
      String compute,
      String time) {

    static Run of(ArmResult row) {
      return new Run(
          ArmNames.label(row.label()),
          row.seed(),
          Numbers.percent(row.accuracy()),
          count((double) row.parameters()),
          atLeast(row.atLeast(), count((double) row.macs())),
          row.epochs() > 0 ? Integer.toString(row.epochs()) : "none",
          atLeast(row.atLeast(), ArmView.compute(row.trainingMacs())),
          row.trainingSeconds() != null && row.epochs() > 0
              ? Numbers.duration(row.trainingSeconds())
              : Numbers.NONE);
    }
  }
}
