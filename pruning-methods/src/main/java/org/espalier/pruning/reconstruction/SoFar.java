package org.espalier.pruning.reconstruction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.framework.evidence.LayerReader;
import org.espalier.framework.evidence.Sample;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.Masks;

/**
 * How far a network is pruned: what stays of some groups, and how weights changed. It computes what
 * the network without those channels computes, but every channel keeps its place.
 */
public final class SoFar {
  private final ChannelAnalysis analysis;
  private final Sample original;
  private final Weights before;
  private final List<Cut.Group> cuts;
  private final Weights changes;
  private Weights silenced;

  private SoFar(
      ChannelAnalysis analysis,
      Sample original,
      Weights before,
      List<Cut.Group> cuts,
      Weights changes) {
    this.analysis = analysis;
    this.original = original;
    this.before = before;
    this.cuts = List.copyOf(cuts);
    this.changes = changes;
  }

  /** Nothing is cut yet. */
  public static SoFar uncut(ChannelAnalysis analysis, Sample original, Weights before) {
    return new SoFar(analysis, original, before, List.of(), Weights.empty());
  }

  /** With another group cut, or the same one otherwise. */
  SoFar cut(Cut.Group group) {
    List<Cut.Group> more = new ArrayList<>(cuts);
    more.removeIf(g -> g.id().equals(group.id()));
    more.add(group);
    return new SoFar(analysis, original, before, more, changes);
  }

  /** With some weights changed. */
  SoFar changed(Weights some) {
    return new SoFar(analysis, original, before, cuts, changes.with(some));
  }

  public List<Cut.Group> cuts() {
    return cuts;
  }

  /** The weights that differ from those of the network before, of removed channels too. */
  public Weights changes() {
    return changes;
  }

  /** The weights of the network before. */
  Weights before() {
    return before;
  }

  /** The weights of all channels, changed where they were. */
  Weights whole() {
    return before.with(changes);
  }

  /** The same with zeros for all that belongs to removed channels. */
  Weights silenced() {
    if (silenced == null) {
      Cut cut = new Cut("", Map.of(), cuts);
      silenced = cuts.isEmpty() ? whole() : Masks.silencing(cut, analysis).applied(whole());
    }
    return silenced;
  }

  /** For each value of the patches that a layer reads, whether its channel is still there. */
  boolean[] left(LayerReader layer) {
    boolean[] left = new boolean[layer.patchSize()];
    Arrays.fill(left, true);
    new Cut("", Map.of(), cuts)
        .resolve(analysis)
        .forEach(
            (group, stays) -> {
              for (Member m : group.members(Member.Role.CONSUMER)) {
                boolean read = m.parameter().equals(layer.member().parameter());
                for (int i = 0; read && i < left.length; i++) {
                  int channel = m.channelAt()[i % m.channelAt().length];
                  left[i] &= channel < 0 || stays[channel];
                }
              }
            });
    return left;
  }

  /** What the network does on the sample, without the channels that are gone. */
  Sample sample() {
    return original.with(silenced());
  }

  /** What the network before does. */
  Sample original() {
    return original;
  }
}
