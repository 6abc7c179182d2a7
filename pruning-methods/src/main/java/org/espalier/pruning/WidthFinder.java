package org.espalier.pruning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntToLongFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;

/** How wide groups become: what an amount says of that, whichever channels stay. */
final class WidthFinder {
  private final ChannelAnalysis analysis;
  private final Amount amount;
  private final Selection selection;
  private final Remarks remarks;
  private final List<String> onTarget = new ArrayList<>();

  WidthFinder(ChannelAnalysis analysis, Amount amount, Selection selection) {
    this.analysis = analysis;
    this.amount = amount;
    this.selection = selection;
    remarks = new Remarks(analysis, amount, selection);
  }

  /** Every group loses the same share, or its own. */
  Widths local() {
    int[] full = selection.groups().stream().mapToInt(ChannelGroup::channels).toArray();
    int[] asked = new int[full.length];
    for (int g = 0; g < asked.length; g++) {
      asked[g] = Widths.asked(full[g], selection.shares().get(g));
    }
    return widths(WidthLadder.uniform(full), asked, this::firsts);
  }

  /**
   * Groups lose channels in the order of a ladder, down to a target or to a share of all channels.
   *
   * @param cut the channels that stay of so wide groups
   */
  Widths along(WidthLadder ladder, Function<int[], List<Cut.Group>> cut) {
    int channels = IntStream.of(ladder.full()).sum();
    return widths(ladder, ladder.at((int) (channels * amount.ratio().orElse(0.0))), cut);
  }

  /** What a cut costs does not depend on which channels of a group stay. */
  private List<Cut.Group> firsts(int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(
            g -> Cut.Group.of(selection.groups().get(g), IntStream.range(0, widths[g]).toArray()))
        .toList();
  }

  /**
   * @param asked of each group, where no target decides
   */
  private Widths widths(WidthLadder ladder, int[] asked, Function<int[], List<Cut.Group>> cut) {
    CutCost cost = new CutCost(analysis);
    if (amount.targetMacs().isPresent()) {
      Amount.checkMacsKnown(cost.open());
      double target = amount.targetMacs().get();
      return target("target-macs", "MACs", ladder, groups(cost::macs), cut, target);
    }
    if (amount.targetParameters().isPresent()) {
      double target = amount.targetParameters().get();
      ToLongFunction<List<Cut.Group>> count = groups(cost::parameters);
      return target("target-parameters", "parameters", ladder, count, cut, target);
    }
    return rounded(asked);
  }

  private static ToLongFunction<List<Cut.Group>> groups(ToLongFunction<Cut> count) {
    return groups -> count.applyAsLong(new Cut("", Map.of(), groups));
  }

  private Widths rounded(int[] asked) {
    return Widths.of(selection.groups(), asked, amount.limits());
  }

  /**
   * The widths of the highest rung that does not miss a target.
   *
   * @param option the setting that asks for it, for error messages
   * @param unit what is counted
   * @param target a fraction of the uncut network's cost if at most 1, else a number
   */
  private Widths target(
      String option,
      String unit,
      WidthLadder ladder,
      ToLongFunction<List<Cut.Group>> count,
      Function<int[], List<Cut.Group>> cut,
      double target) {
    long before = count.applyAsLong(List.of());
    double limit = target <= 1 ? target * before : target;
    Map<Integer, Long> counted = new HashMap<>();
    IntToLongFunction cost =
        rung ->
            counted.computeIfAbsent(
                rung, r -> count.applyAsLong(cut.apply(rounded(ladder.at(r)).kept())));
    int rung = ladder.first(r -> cost.applyAsLong(r) <= limit);
    if (cost.applyAsLong(rung) > limit) {
      throw unreachable(option, unit, limit, before, cost.applyAsLong(rung));
    }
    onTarget.addAll(remarks.onTarget(unit, limit, before, cost.applyAsLong(rung)));
    return rounded(ladder.at(rung));
  }

  private UsageException unreachable(
      String option, String unit, double limit, long before, long smallest) {
    return new UsageException(
        String.format(
            Locale.ROOT,
            "%s asks for at most %.0f of %d %s (%.2f %%); with a floor of %d, widths rounded to %d"
                + " and the groups that may be cut, the fewest reachable are %d (%.2f %%)",
            option,
            limit,
            before,
            unit,
            100 * limit / before,
            amount.limits().floor(),
            amount.limits().roundTo(),
            smallest,
            100.0 * smallest / before));
  }

  /** Where the widths that were found are far from what was asked for. */
  List<String> notes(Widths widths) {
    List<String> notes = new ArrayList<>(widths.notes(selection.groups(), amount.limits()));
    notes.addAll(remarks.on(widths));
    notes.addAll(onTarget);
    return notes;
  }
}
