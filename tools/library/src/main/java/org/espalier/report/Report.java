package org.espalier.report;

import java.util.List;
import java.util.Optional;
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
    PublishedTable published) {

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
        null);
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
    return new Report(
        title,
        subtitle,
        sentences,
        warnings,
        summary,
        runs,
        widths,
        curves,
        sensitivity,
        facts,
        published);
  }

  public Report withWarnings(List<String> lines) {
    return new Report(
        title,
        subtitle,
        reading,
        lines,
        summary,
        runs,
        widths,
        curves,
        sensitivity,
        facts,
        published);
  }

  public Report withWidths(List<LayerWidths> layers) {
    return new Report(
        title,
        subtitle,
        reading,
        warnings,
        summary,
        runs,
        layers,
        curves,
        sensitivity,
        facts,
        published);
  }

  public Report withCurves(List<Curve> learned) {
    return new Report(
        title,
        subtitle,
        reading,
        warnings,
        summary,
        runs,
        widths,
        learned,
        sensitivity,
        facts,
        published);
  }

  public Report withFacts(List<Fact> known) {
    return new Report(
        title,
        subtitle,
        reading,
        warnings,
        summary,
        runs,
        widths,
        curves,
        sensitivity,
        known,
        published);
  }

  public Report withSensitivity(SensitivityTable table, Proposal proposal) {
    return new Report(
        title,
        subtitle,
        reading,
        warnings,
        summary,
        runs,
        widths,
        curves,
        Optional.of(new Sensitive(table, proposal)),
        facts,
        published);
  }

  public Report withPublished(PublishedTable numbers) {
    return new Report(
        title,
        subtitle,
        reading,
        warnings,
        summary,
        runs,
        widths,
        curves,
        sensitivity,
        facts,
        numbers);
  }
}
