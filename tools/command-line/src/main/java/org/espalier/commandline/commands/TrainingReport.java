package org.espalier.commandline.commands;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.espalier.commandline.cli.Console;
import org.espalier.framework.data.Scaling;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.report.Numbers;

/** Says how a training ended. */
final class TrainingReport {
  private TrainingReport() {}

  static void print(Console console, Path folder, RunSummary s) {
    String scaling =
        new RunFolder(folder)
            .description()
            .map(run -> run.settings().get("scaling"))
            .map(Object::toString)
            .orElse(Scaling.STANDARD.text());
    console.tell(
        String.format(
            Locale.ROOT,
            "%.2f %% of the test images after epoch %d; %s parameters, %s for one image, trained in %s;"
                + " pixels scaled: %s",
            100 * s.accuracy(),
            s.epochs(),
            Numbers.count(s.parameters()),
            Numbers.cost(s.macs(), s.atLeast()) + " MACs",
            Numbers.duration(s.trainingSeconds()),
            scaling));
    if (s.effective() != null) {
      console.tell(
          String.format(
              Locale.ROOT,
              "not masked: %s parameters, %s MACs",
              Numbers.count(s.effective().parameters()),
              Numbers.cost(s.effective().macs(), s.atLeast())));
    }
    console.tell("run: " + folder);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run", folder.toString());
    result.put("accuracy", s.accuracy());
    result.put("loss", s.loss());
    result.put("scaling", scaling);
    result.put("epochs", s.epochs());
    result.put("parameters", s.parameters());
    result.put("macs", s.macs());
    result.put("flops", s.flops());
    if (s.atLeast()) {
      result.put("atLeast", true); // of MACs and FLOPs
    }
    if (s.effective() != null) {
      result.put("effective", s.effective());
    }
    result.put("trainingMacs", s.trainingMacs());
    result.put("trainingSeconds", s.trainingSeconds());
    result.put("weightsDigest", s.weightsDigest());
    console.result(result);
  }
}
