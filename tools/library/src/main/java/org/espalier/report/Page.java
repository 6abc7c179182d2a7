package org.espalier.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A report as its template asks for it: every text ready to be escaped and printed. The names of
 * the components are the names in {@code report.mustache}.
 *
 * @param sensitivity null if there is none
 * @param latency null if none was measured
 */
record Page(
    String kicker,
    String title,
    String subtitle,
    List<String> reading,
    List<KeyFigure> keys,
    List<String> warnings,
    boolean comparison,
    String dotScale,
    boolean timed,
    boolean hasBaseline,
    List<ArmView> arms,
    List<Fact> meanings,
    List<ArmView.Run> runs,
    PublishedTable published,
    String widthsLead,
    List<Width> widths,
    String curvesLead,
    List<Legend> legend,
    List<LineChart> charts,
    SensitivityView sensitivity,
    LotteryView lottery,
    LatencyView latency,
    List<Fact> facts,
    String data,
    String css,
    String chartJs,
    String script,
    String scriptHashes) {

  /** One row of the table of channels. */
  record Width(String layer, int before, String after, String kept) {}

  /** One button that shows and hides a line in all charts. */
  record Legend(String key, String label, int color) {}

  static Page of(Report report, Assets assets) {
    Set<String> names = new LinkedHashSet<>();
    report.summary().forEach(arm -> names.add(arm.arm()));
    report.curves().forEach(curve -> names.add(curve.arm()));
    Palette palette = Palette.of(names);
    DotPlot plot = DotPlot.of(report.summary());
    LotteryView lottery = LotteryView.of(report.runs());
    // Hundreds of trainings have no colours of their own.
    List<LineChart> charts =
        lottery == null ? LineChart.of(report.curves(), report.runs(), palette) : List.of();
    boolean comparison = report.summary().size() > 1 || report.runs().size() > 1;
    SensitivityView sensitivity =
        report
            .sensitivity()
            .map(scan -> SensitivityView.of(scan.table(), scan.proposal()))
            .orElse(null);
    return new Page(
        lottery == null ? kicker(report, comparison) : "Lottery",
        report.title(),
        report.subtitle(),
        report.reading(),
        lottery == null ? KeyFigure.of(report) : List.of(),
        report.warnings(),
        comparison,
        plot.scale(),
        report.summary().stream().anyMatch(arm -> arm.trainingSeconds() != null),
        report.summary().size() > 1 && ArmView.baseline(report.summary()) != null,
        ArmView.of(report.summary(), palette, plot),
        meanings(names),
        report.runs().stream().map(ArmView.Run::of).toList(),
        report.published(),
        widthsLead(report.widths()),
        report.widths().stream().map(Page::width).toList(),
        curvesLead(report.curves()),
        legend(charts),
        charts,
        sensitivity,
        lottery,
        report.pruned().flatMap(Report.Pruned::latency).map(LatencyView::of).orElse(null),
        report.facts(),
        new ChartData(
                ChartData.Bars.of(report.widths()),
                charts,
                sensitivity == null ? null : sensitivity.lines(),
                lottery == null ? null : lottery.rates())
            .json(),
        assets.css(),
        assets.chartJs(),
        assets.script(),
        assets.scriptHashes());
  }

  private static String kicker(Report report, boolean comparison) {
    if (report.sensitivity().isPresent()) {
      return "Sensitivity scan";
    }
    if (report.pruned().isPresent()) {
      return "Pruned model";
    }
    return comparison ? "Pruning comparison" : "Training run";
  }

  boolean hasReading() {
    return !reading.isEmpty();
  }

  boolean hasKeys() {
    return !keys.isEmpty();
  }

  boolean hasWarnings() {
    return !warnings.isEmpty();
  }

  boolean hasWidths() {
    return !widths.isEmpty();
  }

  boolean hasCurves() {
    return !charts.isEmpty();
  }

  boolean hasCharts() {
    return hasWidths() || hasCurves() || sensitivity != null || lottery != null;
  }

  boolean hasFacts() {
    return !facts.isEmpty();
  }

  int runCount() {
    return runs.size();
  }

  private static List<Fact> meanings(Set<String> arms) {
    return arms.stream()
        .filter(arm -> ArmNames.meaning(arm) != null)
        .map(arm -> Fact.of(ArmNames.label(arm), ArmNames.meaning(arm)))
        .toList();
  }

  private static Width width(LayerWidths layer) {
    return new Width(layer.layer(), layer.before(), ChartData.after(layer), ChartData.kept(layer));
  }

  private static String widthsLead(List<LayerWidths> layers) {
    int before = layers.stream().mapToInt(LayerWidths::before).sum();
    double after = layers.stream().mapToDouble(LayerWidths::mean).sum();
    long cut = layers.stream().filter(layer -> layer.mean() < layer.before()).count();
    boolean several = layers.stream().anyMatch(layer -> layer.least() < layer.most());
    return String.format(
        Locale.ROOT,
        "%s of %d channels stay; %d of %d layers became narrower.%s",
        Numbers.mean(after),
        before,
        cut,
        layers.size(),
        several ? " Bars show the mean over the seeds." : "");
  }

  private static String curvesLead(List<Curve> curves) {
    long arms = curves.stream().map(Curve::arm).distinct().count();
    return arms < curves.size()
        ? "Lines are means over the seeds, bands reach from the lowest seed to the highest."
            + " Epochs count each arm’s own training."
        : "Epochs count each run’s own training.";
  }

  private static List<Legend> legend(List<LineChart> charts) {
    return charts.stream()
        .flatMap(chart -> chart.series().stream())
        .map(line -> new Legend(line.key(), line.label(), line.color()))
        .distinct()
        .toList();
  }
}
