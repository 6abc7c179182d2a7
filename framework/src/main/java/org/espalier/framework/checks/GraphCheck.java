package org.espalier.framework.checks;

import java.util.ArrayList;
import java.util.List;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.OpRules;

/** Applies rewrites one by one and looks at what each of them left. */
public final class GraphCheck {
  private GraphCheck() {}

  /**
   * Applies a rewrite and checks the result.
   *
   * @throws BadInputException naming the pass and, where there is one, the node at fault
   */
  public static Rewritten apply(GraphRewrite pass, Network network, OpRules rules) {
    try {
      Rewritten rewritten = pass.apply(network);
      whole(rewritten.network(), rules);
      return rewritten;
    } catch (BadInputException e) {
      throw new BadInputException("pass '" + pass.name() + "': " + e.getMessage(), e);
    }
  }

  /**
   * Checks that a network is whole: every input exists, no cycle, shapes fit, every node is needed,
   * and TensorFlow takes the graph.
   *
   * @throws BadInputException naming the node at fault
   */
  public static void whole(Network network, OpRules rules) {
    GraphFacts.of(network, rules);
    NodeGraph index = network.graph();
    List<String> ends = new ArrayList<>(network.inputNodes());
    ends.addAll(network.outputNodes());
    var needed = index.ancestors(ends);
    index.nodes().stream()
        .filter(n -> !needed.contains(n.getName()))
        .findFirst()
        .ifPresent(
            n -> {
              throw new BadInputException("node '" + n.getName() + "' is needed by no output");
            });
    OpenGraph.check(network.graph());
  }
}
