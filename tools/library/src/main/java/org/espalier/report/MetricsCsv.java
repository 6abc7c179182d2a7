package org.espalier.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * {@code metrics.csv} of a run folder: a row an epoch, found by the names in its first line. A
 * field that is empty was not measured.
 *
 * @param seconds of all epochs together, where the file says
 */
record MetricsCsv(List<Curve.Point> points, OptionalDouble seconds) {
  static final String FILE = "metrics.csv";

  private static final String WHAT = "a CSV file with a column \"epoch\" and a row an epoch";

  static MetricsCsv read(Path folder) {
    Path file = folder.resolve(FILE);
    List<String> lines = JsonFile.text(file, WHAT).lines().toList();
    List<String> names = lines.isEmpty() ? List.of() : cells(lines.get(0));
    if (!names.contains("epoch")) {
      throw JsonFile.unexpected(file, WHAT, lines.isEmpty() ? "an empty file" : lines.get(0));
    }
    List<Curve.Point> points = new ArrayList<>();
    double seconds = 0;
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      Map<String, Double> row = row(file, i + 1, names, cells(lines.get(i)));
      points.add(point(row));
      seconds += row.getOrDefault("seconds", Double.NaN);
    }
    return new MetricsCsv(
        points, Double.isFinite(seconds) ? OptionalDouble.of(seconds) : OptionalDouble.empty());
  }

  Curve curve(String arm, long seed) {
    return new Curve(arm, seed, points);
  }

  /** The last epoch, or null where there is none. */
  Curve.Point last() {
    return points.isEmpty() ? null : points.get(points.size() - 1);
  }

  private static Map<String, Double> row(
      Path file, int line, List<String> names, List<String> cells) {
    if (cells.size() != names.size()) {
      throw JsonFile.unexpected(
          file, names.size() + " fields in line " + line, cells.size() + " fields");
    }
    Map<String, Double> row = new HashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      try {
        row.put(names.get(i), cell.isEmpty() ? Double.NaN : Double.parseDouble(cell));
      } catch (NumberFormatException e) {
        throw JsonFile.unexpected(
            file, "a number in column \"" + names.get(i) + "\" of line " + line, cell);
      }
    }
    if (row.get("epoch").isNaN()) {
      throw JsonFile.unexpected(file, "an epoch in line " + line, "an empty field");
    }
    return row;
  }

  private static Curve.Point point(Map<String, Double> row) {
    return new Curve.Point(
        row.get("epoch"),
        row.getOrDefault("trainLoss", Double.NaN),
        row.getOrDefault("trainAccuracy", Double.NaN),
        row.getOrDefault("testLoss", Double.NaN),
        row.getOrDefault("testAccuracy", Double.NaN));
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.split(",", -1)).map(String::strip).toList();
  }
}
