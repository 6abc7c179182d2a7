package org.espalier.framework.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.files.Json;

/**
 * What remains of a network when one channel group alone is cut, group by group and share by share,
 * straight after the cut. As a file it is {@code sensitivity.json}, which grows while it is made.
 *
 * @param network its name
 * @param method by which channels were chosen
 * @param on what was computed, in words: the test images of a data set, inputs
 * @param images how many
 * @param macs for one image, of the uncut network
 * @param atLeast whether that is the least that it can be, because the work of some node is not
 *     known; then what is saved is so too
 * @param uncut what the network scores as it is
 * @param shares of a group's channels that go, ascending
 * @param groups in the order in which data meets them
 */
public record SensitivityTable(
    String network,
    String method,
    String on,
    int images,
    long macs,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean atLeast,
    Score uncut,
    List<Double> shares,
    List<Row> groups) {
  public static final String FILE = "sensitivity.json";

  private static final String WHAT = "the sensitivity of a network";
  private static final Map<String, Object> OTHERWISE = Map.of("atLeast", false);

  /**
   * What a network scores: with labels its accuracy, without how far it agrees with the uncut
   * network on the same inputs; of several outputs, that of the one that agrees least.
   *
   * @param accuracy a fraction; null without labels
   * @param loss the mean cross-entropy; null without labels, and where it is not finite
   * @param agreement the share of rows of the output whose largest number stands at the same place;
   *     null with labels, and for outputs of one number, which stands always there
   * @param distance the mean distance from the output of the uncut network, as a share of that
   *     output's mean length; null with labels, and where it is not finite
   */
  public record Score(Double accuracy, Double loss, Double agreement, Double distance) {
    /** With labels. */
    public static Score ofLabels(double accuracy, double loss) {
      return new Score(accuracy, finite(loss), null, null);
    }

    /** Without. */
    public static Score ofOutputs(Double agreement, double distance) {
      return new Score(null, null, agreement, finite(distance));
    }

    private static Double finite(double x) {
      return Double.isFinite(x) ? x : null;
    }

    /** One number to judge by, at most 1: accuracy, or agreement, or what the distance leaves. */
    public double value() {
      if (accuracy != null) {
        return accuracy;
      }
      if (agreement != null) {
        return agreement;
      }
      return distance == null ? 0 : Math.max(0, 1 - distance);
    }
  }

  /** One group. */
  public record Row(String id, int channels, List<Point> points) {
    public Row {
      points = List.copyOf(points);
    }
  }

  /**
   * One group after one cut.
   *
   * @param share of its channels that was to go
   * @param kept channels that stay
   * @param macs for one image that remain
   */
  public record Point(double share, int kept, long macs, Score score) {}

  public SensitivityTable {
    shares = List.copyOf(shares);
    groups = List.copyOf(groups);
  }

  /** The same with one more group. */
  public SensitivityTable with(Row row) {
    List<Row> more = new ArrayList<>(groups);
    more.add(row);
    return new SensitivityTable(network, method, on, images, macs, atLeast, uncut, shares, more);
  }

  /** What the numbers are. */
  public String measure() {
    if (uncut.accuracy() != null) {
      return "accuracy";
    }
    return uncut.agreement() != null ? "agreement" : "closeness";
  }

  /** How many cuts were measured. */
  public long points() {
    return groups.stream().mapToLong(row -> row.points().size()).sum();
  }

  public void write(Path folder) {
    Json.write(folder.resolve(FILE), this);
  }

  /** What the folder of a run holds, all of it or as far as it is made. */
  public static Optional<SensitivityTable> find(Path folder) {
    Path file = folder.resolve(FILE);
    return Files.exists(file)
        ? Optional.of(Json.read(file, SensitivityTable.class, WHAT, OTHERWISE))
        : Optional.empty();
  }
}
