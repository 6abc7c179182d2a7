package org.espalier.pruning;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.Masks;

/**
 * What a method answers: channels to remove, or masks.
 *
 * @param cut the channels that stay, with the method and its settings; if not given, masks are
 * @param masks 0 and 1 for each value of some parameters; if not given, a cut is
 * @param repair how the weights of the uncut network change, so that those that stay make up for
 *     those that go; usually not at all
 * @param finishing what else is done to the small network, in this order; it must compute what it
 *     did. Usually nothing
 * @param notes sentences that the user should read: where the floor kept more than was asked, and
 *     the like. Usually empty
 */
public record Pruned(
    Optional<Cut> cut,
    Optional<Masks> masks,
    UnaryOperator<Weights> repair,
    List<GraphRewrite> finishing,
    List<String> notes) {
  public Pruned {
    finishing = List.copyOf(finishing);
    notes = List.copyOf(notes);
    if (cut.isPresent() == masks.isPresent()) {
      throw new IllegalArgumentException("a method answers with a cut or with masks");
    }
  }

  public static Pruned of(Cut cut) {
    return new Pruned(
        Optional.of(cut), Optional.empty(), UnaryOperator.identity(), List.of(), List.of());
  }

  public static Pruned of(Masks masks) {
    return new Pruned(
        Optional.empty(), Optional.of(masks), UnaryOperator.identity(), List.of(), List.of());
  }

  public Pruned repairedBy(UnaryOperator<Weights> change) {
    return new Pruned(cut, masks, change, finishing, notes);
  }

  public Pruned withNotes(List<String> sentences) {
    return new Pruned(cut, masks, repair, finishing, sentences);
  }

  /** With rewrites of the small network that change nothing that it computes. */
  public Pruned finishedBy(List<GraphRewrite> rewrites) {
    return new Pruned(cut, masks, repair, rewrites, notes);
  }
}
