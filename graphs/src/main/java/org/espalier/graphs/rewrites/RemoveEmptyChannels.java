package org.espalier.graphs.rewrites;

import jakarta.inject.Inject;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ops.OpRules;

/**
 * Channels that masks, or zeros, have left empty go, and the model computes the same: those that no
 * layer reads, and those whose filters are all zero. Behind batch norm and a rectifier such a
 * filter gives a constant. One that is zero is missed by nobody; another is added to the bias or
 * taken from the mean of batch norm behind whoever reads it, unless a window that reaches over the
 * border reads it: there the constant is not constant, and the channel stays. One channel of each
 * group stays.
 */
public final class RemoveEmptyChannels implements GraphRewrite {
  private final OpRules rules;

  @Inject
  public RemoveEmptyChannels(OpRules rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "remove-empty-channels";
  }

  @Override
  public String description() {
    return "channels go that no weight makes or reads; looks at weights and masks";
  }

  /** Without weights nothing is known to be empty. */
  @Override
  public Rewritten apply(Network network) {
    return new Rewritten(network, UnaryOperator.identity());
  }

  /** What goes may leave others empty, so until there are none. */
  @Override
  public Model apply(Model model) {
    Model now = model.silenced();
    Optional<Model> smaller = new EmptyChannels(now, rules).removed(rules);
    if (smaller.isEmpty()) {
      return model;
    }
    while (smaller.isPresent()) {
      now = smaller.get();
      smaller = new EmptyChannels(now, rules).removed(rules);
    }
    return now.rewritten(new DropIdleSelections(rules));
  }
}
