package org.espalier.commandline.commands;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.commandline.cli.Console;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.report.Numbers;

/** What {@code prune} tells. */
final class PruneReport {
  private PruneReport() {}

  static void print(Console console, Path out, PrunedFile a, Optional<Path> export) {
    console.tell(
        String.format(
            Locale.ROOT,
            "parameters %s -> %s (%s remain), multiply-accumulates %s -> %s%s",
            Numbers.count(a.parentParameters()),
            Numbers.count(a.parameters()),
            share(a.parameters(), a.parentParameters()),
            Numbers.cost(a.parentMacs(), a.atLeast()),
            Numbers.cost(a.macs(), a.atLeast()),
            a.atLeast() ? "" : " (" + share(a.macs(), a.parentMacs()) + " remain)"));
    if (a.parentStatistics() > 0) {
      console.tell(
          String.format(
              Locale.ROOT,
              "as PyTorch counts parameters; Keras counts means and variances of batch norm too, %s ->"
                  + " %s",
              Numbers.count(a.parentParameters() + a.parentStatistics()),
              Numbers.count(a.parameters() + a.statistics())));
    }
    if (a.effective() != null) {
      console.tell(
          String.format(
              Locale.ROOT,
              "not masked: parameters %s -> %s (%s remain), multiply-accumulates %s -> %s%s; a dense"
                  + " machine stores and computes the others too",
              Numbers.count(a.spentBefore().parameters()),
              Numbers.count(a.spent().parameters()),
              share(a.spent().parameters(), a.spentBefore().parameters()),
              Numbers.cost(a.spentBefore().macs(), a.atLeast()),
              Numbers.cost(a.spent().macs(), a.atLeast()),
              a.atLeast()
                  ? ""
                  : " (" + share(a.spent().macs(), a.spentBefore().macs()) + " remain)"));
    }
    if (a.proof() != null) {
      console.tell(
          String.format(
              Locale.ROOT,
              "proof: on %d random inputs, masked and pruned network differ by %.1e of the largest"
                  + " output",
              CutCheck.PROOF,
              a.proof()));
    }
    if (a.accuracyBefore() != null) {
      console.tell(
          String.format(
              Locale.ROOT,
              "test accuracy %.2f %% -> %.2f %%, before any retraining; a fall is normal here",
              100 * a.accuracyBefore(),
              100 * a.accuracyAfter()));
    }
    console.tell("model: " + out);
    export.ifPresent(to -> console.tell("SavedModel: " + to));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", out.toString());
    export.ifPresent(to -> result.put("savedModel", to.toString()));
    result.put("parametersBefore", a.parentParameters());
    result.put("parameters", a.parameters());
    if (a.parentStatistics() > 0) {
      result.put("statisticsBefore", a.parentStatistics());
      result.put("statistics", a.statistics());
    }
    result.put("macsBefore", a.parentMacs());
    result.put("macs", a.macs());
    result.put("flopsBefore", a.parentFlops());
    result.put("flops", a.flops());
    if (a.effective() != null) {
      result.put("effectiveBefore", a.spentBefore());
      result.put("effective", a.effective());
    }
    if (a.atLeast()) {
      result.put("atLeast", true); // of MACs and FLOPs
    }
    if (a.proof() != null) {
      result.put("proof", a.proof());
    }
    if (a.accuracyBefore() != null) {
      result.put("accuracyBefore", a.accuracyBefore());
      result.put("accuracy", a.accuracyAfter());
    }
    console.result(result);
  }

  private static String share(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }
}
