package org.espalier.pruning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.settings.Named;

/** Keeps the channels with the highest scores, in as many groups and as many as the amount says. */
final class ScoreAndRank {
  private final ScoringMethod method;
  private final String name;
  private final Amount amount;
  private final Selection allowed;
  private final Ranking ranking;
  private final WidthFinder finder;

  ScoreAndRank(ScoringMethod method, Evidence evidence, Amount amount) {
    this.method = method;
    this.name = method.getClass().getAnnotation(Named.class).value();
    this.amount = amount;
    allowed = Selection.of(evidence.analysis(), amount);
    Selection selection =
        allowed.able(method::unableToScore, name + " can score", evidence.analysis());
    ranking = Ranking.of(method, name, selection.groups(), evidence);
    finder = new WidthFinder(evidence.analysis(), amount, selection);
  }

  Pruned pruned() {
    Widths widths = widths();
    List<String> notes = new ArrayList<>(allowed.whole(method::unableToScore));
    notes.addAll(finder.notes(widths));
    return Pruned.of(cut(widths)).withNotes(notes);
  }

  private Cut cut(Widths widths) {
    return new Cut(name, settings(amount, (Record) method), ranking.best(widths.kept()));
  }

  /** What a cut says of how it was decided. */
  static Map<String, Object> settings(Amount amount, Record method) {
    Map<String, Object> settings = new LinkedHashMap<>(Settings.asRead(amount));
    settings.putAll(Settings.asRead(method));
    return settings;
  }

  private Widths widths() {
    if (amount.limits().scope() == Limits.Scope.LOCAL) {
      return finder.local();
    }
    WidthLadder ladder = WidthLadder.byScore(ranking.scores(), method.comparesGroups());
    return finder.along(ladder, ranking::best);
  }
}
