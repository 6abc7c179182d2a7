package org.espalier.pruning.comparison;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.Locale;
import org.espalier.framework.files.AtomicFiles;

/** Writes {@code results.json} and {@code results.csv}. */
final class ComparisonFiles {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ComparisonFiles() {}

  static void write(Path folder, ComparisonResult result) {
    AtomicFiles.write(
        folder.resolve("results.json"), out -> out.write(JSON.writeValueAsBytes(result)));
    StringBuilder csv =
        new StringBuilder(
            "arm,seed,accuracy,loss,epochs,parameters,macs,flops,trainingMacs,trainingSeconds,run\n");
    for (ArmResult a : result.arms()) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%s,%s,%d,%d,%d,%d,%d,%s,%s\n",
              a.arm(),
              a.seed(),
              a.accuracy(),
              a.loss(),
              a.epochs(),
              a.parameters(),
              a.macs(),
              a.flops(),
              a.trainingMacs(),
              a.trainingSeconds(),
              a.run()));
    }
    AtomicFiles.writeText(folder.resolve("results.csv"), csv.toString());
  }
}
