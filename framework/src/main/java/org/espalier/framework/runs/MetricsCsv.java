package org.espalier.framework.runs;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.Csv;
import org.espalier.framework.training.Measurement;
import org.espalier.graphs.BadInputException;

/**
 * {@code metrics.csv}: a row a measurement, one at the end of every epoch. Numbers are written so
 * that reading them gives the same bits; what was not measured is empty.
 */
public final class MetricsCsv {
  public static final String FILE = "metrics.csv";

  private static final String WHAT = "the measurements of a training, a row an epoch";

  private static final List<String> NAMES =
      List.of(
          "epoch",
          "step",
          "learningRate",
          "trainLoss",
          "trainAccuracy",
          "testLoss",
          "testAccuracy",
          "seconds",
          "imagesPerSecond");

  private MetricsCsv() {}

  static void write(Path folder, List<Measurement> rows) {
    AtomicFiles.writeText(folder.resolve(FILE), text(rows));
  }

  /** What the file holds. */
  static String text(List<Measurement> rows) {
    return Csv.text(NAMES, rows.stream().map(MetricsCsv::cells).toList());
  }

  private static List<Object> cells(Measurement m) {
    Object epoch = m.isWholeEpoch() ? (Object) (long) m.epoch() : (Object) m.epoch();
    return List.of(
        epoch,
        m.step(),
        m.learningRate(),
        m.trainLoss(),
        m.trainAccuracy(),
        m.testLoss(),
        m.testAccuracy(),
        m.seconds(),
        m.imagesPerSecond());
  }

  /**
   * Reads all rows of a run folder's file. Columns that are not there were not measured.
   *
   * @throws BadInputException if there is no such file, or anything but rows in it
   */
  public static List<Measurement> read(Path folder) {
    Path file = folder.resolve(FILE);
    List<Map<String, String>> rows = Csv.read(file, WHAT);
    return java.util.stream.IntStream.range(0, rows.size())
        .mapToObj(i -> new Row(file, i + 2, rows.get(i)).measurement())
        .toList();
  }

  private record Row(Path file, int line, Map<String, String> cells) {
    Measurement measurement() {
      double epoch = number("epoch");
      if (Double.isNaN(epoch)) {
        throw new BadInputException(file + ": expected an epoch in line " + line + ", found none");
      }
      double step = number("step");
      return new Measurement(
          epoch,
          Double.isNaN(step) ? 0 : (long) step,
          number("learningRate"),
          number("trainLoss"),
          number("trainAccuracy"),
          number("testLoss"),
          number("testAccuracy"),
          number("seconds"),
          number("imagesPerSecond"));
    }

    private double number(String name) {
      String cell = cells.getOrDefault(name, "");
      try {
        return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
      } catch (NumberFormatException e) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "%s: expected a number in column \"%s\" of line %d, found '%s'",
                file,
                name,
                line,
                cell),
            e);
      }
    }
  }
}
