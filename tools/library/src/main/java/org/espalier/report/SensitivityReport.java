package org.espalier.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.pruning.sensitivity.Proposal;
import org.espalier.pruning.sensitivity.SensitivityRule;

/** A report of a sensitivity scan. */
public final class SensitivityReport {
  private SensitivityReport() {}

  /** Of the folder of a scan, which may still go on. */
  public static Report read(Path folder, SensitivityRule rule) {
    RunDescription run = RunDescription.read(folder);
    SensitivityTable table = SensitivityTable.find(folder).orElseThrow();
    Proposal proposal = rule.of(table);
    ScanTable texts = new ScanTable(table, proposal);
    List<String> reading = new ArrayList<>();
    reading.add(texts.finding());
    reading.add("Groups were cut one at a time; cut together they cost more.");
    List<Fact> facts = new ArrayList<>();
    if (!proposal.exclude().isEmpty()) {
      facts.add(Fact.code("Leave out, for prune", "--exclude " + proposal.excludeText()));
    }
    if (!proposal.ratios().isEmpty()) {
      facts.add(Fact.code("Shares, for prune", "--ratios " + proposal.ratiosText()));
    }
    facts.addAll(RunFacts.of(run));
    return Report.of(ReportFolder.name(folder), subtitle(table, run), List.of())
        .withReading(reading)
        .withWarnings(warnings(folder, run))
        .withSensitivity(table, proposal)
        .withFacts(facts);
  }

  private static List<String> warnings(Path folder, RunDescription run) {
    List<String> warnings = new ArrayList<>();
    if (new RunFolder(folder).summary().isEmpty()) {
      warnings.add("This scan is not finished: groups are missing.");
    }
    if (!run.differingStretches().isEmpty()) {
      warnings.add(RunDescription.warning(run.differingStretches()));
    }
    return warnings;
  }

  private static String subtitle(SensitivityTable table, RunDescription run) {
    return Stream.of(table.method(), table.network(), run.inputs().get("dataset"))
        .filter(Objects::nonNull)
        .map(Object::toString)
        .collect(Collectors.joining(", "));
  }
}
