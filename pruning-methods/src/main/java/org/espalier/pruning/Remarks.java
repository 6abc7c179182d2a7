package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;

/** Where what is done is far from what was asked for, in sentences for the user. */
final class Remarks {
  /** Above this share of channels that go from each group alike, a target asks for too much. */
  private static final double LARGEST_SHARE = 0.9;

  /** As a share: so far from what was asked is worth a word. */
  private static final double FAR = 0.15;

  private static final double FAR_BELOW_TARGET = 0.05;

  private static final int LISTED = 3;

  private final ChannelAnalysis analysis;
  private final Amount amount;
  private final Selection selection;

  Remarks(ChannelAnalysis analysis, Amount amount, Selection selection) {
    this.analysis = analysis;
    this.amount = amount;
    this.selection = selection;
  }

  private boolean isTarget() {
    return amount.targetMacs().isPresent() || amount.targetParameters().isPresent();
  }

  private boolean isGlobal() {
    return amount.limits().scope() == Limits.Scope.GLOBAL;
  }

  List<String> on(Widths widths) {
    List<String> remarks = new ArrayList<>();
    if (IntStream.range(0, widths.kept().length).allMatch(g -> lost(widths, g) == 0)) {
      if (asksForSomething()) {
        remarks.add("nothing is cut: " + why(widths));
      }
      return remarks;
    }
    if (isTarget() && !isGlobal()) {
      largeShare(widths, remarks);
    } else if (!isTarget() && !isGlobal()) {
      muchMore(widths, remarks);
    }
    return remarks;
  }

  private boolean asksForSomething() {
    return isTarget()
        || isGlobal() && amount.ratio().orElse(0.0) > 0
        || selection.shares().stream().anyMatch(share -> share > 0);
  }

  private String why(Widths widths) {
    boolean asked =
        IntStream.range(0, widths.asked().length)
            .anyMatch(g -> widths.asked()[g] < selection.groups().get(g).channels());
    if (asked) {
      return String.format(
          Locale.ROOT,
          "a floor of %d and widths rounded up to %d leave every group as it is",
          amount.limits().floor(),
          amount.limits().roundTo());
    }
    return isTarget()
        ? "the network meets the target as it is"
        : "so small a share is less than one channel";
  }

  private double lost(Widths widths, int group) {
    return 1 - (double) widths.kept()[group] / selection.groups().get(group).channels();
  }

  /** A target that takes nearly all of a few groups, because the others cannot give. */
  private void largeShare(Widths widths, List<String> remarks) {
    int most =
        IntStream.range(0, widths.kept().length)
            .boxed()
            .max(Comparator.comparingDouble(g -> lost(widths, g)))
            .orElseThrow();
    if (lost(widths, most) > LARGEST_SHARE) {
      ChannelGroup group = selection.groups().get(most);
      remarks.add(
          String.format(
              Locale.ROOT,
              "the target takes %.1f %% of the channels of each group that may be cut: of '%s', %d of"
                  + " %d stay%s",
              100 * lost(widths, most),
              group.id(),
              widths.kept()[most],
              group.channels(),
              others()));
    }
  }

  /** The groups that cannot share the load, the widest first. */
  private String others() {
    Set<String> cut = selection.groups().stream().map(ChannelGroup::id).collect(Collectors.toSet());
    List<ChannelGroup> whole =
        analysis.groups().stream()
            .filter(g -> !cut.contains(g.id()) && !g.reason().startsWith("it is the "))
            .sorted(Comparator.comparingInt(g -> -g.channels()))
            .toList();
    if (whole.isEmpty()) {
      return "";
    }
    Set<String> excluded = new HashSet<>(amount.limits().exclude());
    return "; these cannot share the load: "
        + whole.stream()
            .limit(LISTED)
            .map(
                g ->
                    String.format(
                        Locale.ROOT,
                        "'%s' with %d (%s)",
                        g.id(),
                        g.channels(),
                        reason(g, excluded)))
            .collect(Collectors.joining(", "))
        + (whole.size() > LISTED ? " and " + (whole.size() - LISTED) + " more" : "");
  }

  private static String reason(ChannelGroup group, Set<String> excluded) {
    if (!group.prunable()) {
      return group.reason();
    }
    return excluded.contains(group.id())
        ? "it is excluded"
        : group.isCoupled() ? "coupled would cut it" : "the method cannot score it";
  }

  /** Few channels cannot lose a small share: half of two is the least that goes. */
  private void muchMore(Widths widths, List<String> remarks) {
    List<String> more = new ArrayList<>();
    for (int g = 0; g < widths.kept().length; g++) {
      if (lost(widths, g) - selection.shares().get(g) > FAR) {
        ChannelGroup group = selection.groups().get(g);
        more.add(
            String.format(
                Locale.ROOT,
                "'%s' keeps %d of %d",
                group.id(),
                widths.kept()[g],
                group.channels()));
      }
    }
    if (!more.isEmpty()) {
      remarks.add(
          "much more goes than was asked for, because widths are whole numbers: "
              + more.stream().limit(LISTED).collect(Collectors.joining(", "))
              + (more.size() > LISTED ? " and " + (more.size() - LISTED) + " more" : ""));
    }
  }

  /** A target from which the next widths are far. */
  List<String> onTarget(String unit, double limit, long before, long after) {
    return limit - after > FAR_BELOW_TARGET * before && after < before
        ? List.of(
            String.format(
                Locale.ROOT,
                "at most %.0f %s were asked for, and %d remain: with a floor of %d and widths rounded"
                    + " to %d, nothing lies between",
                limit,
                unit,
                after,
                amount.limits().floor(),
                amount.limits().roundTo()))
        : List.of();
  }
}
