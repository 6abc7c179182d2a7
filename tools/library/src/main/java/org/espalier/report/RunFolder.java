package org.espalier.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.BadInputException;

/** A report of one training: its numbers, its curves, what it says of itself. */
final class RunFolder {
  private static final String SUMMARY = "summary.json";

  private RunFolder() {}

  record Summary(Double accuracy, int epochs, long parameters, long macs, double trainingMacs) {
    Summary {
      if (accuracy == null || !(accuracy >= 0 && accuracy <= 1)) {
        throw new BadInputException("\"accuracy\" " + accuracy + ", not in 0 to 1");
      }
    }
  }

  static Report read(Path folder) {
    MetricsCsv metrics = MetricsCsv.read(folder);
    JsonNode run = Provenance.read(folder);
    String name = ReportFolder.name(folder);
    long seed = run.path("seed").asLong(0);
    List<ArmRow> rows = new ArrayList<>();
    List<String> warnings = new ArrayList<>(JsonFile.lines(run.get("warnings")));
    if (Files.exists(folder.resolve(SUMMARY))) {
      Summary s =
          JsonFile.read(folder.resolve(SUMMARY), Summary.class, "the summary of a run as JSON");
      rows.add(row(s, name, seed, metrics));
    } else {
      // A run that was stopped, or still goes on, has curves but no result.
      warnings.add(
          "This run is not finished: " + metrics.points().size() + " epochs, no " + SUMMARY + ".");
    }
    return Report.of(name, subtitle(run), rows)
        .withWarnings(warnings)
        .withWidths(CutJson.widths(CutJson.in(List.of(folder))))
        .withCurves(List.of(metrics.curve(name, seed)))
        .withFacts(Provenance.ofRun(folder));
  }

  private static ArmRow row(Summary s, String name, long seed, MetricsCsv metrics) {
    return new ArmRow(
        name,
        seed,
        s.accuracy(),
        s.epochs(),
        s.parameters(),
        s.macs(),
        s.trainingMacs(),
        metrics.seconds());
  }

  /** Network and data, wherever among the settings they stand. */
  private static String subtitle(JsonNode run) {
    List<String> parts = new ArrayList<>();
    for (String key : List.of("architecture", "dataset", "recipe", "seed")) {
      JsonNode value = run.findValue(key);
      if (value != null && value.isValueNode() && !value.isNull()) {
        parts.add(key.equals("seed") ? "seed " + value.asText() : value.asText());
      }
    }
    return String.join(", ", parts);
  }
}
