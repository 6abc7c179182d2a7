package org.espalier.framework.runs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

  private static final int COLUMNS = HEADER.split(",", -1).length;

  private MetricsCsv() {}

  static void write(Path file, List<EpochMetrics> rows) {
    AtomicFiles.writeText(file, text(rows));
  }

  /** What the file holds. */
  static String text(List<EpochMetrics> rows) {
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
    return text.toString();
  }

  /**
   * Reads all rows.
   *
   * @throws BadInputException if there is no such file, or anything but whole rows in it
   */
  static List<EpochMetrics> read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new BadInputException(file + ": expected the metrics of every epoch, found no file", e);
    } catch (CharacterCodingException e) {
      throw new BadInputException(file + ": expected text, found other bytes", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
    if (!text.startsWith(HEADER + "\n")) {
      throw new BadInputException(file + ": expected the header " + HEADER);
    }
    if (!text.endsWith("\n")) {
      throw new BadInputException(file + ": expected whole rows, found a last one that is cut off");
    }
    List<EpochMetrics> rows = new ArrayList<>();
    for (String line : text.lines().skip(1).toList()) {
      EpochMetrics row = row(file, line);
      if (row.epoch() != rows.size() + 1) {
        throw new BadInputException(
            "%s: expected epoch %d, found '%s'".formatted(file, rows.size() + 1, line));
      }
      rows.add(row);
    }
    if (!text(rows).equals(text)) {
      throw new BadInputException(
          file + ": expected numbers as Espalier writes them, found others; it was altered");
    }
    return rows;
  }

  private static EpochMetrics row(Path file, String line) {
    String[] f = line.split(",", -1);
    try {
      if (f.length == COLUMNS) {
        return new EpochMetrics(
            Integer.parseInt(f[0]),
            Long.parseLong(f[1]),
            Double.parseDouble(f[2]),
            Double.parseDouble(f[3]),
            Double.parseDouble(f[4]),
            Double.parseDouble(f[5]),
            Double.parseDouble(f[6]),
            Double.parseDouble(f[7]),
            Double.parseDouble(f[8]));
      }
    } catch (NumberFormatException e) {
      throw new BadInputException(file + ": expected nine numbers, found '" + line + "'", e);
    }
    throw new BadInputException(file + ": expected nine numbers, found '" + line + "'");
  }
}
