package org.espalier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.pruning.comparison.ArmSummary;

/**
 * One of the few numbers at the top of the page.
 *
 * @param detail a second line, or an empty text
 */
record KeyFigure(String name, String value, String detail) {

  static List<KeyFigure> of(Report report) {
    List<ArmSummary> arms = report.summary();
    ArmSummary full = ArmView.baseline(arms);
    if (arms.size() == 1) {
      return ofOne(arms.get(0));
    }
    List<ArmSummary> smaller = arms.stream().filter(arm -> !ArmView.isBaseline(arm)).toList();
    if (full == null || smaller.isEmpty()) {
      return List.of();
    }
    List<KeyFigure> figures = new ArrayList<>();
    figures.add(
        new KeyFigure(
            "Unpruned test accuracy",
            Numbers.accuracy(full.mean(), full.std(), full.n()),
            full.n() == 1 ? "1 seed" : full.n() + " seeds"));
    retrained(full, smaller).ifPresent(figures::add);
    ArmSummary first = smaller.get(0);
    String what = first.isMasked() ? ", not masked" : "";
    size("Parameters" + what, full.spentParameters(), first.spentParameters())
        .ifPresent(figures::add);
    if (!full.atLeast() && !first.atLeast()) {
      size("MACs for one image" + what, full.spentMacs(), first.spentMacs())
          .ifPresent(figures::add);
    }
    return figures;
  }

  private static List<KeyFigure> ofOne(ArmSummary arm) {
    List<KeyFigure> figures = new ArrayList<>();
    figures.add(
        new KeyFigure(
            "Test accuracy, last epoch",
            Numbers.accuracy(arm.mean(), arm.std(), arm.n()),
            arm.n() > 1 ? arm.n() + " seeds" : ""));
    if (arm.parameters() > 0) {
      figures.add(new KeyFigure("Parameters", Numbers.count(arm.parameters()), ""));
    }
    if (arm.macs() > 0) {
      figures.add(
          new KeyFigure(
              "MACs for one image",
              Numbers.cost(arm.macs(), arm.atLeast()),
              "conv and dense layers"));
    }
    if (ArmView.isTrained(arm)) {
      String time = arm.trainingSeconds() != null ? Numbers.duration(arm.trainingSeconds()) : "";
      figures.add(new KeyFigure("Epochs", Numbers.mean(arm.epochs()), time));
    }
    return figures;
  }

  private static Optional<KeyFigure> retrained(ArmSummary full, List<ArmSummary> smaller) {
    var means = smaller.stream().filter(ArmView::isTrained).mapToDouble(ArmSummary::mean).sorted();
    double[] sorted = means.toArray();
    if (sorted.length == 0) {
      return Optional.empty();
    }
    double low = sorted[0];
    double high = sorted[sorted.length - 1];
    String value =
        low == high
            ? Numbers.percent(low)
            : Numbers.fixed(low * 100, 2) + " to " + Numbers.percent(high);
    String change =
        low == high
            ? Numbers.points(full.mean(), low)
            : Numbers.points(full.mean(), low).replace(" points", "")
                + " to "
                + Numbers.points(full.mean(), high);
    return Optional.of(new KeyFigure("Smaller network, retrained", value, change));
  }

  private static Optional<KeyFigure> size(String name, double before, double after) {
    String change = Numbers.change(before, after);
    return change.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new KeyFigure(name, change, Numbers.count(before) + " to " + Numbers.count(after)));
  }
}
