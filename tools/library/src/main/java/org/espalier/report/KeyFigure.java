package org.espalier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.checks.Latency;
import org.espalier.framework.runs.LatencyFile;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.graphs.cost.Cost;
import org.espalier.pruning.comparison.ArmSummary;

/**
 * One of the few numbers at the top of the page.
 *
 * @param detail a second line, or an empty text
 */
record KeyFigure(String name, String value, String detail) {

  static List<KeyFigure> of(Report report) {
    return report.pruned().map(KeyFigure::ofPruned).orElseGet(() -> ofArms(report));
  }

  private static List<KeyFigure> ofPruned(Report.Pruned pruned) {
    PrunedFile file = pruned.file();
    Cost.Effective before = file.spentBefore();
    Cost.Effective after = file.spent();
    boolean masked = file.effective() != null;
    List<KeyFigure> figures = new ArrayList<>();
    if (file.accuracyBefore() != null) {
      figures.add(
          new KeyFigure(
              "Test accuracy, not retrained",
              Numbers.percent(file.accuracyAfter()),
              "before " + Numbers.percent(file.accuracyBefore())));
    }
    String what = masked ? ", not masked" : "";
    size("Parameters" + what, before.parameters(), after.parameters()).ifPresent(figures::add);
    if (!file.atLeast()) {
      size("MACs for one image" + what, before.macs(), after.macs()).ifPresent(figures::add);
    }
    pruned.latency().map(LatencyFile::measured).stream()
        .flatMap(List::stream)
        .map(KeyFigure::ofLatency)
        .forEach(figures::add);
    return figures;
  }

  private static KeyFigure ofLatency(Latency l) {
    return new KeyFigure(
        "Latency, batch " + l.batch(),
        Numbers.change(l.beforeMs(), l.afterMs()),
        LatencyView.milliseconds(l.beforeMs()) + " to " + LatencyView.milliseconds(l.afterMs()));
  }

  private static List<KeyFigure> ofArms(Report report) {
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
