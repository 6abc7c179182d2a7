package org.espalier.pruning.sensitivity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.runs.SensitivityTable.Point;
import org.espalier.framework.runs.SensitivityTable.Row;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;

/**
 * When a group is sensitive: cut alone at a share, it costs more than so many points.
 *
 * @param drop percentage points of accuracy or, without labels, of agreement
 * @param at one of the shares that were measured
 */
public record SensitivityRule(
    @Setting(
            value =
                "A group is sensitive if it alone costs more than so many points of accuracy or, without"
                    + " labels, of agreement.",
            defaultValue = "10",
            identity = false)
        double drop,
    @Setting(
            value = "The share at which that is asked; default: the one nearest to 0.5.",
            identity = false)
        Optional<Double> at) {
  /** More than 10 points at about half of the channels. */
  public static final SensitivityRule STANDARD = Settings.defaults(SensitivityRule.class);

  private static final double HALF = 0.5;

  public SensitivityRule {
    if (!(drop >= 0 && drop <= 100)) {
      throw new UsageException("drop must be from 0 to 100 points, found " + drop);
    }
  }

  /**
   * What follows for a pruning.
   *
   * @throws UsageException if the share was not measured
   */
  public Proposal of(SensitivityTable table) {
    double share = share(table.shares());
    int judged = table.shares().indexOf(share);
    List<String> exclude = new ArrayList<>();
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (Row row : table.groups()) {
      if (Proposal.costsTooMuch(table.uncut(), row.points().get(judged).score(), drop)) {
        exclude.add(row.id());
      }
      harmless(table, row).ifPresent(most -> ratios.put(row.id(), most));
    }
    return new Proposal(drop, share, exclude, ratios);
  }

  /**
   * The share that decides: the one that was asked for, or the one nearest to a half, of two the
   * smaller.
   *
   * @param shares that are measured, ascending
   * @throws UsageException if the one that was asked for is not among them
   */
  public double share(List<Double> shares) {
    if (at.isPresent()) {
      if (!shares.contains(at.get())) {
        throw new UsageException("at must be one of the shares, " + shares + ", found " + at.get());
      }
      return at.get();
    }
    double nearest = shares.get(0);
    for (double share : shares) {
      if (Math.abs(share - HALF) < Math.abs(nearest - HALF) - Proposal.ROUNDING) {
        nearest = share;
      }
    }
    return nearest;
  }

  /** The largest share up to which none costs too much. */
  private Optional<Double> harmless(SensitivityTable table, Row row) {
    Optional<Double> most = Optional.empty();
    for (Point point : row.points()) {
      if (Proposal.costsTooMuch(table.uncut(), point.score(), drop)) {
        return most;
      }
      most = Optional.of(point.share());
    }
    return most;
  }
}
