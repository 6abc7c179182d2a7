package org.espalier.report;

import java.nio.charset.Charset;
import java.util.List;
import org.espalier.pruning.comparison.ArmSummary;

/** The result of a comparison in the terminal. */
public final class ComparisonTable {
  private ComparisonTable() {}

  /** One line an arm; sizes carry their change against the unpruned network, if it is there. */
  public static String of(List<ArmSummary> arms, Charset charset) {
    TextTable table =
        new TextTable(
            "arm", "test accuracy", "seeds", "parameters", "MACs/image", "epochs", "training MACs");
    ArmSummary full = arms.stream().filter(ArmView::isBaseline).findFirst().orElse(null);
    for (ArmSummary arm : arms) {
      table.row(
          arm.arm(),
          Numbers.accuracy(arm.mean(), arm.std(), arm.n()),
          Integer.toString(arm.n()),
          size(arm.spentParameters(), full == null ? 0 : full.spentParameters()) + masked(arm),
          arm.atLeast()
              ? Numbers.cost(arm.macs(), true)
              : size(arm.spentMacs(), full == null ? 0 : full.spentMacs()) + masked(arm),
          ArmView.isTrained(arm) ? Numbers.mean(arm.epochs()) : Numbers.NONE,
          ArmView.training(arm));
    }
    return table.render(charset);
  }

  /** Of a masked arm, sizes are told without the weights that are masked. */
  private static String masked(ArmSummary arm) {
    return arm.isMasked() ? " not masked" : "";
  }

  private static String size(double value, double full) {
    if (value <= 0) {
      return Numbers.NONE;
    }
    return value == full || full <= 0
        ? Numbers.count(value)
        : Numbers.count(value) + " (" + Numbers.change(full, value) + ")";
  }
}
