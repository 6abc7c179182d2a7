package org.espalier.framework.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Model;
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
    return checked(pass, network, pass::apply, Rewritten::network, rules);
  }

  /** The same of a model, whose weights a rewrite may look at. */
  public static Model apply(GraphRewrite pass, Model model, OpRules rules) {
    return checked(pass, model, pass::apply, Model::network, rules);
  }

  private static <A, B> B checked(
      GraphRewrite pass, A before, Function<A, B> apply, Function<B, Network> made, OpRules rules) {
    try {
      B after = apply.apply(before);
      whole(made.apply(after), rules);
      return after;
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
