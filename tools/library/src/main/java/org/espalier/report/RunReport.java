package org.espalier.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.framework.runs.LatencyFile;
import org.espalier.framework.runs.MetricsCsv;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.training.Measurement;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.Comparison;
import org.espalier.pruning.sensitivity.SensitivityRule;

/** A report of one run: a training with its curves, or a pruned model with its widths. */
final class RunReport {
  private RunReport() {}

  static Report read(Path folder) {
    if (Files.exists(folder.resolve(SensitivityTable.FILE))) {
      return SensitivityReport.read(folder, SensitivityRule.STANDARD);
    }
    RunDescription run = RunDescription.read(folder);
    Report report =
        Files.exists(folder.resolve(PrunedFile.FILE))
            ? ofPruned(folder, run)
            : ofTraining(folder, run);
    return report
        .withWidths(LayerWidths.of(LayerWidths.hasCut(folder) ? List.of(folder) : List.<Path>of()))
        .withFacts(
            Stream.of(report.facts(), List.of(again(folder)), RunFacts.of(run))
                .flatMap(List::stream)
                .toList());
  }

  private static Fact again(Path folder) {
    String path = folder.toAbsolutePath().normalize().toString();
    return Fact.code("To make it again", "espalier reproduce " + ShellWords.quoted(path));
  }

  private static Report ofTraining(Path folder, RunDescription run) {
    List<Measurement> measured = MetricsCsv.read(folder);
    String name = ReportFolder.name(folder);
    long seed = number(run, "seed");
    List<ArmResult> rows = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    Optional<RunSummary> summary = new RunFolder(folder).summary();
    if (summary.isPresent()) {
      Double seconds = Curve.seconds(measured);
      rows.add(ArmResult.of(name, seed, summary.get(), null).timed(seconds));
    } else {
      // A run that was stopped, or still goes on, has curves but no result.
      warnings.add(
          String.format(
              Locale.ROOT,
              "This run is not finished: %d epochs, no %s.",
              measured.size(),
              RunSummary.FILE));
    }
    if (!run.differingStretches().isEmpty()) {
      warnings.add(RunDescription.warning(run.differingStretches()));
    }
    return Report.of(name, subtitle(run), rows)
        .withWarnings(warnings)
        .withCurves(List.of(new Curve(name, seed, measured)));
  }

  private static Report ofPruned(Path folder, RunDescription run) {
    PrunedFile pruned = PrunedFile.find(folder).orElseThrow();
    RunSummary small = new RunFolder(folder).summary().orElseThrow();
    List<ArmResult> rows = new ArrayList<>();
    if (pruned.accuracyBefore() != null) {
      RunSummary large =
          new RunSummary(
              pruned.accuracyBefore(),
              null,
              0,
              pruned.parentParameters(),
              pruned.parentMacs(),
              pruned.parentFlops(),
              0,
              0,
              pruned.parentWeights(),
              pruned.atLeast(),
              pruned.parentEffective());
      rows.add(ArmResult.of(Comparison.UNPRUNED, 0, large, null));
      rows.add(ArmResult.of(Comparison.PRUNED, 0, small, null));
    }
    List<Fact> facts = new ArrayList<>();
    facts.add(change("Parameters", pruned.parentParameters(), pruned.parameters()));
    if (pruned.parentStatistics() > 0) {
      facts.add(
          change(
              "As Keras counts, with means and variances of batch norm",
              pruned.parentParameters() + pruned.parentStatistics(),
              pruned.parameters() + pruned.statistics()));
    }
    facts.add(
        pruned.atLeast()
            ? Fact.of(
                "MACs for one image",
                String.format(
                    Locale.ROOT,
                    "%s to %s",
                    Numbers.cost(pruned.parentMacs(), true),
                    Numbers.cost(pruned.macs(), true)))
            : change("MACs for one image", pruned.parentMacs(), pruned.macs()));
    if (pruned.effective() != null) {
      facts.add(
          change(
              "Parameters that are not masked",
              pruned.spentBefore().parameters(),
              pruned.spent().parameters()));
      facts.add(
          change(
              "MACs by weights that are not masked",
              pruned.spentBefore().macs(),
              pruned.spent().macs()));
    }
    if (pruned.proof() != null) {
      facts.add(
          Fact.of(
              "Proof",
              String.format(
                  Locale.ROOT,
                  "on random inputs, the masked and the pruned network differ by %.1e of the largest"
                      + " output",
                  pruned.proof())));
    }
    return Report.of(ReportFolder.name(folder), subtitle(run), rows)
        .withWarnings(pruned.notes())
        .withPruned(new Report.Pruned(pruned, LatencyFile.find(folder)))
        .withFacts(facts);
  }

  private static Fact change(String what, long before, long after) {
    return Fact.of(
        what,
        String.format(
            Locale.ROOT,
            "%s to %s (%s)",
            Numbers.count(before),
            Numbers.count(after),
            Numbers.change(before, after)));
  }

  /** The model that it began with, if that lay in a folder. */
  private static String from(Map<String, Object> settings) {
    Object start = settings.getOrDefault("start.path", settings.get("of.path"));
    return start == null ? null : "from " + ReportFolder.name(Path.of(start.toString()));
  }

  private static long number(RunDescription run, String name) {
    return run.inputs().get(name) instanceof Number n ? n.longValue() : 0;
  }

  /** Network and data, and what was done. */
  private static String subtitle(RunDescription run) {
    Map<String, Object> settings = run.settings();
    Object seed = run.inputs().get("seed");
    return Stream.of(
            settings.get("method"),
            run.inputs().get("network"),
            from(settings),
            run.inputs().get("dataset"),
            seed == null ? null : "seed " + seed)
        .filter(Objects::nonNull)
        .map(Object::toString)
        .collect(Collectors.joining(", "));
  }
}
