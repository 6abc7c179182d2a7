package org.espalier.pruning.sensitivity;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.framework.runs.SensitivityTable.Score;

/**
 * What a scan proposes to a pruning. Groups were cut one at a time: cut together they cost more.
 *
 * @param drop points that a group may cost alone
 * @param at the share at which groups are judged
 * @param exclude the sensitive groups, in the order in which data meets them: to leave out of a
 *     pruning that takes the same share from every group
 * @param ratios of each group the largest share up to which none cost more than {@code drop};
 *     groups of which even the smallest did are missing
 */
public record Proposal(double drop, double at, List<String> exclude, Map<String, Double> ratios) {
  /** Far below what one image of any set is worth: fractions of images are no exact numbers. */
  static final double ROUNDING = 1e-9;

  public Proposal {
    exclude = List.copyOf(exclude);
    ratios = Collections.unmodifiableMap(new LinkedHashMap<>(ratios));
  }

  /** Whether a cut costs more points than a group may. */
  public boolean costsTooMuch(Score uncut, Score cut) {
    return costsTooMuch(uncut, cut, drop);
  }

  static boolean costsTooMuch(Score uncut, Score cut, double drop) {
    return 100 * (uncut.value() - cut.value()) > drop + ROUNDING;
  }

  public boolean isSensitive(String group) {
    return exclude.contains(group);
  }

  /** What {@code prune --exclude} takes; empty if no group is sensitive. */
  public String excludeText() {
    return String.join(",", exclude);
  }

  /** What {@code prune --ratios} takes; empty if every group is sensitive at every share. */
  public String ratiosText() {
    return ratios.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(","));
  }
}
