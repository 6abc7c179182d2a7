package org.espalier.graphs.rewrites;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.OpRules;

/**
 * Takes residual branches out of the network: what read the sum of branch and shortcut reads the
 * shortcut. A branch whose scale is zero adds nothing, so outputs stay what they are. A projection
 * around the branch stays, and what it reads. Carries any weights.
 */
public final class RemoveBranches implements GraphRewrite {
  private final Set<String> scales;
  private final OpRules rules;

  /**
   * @param scales the branches that go, by the names of their scales
   */
  public RemoveBranches(List<String> scales, OpRules rules) {
    this.scales = Set.copyOf(scales);
    this.rules = rules;
  }

  @Override
  public String name() {
    return "remove-branches";
  }

  @Override
  public String description() {
    return "named residual branches go";
  }

  @Override
  public Rewritten apply(Network network) {
    GraphEdit edit = new GraphEdit(network);
    Set<String> missing = new HashSet<>(scales);
    for (Branches.Branch branch : Branches.of(network, rules)) {
      if (branch.scale().map(missing::remove).orElse(false)) {
        // Of a branch that is gone already, the shortcut is read here.
        String shortcut = edit.node(branch.sum()).getInput(branch.shortcut());
        edit.redirect(TensorRef.of(branch.sum()), TensorRef.parse(shortcut), "");
      }
    }
    for (String scale : missing) {
      throw new BadInputException(
          network.name() + ": '" + scale + "' is not the scale of a residual branch");
    }
    return new Rewritten(edit.build(), UnaryOperator.identity());
  }

  /** The branches of a network that have a scale, by its name, in the order of the data. */
  public static List<String> scaled(Network network, OpRules rules) {
    return Branches.of(network, rules).stream().flatMap(b -> b.scale().stream()).toList();
  }
}
