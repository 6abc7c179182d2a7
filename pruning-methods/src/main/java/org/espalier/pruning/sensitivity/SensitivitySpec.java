package org.espalier.pruning.sensitivity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Amount;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.ScoringMethod;

/**
 * Which groups are cut, one at a time, how far, and by which method.
 *
 * @param method one that scores channels of a group without regard to other groups, so that the cut
 *     of one group is that of the network whose other groups stay
 * @param shares of a group's channels that go; in any order
 * @param groups by id; none means all that can be cut
 * @param coupled whether groups that several layers make together, residual trunks, are cut too.
 *     Groups that are named do not look at this
 * @param randomInputs how many, where there are no labels and no inputs
 */
public record SensitivitySpec(
    @Setting(value = "Scoring method: {scoring methods}.", inline = true, standard = L1Norm.class)
        ScoringMethod method,
    @Setting(
            value = "Shares of a group's channels that go, each above 0 and below 1.",
            defaultValue = "0.1,0.3,0.5,0.7,0.9")
        List<Double> shares,
    @Setting("Groups to cut, by the ids that 'espalier inspect' shows; default: all that can be.")
        List<String> groups,
    @Setting(
            value = "Also cut residual trunks, whose channels several layers make together.",
            defaultValue = "false")
        boolean coupled,
    @Setting(
            value =
                "How many random inputs outputs are compared on, where no data set and no inputs are"
                    + " given.",
            defaultValue = "32")
        int randomInputs) {
  /** All groups but trunks, by L1 norm, at five shares. */
  public static final SensitivitySpec STANDARD = Settings.defaults(SensitivitySpec.class);

  public SensitivitySpec {
    shares = shares.stream().sorted().toList();
    groups = List.copyOf(groups);
    checkShares(shares);
    if (groups.stream().distinct().count() < groups.size()) {
      throw new UsageException("groups must be all different, found " + groups);
    }
    if (coupled && !groups.isEmpty()) {
      throw new UsageException(
          "coupled says nothing about groups that are named one by one; leave it out");
    }
    if (randomInputs < 1) {
      throw new UsageException("random-inputs must be at least 1, found " + randomInputs);
    }
  }

  private static void checkShares(List<Double> shares) {
    // Written so that NaN fails too.
    boolean inside = shares.stream().allMatch(share -> share > 0 && share < 1);
    if (shares.isEmpty() || !inside || shares.stream().distinct().count() < shares.size()) {
      throw new UsageException(
          "shares must be one or more, all different, each above 0 and below 1; found " + shares);
    }
  }

  public SensitivitySpec method(ScoringMethod other) {
    return Settings.with(this, "method", other);
  }

  public SensitivitySpec shares(List<Double> other) {
    return Settings.with(this, "shares", other);
  }

  public SensitivitySpec groups(List<String> other) {
    return Settings.with(this, "groups", other);
  }

  public SensitivitySpec coupled(boolean other) {
    return Settings.with(this, "coupled", other);
  }

  /** The amount that takes a share from each of the groups. */
  Amount amount(double share) {
    if (groups.isEmpty()) {
      return Amount.ratio(share).with(limits -> limits.coupled(coupled));
    }
    Map<String, Double> named = new LinkedHashMap<>();
    groups.forEach(id -> named.put(id, share));
    return Amount.ratios(named);
  }
}
