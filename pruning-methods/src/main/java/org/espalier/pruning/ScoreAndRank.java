package org.espalier.pruning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;
import org.espalier.graphs.settings.Named;

/** Keeps the channels with the highest scores, in as many groups and as many as the amount says. */
final class ScoreAndRank {
  private final ScoringMethod method;
  private final String name;
  private final Evidence evidence;
  private final Amount amount;
  private final Selection allowed;
  private final Selection selection;
  private final Ranking ranking;
  private final Remarks remarks;
  private final List<String> onTarget = new ArrayList<>();

  ScoreAndRank(ScoringMethod method, Evidence evidence, Amount amount) {
    this.method = method;
    this.name = method.getClass().getAnnotation(Named.class).value();
    this.evidence = evidence;
    this.amount = amount;
    allowed = Selection.of(evidence.analysis(), amount);
    selection = allowed.scoredBy(method, name, evidence.analysis());
    ranking = Ranking.of(method, name, selection.groups(), evidence);
    remarks = new Remarks(evidence.analysis(), amount, selection);
  }

  Pruned pruned() {
    Widths widths = widths();
    List<String> notes = new ArrayList<>();
    for (ChannelGroup group : allowed.groups()) {
      method
          .unableToScore(group)
          .map(why -> String.format(Locale.ROOT, "group '%s' stays whole: %s", group.id(), why))
          .ifPresent(notes::add);
    }
    notes.addAll(widths.notes(selection.groups(), amount.limits()));
    notes.addAll(remarks.on(widths));
    notes.addAll(onTarget);
    return Pruned.of(cut(widths)).withNotes(notes);
  }

  private Cut cut(Widths widths) {
    Map<String, Object> settings = new LinkedHashMap<>(Settings.asRead(amount));
    settings.putAll(Settings.asRead((Record) method));
    return new Cut(name, settings, ranking.best(widths.kept()));
  }

  private Widths widths() {
    boolean global = amount.limits().scope() == Limits.Scope.GLOBAL;
    WidthLadder ladder =
        global
            ? WidthLadder.byScore(ranking.scores(), method.comparesGroups())
            : WidthLadder.uniform(
                selection.groups().stream().mapToInt(ChannelGroup::channels).toArray());
    CutCost cost = new CutCost(evidence.analysis());
    if (amount.targetMacs().isPresent()) {
      checkKnown(cost);
      return target("target-macs", "MACs", ladder, cost::macs, amount.targetMacs().get());
    }
    if (amount.targetParameters().isPresent()) {
      double target = amount.targetParameters().get();
      return target("target-parameters", "parameters", ladder, cost::parameters, target);
    }
    if (global) {
      int channels = ranking.scores().stream().mapToInt(s -> s.length).sum();
      return widths(ladder.at((int) (channels * amount.ratio().orElseThrow())));
    }
    int[] asked = new int[selection.groups().size()];
    for (int g = 0; g < asked.length; g++) {
      asked[g] = Widths.asked(selection.groups().get(g).channels(), selection.shares().get(g));
    }
    return widths(asked);
  }

  /** What is not known cannot be brought down to a target. */
  private static void checkKnown(CutCost cost) {
    List<String> open = cost.open();
    if (!open.isEmpty()) {
      throw new UsageException(
          "target-macs needs the multiply-accumulates of the whole network, and they are known in"
              + " part only: "
              + open.get(0)
              + "; give target-parameters or ratio");
    }
  }

  private Widths widths(int[] asked) {
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
      String option, String unit, WidthLadder ladder, ToLongFunction<Cut> count, double target) {
    long before = count.applyAsLong(new Cut(name, Map.of(), List.of()));
    double limit = target <= 1 ? target * before : target;
    Map<Integer, Long> counted = new HashMap<>();
    java.util.function.IntToLongFunction cost =
        rung -> counted.computeIfAbsent(rung, r -> count.applyAsLong(cut(widths(ladder.at(r)))));
    int rung = ladder.first(r -> cost.applyAsLong(r) <= limit);
    if (cost.applyAsLong(rung) > limit) {
      throw unreachable(option, unit, limit, before, cost.applyAsLong(rung));
    }
    onTarget.addAll(remarks.onTarget(unit, limit, before, cost.applyAsLong(rung)));
    return widths(ladder.at(rung));
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
}
