package org.espalier.report;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.framework.runs.LatencyFile;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.ArmSummary;
import org.espalier.pruning.sensitivity.Proposal;

/**
 * All that the HTML page shows. Every part but the title may be empty; the page leaves out what it
 * has nothing to say about.
 *
 * @param title the name of the comparison or run
 * @param subtitle one line below it: network, data set, how much of it
 * @param reading two or three sentences: what this shows
 * @param warnings what the reader has to know before trusting the numbers, for example a floor that
 *     kept a layer alive
 * @param summary one row an arm, the unpruned network first
 * @param runs one row an arm and seed
 * @param widths channels of each layer before and after the cut
 * @param curves one a training run
 * @param sensitivity what each channel group alone costs
 * @param facts where the numbers come from: versions, data digests, the command to run again
 * @param published the numbers beside those of a paper; null where there are none
 * @param pruned what a pruned model was before
 */
public record Report(
    String title,
    String subtitle,
    List<String> reading,
    List<String> warnings,
    List<ArmSummary> summary,
    List<ArmResult> runs,
    List<LayerWidths> widths,
    List<Curve> curves,
    Optional<Sensitive> sensitivity,
    List<Fact> facts,
    PublishedTable published,
    Optional<Pruned> pruned) {

  /** What a pruned model was before, and how long both take, where that was measured. */
  public record Pruned(PrunedFile file, Optional<LatencyFile> latency) {}

  /** What a scan measured, and what is proposed. */
  public record Sensitive(SensitivityTable table, Proposal proposal) {}

  public Report {
    reading = List.copyOf(reading);
    warnings = List.copyOf(warnings);
    summary = List.copyOf(summary);
    runs = List.copyOf(runs);
    widths = List.copyOf(widths);
    curves = List.copyOf(curves);
    facts = List.copyOf(facts);
  }

  /** Without a sensitivity scan, beside no published numbers. */
  public Report(
      String title,
      String subtitle,
      List<String> reading,
      List<String> warnings,
      List<ArmSummary> summary,
      List<ArmResult> runs,
      List<LayerWidths> widths,
      List<Curve> curves,
      List<Fact> facts) {
    this(
        title,
        subtitle,
        reading,
        warnings,
        summary,
        runs,
        widths,
        curves,
        Optional.empty(),
        facts,
        null,
        Optional.empty());
  }

  /** A report of these runs alone, with the summary that follows from them. */
  public static Report of(String title, String subtitle, List<ArmResult> runs) {
    return new Report(
        title,
        subtitle,
        List.of(),
        List.of(),
        ArmSummary.of(runs),
        runs,
        List.of(),
        List.of(),
        List.of());
  }

  public Report withReading(List<String> sentences) {
    return changed(draft -> draft.reading = sentences);
  }

  public Report withWarnings(List<String> lines) {
    return changed(draft -> draft.warnings = lines);
  }

  public Report withWidths(List<LayerWidths> layers) {
    return changed(draft -> draft.widths = layers);
  }

  public Report withCurves(List<Curve> learned) {
    return changed(draft -> draft.curves = learned);
  }

  public Report withFacts(List<Fact> known) {
    return changed(draft -> draft.facts = known);
  }

  public Report withSensitivity(SensitivityTable table, Proposal proposal) {
    return changed(draft -> draft.sensitivity = Optional.of(new Sensitive(table, proposal)));
  }

  public Report withPublished(PublishedTable numbers) {
    return changed(draft -> draft.published = numbers);
  }

  Report withPruned(Pruned small) {
    return changed(draft -> draft.pruned = Optional.of(small));
  }

  /** The parts that can be put in their place one by one. */
  private static final class Draft {
    private List<String> reading;
    private List<String> warnings;
    private List<LayerWidths> widths;
    private List<Curve> curves;
    private Optional<Sensitive> sensitivity;
    private List<Fact> facts;
    private PublishedTable published;
    private Optional<Pruned> pruned;

    Draft(Report from) {
      reading = from.reading;
      warnings = from.warnings;
      widths = from.widths;
      curves = from.curves;
      sensitivity = from.sensitivity;
      facts = from.facts;
      published = from.published;
      pruned = from.pruned;
    }
  }

  private Report changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Report(
        title,
        subtitle,
        draft.reading,
        draft.warnings,
        summary,
        runs,
        draft.widths,
        draft.curves,
        draft.sensitivity,
        draft.facts,
        draft.published,
        draft.pruned);
  }
}
