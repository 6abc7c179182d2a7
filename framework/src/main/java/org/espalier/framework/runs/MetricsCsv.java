package org.espalier.framework.runs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.training.EpochMetrics;
import org.espalier.graphs.BadInputException;

/**
 * {@code metrics.csv}: a row an epoch. Numbers are written so that reading them gives the same
 * bits.
 */
final class MetricsCsv {
  static final String HEADER =
      "epoch,step,learningRate,trainLoss,trainAccuracy,testLoss,testAccuracy,seconds,imagesPerSecond";

  private MetricsCsv() {}

  static void write(Path file, List<EpochMetrics> rows) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (EpochMetrics m : rows) {
      text.append(m.epoch())
          .append(',')
          .append(m.step())
          .append(',')
          .append(m.learningRate())
          .append(',')
          .append(m.trainLoss())
          .append(',')
          .append(m.trainAccuracy())
          .append(',')
          .append(m.testLoss())
          .append(',')
          .append(m.testAccuracy())
          .append(',')
          .append(m.seconds())
          .append(',')
          .append(m.imagesPerSecond())
          .append('\n');
    }
    AtomicFiles.writeText(file, text.toString());
  }

  static List<EpochMetrics> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new BadInputException(file + ": expected the header " + HEADER);
    }
    List<EpochMetrics> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] f = line.split(",", -1);
      try {
        rows.add(
            new EpochMetrics(
                Integer.parseInt(f[0]),
                Long.parseLong(f[1]),
                Double.parseDouble(f[2]),
                Double.parseDouble(f[3]),
                Double.parseDouble(f[4]),
                Double.parseDouble(f[5]),
                Double.parseDouble(f[6]),
                Double.parseDouble(f[7]),
                Double.parseDouble(f[8])));
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new BadInputException(file + ": expected nine numbers, found '" + line + "'", e);
      }
    }
    return rows;
  }
}
