package org.espalier.graphs.ops;

import java.util.List;
import java.util.Set;

/**
 * All that Espalier must know of a family of ops: shapes, how channels pass through, cost, and what
 * to change in the node when channels go. One small class a family; bind it in a module to add it.
 */
public interface OpRule {
  /** The ops, by TensorFlow's name, that this rule speaks for. */
  Set<String> ops();

  /** What is known of each output. Throws {@code BadInputException} if the inputs do not fit. */
  List<TensorFacts> infer(Op op);

  /** How the channels of the inputs go on into the outputs. One {@link Axes} an output. */
  List<Axes> link(Op op, Links links);

  /**
   * Whether enough is known of the node's inputs. Where it is not, the rule is not asked and the
   * node keeps all that it touches whole. By default the rank of every data input must be known:
   * behind an op without a rule it is not.
   */
  default boolean applies(Op op) {
    return op.isRanked();
  }

  /** The cost of the node for one image. */
  default Work work(Op op) {
    return Work.NONE;
  }

  /**
   * The same rule for a network that loses whole groups of grouped convolutions, and not the same
   * channels of each. Most rules know no groups.
   */
  default OpRule wholeGroups() {
    return this;
  }

  /** Adapts what the node says about sizes. Most nodes say nothing. */
  default void shrink(Op op, Shrink shrink) {}
}
