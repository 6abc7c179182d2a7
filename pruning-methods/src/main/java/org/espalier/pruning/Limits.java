package org.espalier.pruning;

import java.util.List;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;

/**
 * Where channels may go, and how far.
 *
 * @param scope what channels are ranked against
 * @param coupled whether groups that several layers make together, residual trunks, are cut too.
 *     Presets and shares of single groups name their groups and do not look at this
 * @param floor the fewest channels that may stay in a group; smaller groups stay whole
 * @param exclude ids of groups that stay as they are
 * @param roundTo the layers that result have a multiple of so many channels, rounded up, or as many
 *     as they had. Where a layer holds channels several times or of several groups, all count
 */
public record Limits(
    @Setting(
            value =
                "Rank channels within their group (local: every group loses the same share) or against"
                    + " those of all groups (global); weights within their kernel or against all.",
            defaultValue = "local")
        Scope scope,
    @Setting(
            value = "Also cut residual trunks, whose channels several layers make together.",
            defaultValue = "false")
        boolean coupled,
    @Setting(
            value = "The fewest channels that stay in a group, or weights in a kernel.",
            defaultValue = "1")
        int floor,
    @Setting("Groups, or kernels, that stay whole, by the ids that 'espalier inspect' shows.")
        List<String> exclude,
    @Setting(
            value = "Round the widths of the layers that result up to a multiple of this.",
            defaultValue = "1")
        int roundTo) {

  /** What the channels of a group are ranked against. */
  public enum Scope {
    /** Against each other: every group loses the same share. */
    LOCAL,
    /** Against those of all groups: some groups lose much, others little. */
    GLOBAL
  }

  /** Everywhere but in residual trunks; a channel of each group stays. */
  public static final Limits NONE = new Limits(Scope.LOCAL, false, 1, List.of(), 1);

  public Limits {
    exclude = List.copyOf(exclude);
    if (exclude.stream().distinct().count() < exclude.size()) {
      throw new UsageException("exclude names a group twice; found " + exclude);
    }
    if (floor < 1) {
      throw new UsageException("floor must be at least 1 channel, found " + floor);
    }
    if (roundTo < 1) {
      throw new UsageException("round-to must be at least 1, found " + roundTo);
    }
  }

  /** A method that takes what a training made zero takes it wherever it is, in trunks too. */
  void checkForZeros(String method) {
    if (coupled) {
      throw new UsageException(
          "coupled says nothing to " + method + ", which takes zeros in trunks too; leave it out");
    }
    if (scope == Scope.GLOBAL) {
      throw new UsageException(
          "scope global says nothing to " + method + ", which ranks no groups; leave it out");
    }
  }

  public Limits scope(Scope other) {
    return Settings.with(this, "scope", other);
  }

  public Limits coupled(boolean other) {
    return Settings.with(this, "coupled", other);
  }

  public Limits floor(int other) {
    return Settings.with(this, "floor", other);
  }

  public Limits exclude(List<String> other) {
    return Settings.with(this, "exclude", other);
  }

  public Limits roundTo(int other) {
    return Settings.with(this, "roundTo", other);
  }
}
