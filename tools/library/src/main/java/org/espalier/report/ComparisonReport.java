package org.espalier.report;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.framework.runs.MetricsCsv;
import org.espalier.framework.training.Measurement;
import org.espalier.graphs.BadInputException;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.ComparisonResult;

/** A report of a comparison: {@code results.json} and the runs and cuts that it points to. */
final class ComparisonReport {
  private ComparisonReport() {}

  static Report read(Path folder) {
    ComparisonResult results = ComparisonResult.read(folder);
    List<ArmResult> rows = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    Set<Path> runs = new LinkedHashSet<>();
    for (ArmResult arm : results.arms()) {
      ArmResult row = arm;
      if (arm.run() != null) {
        Path run = run(folder, arm);
        runs.add(run);
        // The pruned network before retraining is a model, not a training: it has no metrics.
        if (arm.epochs() > 0 || Files.exists(run.resolve(MetricsCsv.FILE))) {
          List<Measurement> measured = MetricsCsv.read(run);
          curves.add(new Curve(arm.label(), arm.seed(), measured));
          row = arm.timed(Curve.seconds(measured));
        }
      }
      rows.add(row);
    }
    return Report.of(name(results, folder), subtitle(results), rows)
        .withReading(results.reading())
        .withWarnings(results.warnings())
        .withWidths(LayerWidths.of(cuts(folder, runs)))
        .withCurves(curves.stream().filter(curve -> !curve.points().isEmpty()).toList())
        .withFacts(facts(results, runs))
        .withPublished(
            results.published() == null
                ? null
                : PublishedTable.of(results.summary(), results.published()));
  }

  private static String name(ComparisonResult results, Path folder) {
    return results.name().isEmpty() ? ReportFolder.name(folder) : results.name();
  }

  private static Path run(Path folder, ArmResult arm) {
    try {
      return folder.resolve(arm.run()).normalize();
    } catch (InvalidPathException e) {
      throw new BadInputException(
          folder.resolve(ComparisonResult.FILE)
              + ": expected a path as \"run\" of "
              + arm.label()
              + ", found "
              + e.getMessage(),
          e);
    }
  }

  /** One cut for all arms, in the folder itself, or one a seed, beside the pruned models. */
  private static List<Path> cuts(Path folder, Set<Path> runs) {
    return LayerWidths.hasCut(folder)
        ? List.of(folder)
        : runs.stream().filter(LayerWidths::hasCut).toList();
  }

  private static String subtitle(ComparisonResult results) {
    return Stream.of(results.dataset(), results.scale())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private static List<Fact> facts(ComparisonResult results, Set<Path> runs) {
    List<Fact> facts = new ArrayList<>();
    String seeds =
        results.arms().stream()
            .map(arm -> Long.toString(arm.seed()))
            .distinct()
            .collect(Collectors.joining(", "));
    facts.add(Fact.of("Seeds", seeds));
    runs.stream()
        .map(RunFacts::shared)
        .filter(shared -> !shared.isEmpty())
        .findFirst()
        .ifPresent(facts::addAll);
    if (!results.commands().isEmpty()) {
      facts.add(Fact.code("To run again", String.join("\n", results.commands())));
    }
    return facts;
  }
}
