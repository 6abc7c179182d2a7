package org.espalier.lottery;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.Csv;
import org.espalier.graphs.BadInputException;

/** What was scored on a line between two trainings: {@code path.csv}. */
record PathFile(List<Point> points) {
  private static final String FILE = "path.csv";
  private static final List<String> NAMES = List.of("share", "testAccuracy", "testLoss");

  /**
   * One network on the line.
   *
   * @param share of the way from the one to the other
   */
  record Point(double share, double accuracy, double loss) {}

  PathFile {
    points = List.copyOf(points);
    if (points.size() < 3) {
      throw new BadInputException(
          "expected both ends of a line and a point between, found " + points.size() + " points");
    }
  }

  /**
   * The error barrier: by how much the error on the line exceeds the mean error of its ends, where
   * it does so most (Frankle et al. 2020, section 2). A fraction of the test images.
   */
  double barrier() {
    double ends = (points.get(0).accuracy() + points.get(points.size() - 1).accuracy()) / 2;
    return ends - points.stream().mapToDouble(Point::accuracy).min().orElseThrow();
  }

  void write(Path folder) {
    List<List<Object>> rows =
        points.stream().map(p -> List.<Object>of(p.share(), p.accuracy(), p.loss())).toList();
    AtomicFiles.writeText(folder.resolve(FILE), Csv.text(NAMES, rows));
  }

  static PathFile read(Path folder) {
    Path file = folder.resolve(FILE);
    return new PathFile(
        Csv.read(file, "the scores on a line between two trainings").stream()
            .map(row -> point(file, row))
            .toList());
  }

  private static Point point(Path file, Map<String, String> row) {
    double[] numbers = NAMES.stream().mapToDouble(name -> number(file, name, row)).toArray();
    return new Point(numbers[0], numbers[1], numbers[2]);
  }

  private static double number(Path file, String name, Map<String, String> row) {
    try {
      return Double.parseDouble(row.getOrDefault(name, ""));
    } catch (NumberFormatException e) {
      throw new BadInputException(
          file + ": expected a number in column \"" + name + "\", found '" + row.get(name) + "'",
          e);
    }
  }
}
