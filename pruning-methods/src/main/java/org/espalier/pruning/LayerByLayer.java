package org.espalier.pruning;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.evidence.LayerReaders;
import org.espalier.framework.evidence.Sample;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.settings.Named;
import org.espalier.pruning.reconstruction.Reconstruction;
import org.espalier.pruning.reconstruction.SoFar;

/**
 * Goes through the groups in the order in which data meets them, and cuts each in the network as
 * far as it is cut. How wide groups become, the amount says, as it does for methods that score.
 */
final class LayerByLayer {
  private final Record method;
  private final String name;
  private final Evidence evidence;
  private final Amount amount;
  private final Reconstruction how;
  private final LayerReaders readers;
  private final Selection allowed;
  private final Selection selection;
  private final WidthFinder finder;
  private final Widths widths;

  LayerByLayer(Record method, Evidence evidence, Amount amount, Reconstruction how) {
    this.method = method;
    this.name = method.getClass().getAnnotation(Named.class).value();
    this.evidence = evidence;
    this.amount = amount;
    this.how = how;
    if (amount.limits().scope() == Limits.Scope.GLOBAL) {
      throw new UsageException(
          name
              + " goes through the network group by group and ranks no channels of one against those"
              + " of another; leave out scope");
    }
    readers = new LayerReaders(evidence.analysis());
    allowed = Selection.of(evidence.analysis(), amount);
    selection = allowed.able(this::unable, name + " can reconstruct", evidence.analysis());
    finder = new WidthFinder(evidence.analysis(), amount, selection);
    widths = finder.local();
  }

  private Optional<String> unable(ChannelGroup group) {
    return readers
        .unreadable(group)
        .or(() -> readers.of(group).stream().flatMap(l -> how.beyond(l).stream()).findFirst());
  }

  /** The widths alone; no image is looked at. */
  Pruned outline() {
    List<Cut.Group> firsts = new ArrayList<>();
    for (int g = 0; g < selection.groups().size(); g++) {
      int[] kept = IntStream.range(0, widths.kept()[g]).toArray();
      firsts.add(Cut.Group.of(selection.groups().get(g), kept));
    }
    return Pruned.of(cut(firsts)).withNotes(notes());
  }

  /**
   * Cuts.
   *
   * @param images that are looked at
   * @param seed by which they are chosen
   */
  Pruned pruned(int images, long seed) {
    Set<String> notes = new LinkedHashSet<>(notes());
    Sample sample = evidence.sample(images, seed);
    notes.addAll(sample.notes());
    List<Reconstruction.Reduced> groups = reduced();
    SoFar now = SoFar.uncut(evidence.analysis(), sample, evidence.weights());
    how.begin(groups, now);
    for (Reconstruction.Reduced group : groups) {
      now = how.step(group, now, notes::add);
    }
    SoFar end = now;
    return Pruned.of(cut(end.cuts()))
        .repairedBy(weights -> weights.with(end.changes()))
        .withNotes(List.copyOf(notes));
  }

  private List<Reconstruction.Reduced> reduced() {
    List<ChannelGroup> all = selection.groups();
    int[] kept = widths.kept();
    int[] cut =
        IntStream.range(0, kept.length).filter(g -> kept[g] < all.get(g).channels()).toArray();
    List<Reconstruction.Reduced> groups = new ArrayList<>();
    for (int i = 0; i < cut.length; i++) {
      ChannelGroup group = all.get(cut[i]);
      String title =
          String.format(Locale.ROOT, "%s of '%s' (%d of %d)", name, group.id(), i + 1, cut.length);
      groups.add(new Reconstruction.Reduced(group, readers.of(group), kept[cut[i]], title));
    }
    return groups;
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>(allowed.whole(this::unable));
    notes.addAll(finder.notes(widths));
    return notes;
  }

  private Cut cut(List<Cut.Group> groups) {
    return new Cut(name, ScoreAndRank.settings(amount, method), groups);
  }
}
