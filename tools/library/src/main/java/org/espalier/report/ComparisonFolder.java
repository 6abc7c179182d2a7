package org.espalier.report;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** A report of a comparison: {@code results.json} and the runs and cuts that it points to. */
final class ComparisonFolder {
  private ComparisonFolder() {}

  static Report read(Path folder) {
    ResultsJson results = ResultsJson.read(folder);
    List<ArmRow> rows = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    Set<Path> runs = new LinkedHashSet<>();
    for (ResultsJson.Arm arm : results.arms()) {
      OptionalDouble seconds = OptionalDouble.empty();
      if (arm.run() != null) {
        Path run = run(folder, arm);
        runs.add(run);
        // The pruned network before retraining is a model, not a training: it has no metrics.
        if (arm.epochs() > 0 || Files.exists(run.resolve(MetricsCsv.FILE))) {
          MetricsCsv metrics = MetricsCsv.read(run);
          curves.add(metrics.curve(arm.label(), arm.seed()));
          seconds = metrics.seconds();
        }
      }
      rows.add(arm.row(seconds));
    }
    return new Report(
        results.name() == null ? ReportFolder.name(folder) : results.name(),
        subtitle(results),
        JsonFile.lines(results.reading()),
        JsonFile.lines(results.warnings()),
        summary(rows, results.summary()),
        rows,
        CutJson.widths(cuts(folder, runs)),
        curves.stream().filter(curve -> !curve.points().isEmpty()).toList(),
        facts(results, runs));
  }

  private static Path run(Path folder, ResultsJson.Arm arm) {
    try {
      return folder.resolve(arm.run()).normalize();
    } catch (InvalidPathException e) {
      throw JsonFile.unexpected(
          folder.resolve(ResultsJson.FILE), "a path as \"run\" of " + arm.label(), e.getMessage());
    }
  }

  /** One cut for all arms, in the folder itself, or one a seed, beside the pruned models. */
  private static List<CutJson> cuts(Path folder, Set<Path> runs) {
    List<CutJson> ofAll = CutJson.in(List.of(folder));
    return ofAll.isEmpty() ? CutJson.in(runs) : ofAll;
  }

  /** The stated statistics hold where they are of the same seeds as the rows. */
  private static List<ArmSummary> summary(List<ArmRow> rows, List<ResultsJson.Summary> stated) {
    return ArmSummary.of(rows).stream()
        .map(
            arm ->
                stated.stream()
                    .filter(s -> arm.arm().equals(s.arm()) && s.n() == arm.n())
                    .findFirst()
                    .map(s -> arm.withStatistics(s.mean(), s.std(), s.n()))
                    .orElse(arm))
        .toList();
  }

  private static String subtitle(ResultsJson results) {
    List<String> parts = new ArrayList<>(JsonFile.lines(results.dataset()));
    parts.addAll(JsonFile.lines(results.scale()));
    return String.join(", ", parts);
  }

  private static List<Fact> facts(ResultsJson results, Set<Path> runs) {
    List<Fact> facts = new ArrayList<>();
    String seeds =
        results.arms().stream()
            .map(arm -> Long.toString(arm.seed()))
            .distinct()
            .collect(Collectors.joining(", "));
    facts.add(Fact.of("Seeds", seeds));
    runs.stream()
        .map(Provenance::shared)
        .filter(shared -> !shared.isEmpty())
        .findFirst()
        .ifPresent(facts::addAll);
    List<String> commands = JsonFile.lines(results.commands());
    if (!commands.isEmpty()) {
      facts.add(Fact.code("To run again", String.join("\n", commands)));
    }
    return facts;
  }
}
