package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.channels.GroupScales;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.OpRules;
import org.tensorflow.proto.NodeDef;

/**
 * Finds residual branches: where two tensors of one shape are added, and one of them comes through
 * more layers of its own than the other, that one is the branch and the other its shortcut. So a
 * projection is a shortcut too, if it has fewer layers than the branch beside it; of two that have
 * equally many, neither is a branch of the other.
 */
final class Branches {
  private static final Set<String> SUMS = Set.of("Add", "AddV2");

  /**
   * One branch.
   *
   * @param sum the node that adds it to its shortcut
   * @param side the input of the sum that it is: 0 or 1
   * @param scale the parameter that multiplies it as a whole, if there is one
   */
  record Branch(String sum, int side, Optional<String> scale) {
    int shortcut() {
      return 1 - side;
    }
  }

  private final Network network;
  private final GraphFacts facts;
  private final Set<String> fed = new HashSet<>();
  private final Map<String, Set<String>> above = new HashMap<>();

  private Branches(Network network, OpRules rules) {
    this.network = network;
    this.facts = GraphFacts.of(network, rules);
    for (NodeDef node : facts.order()) {
      boolean isFed = node.getOp().equals("Placeholder");
      for (TensorRef in : NodeGraph.dataInputs(node)) {
        isFed |= fed.contains(in.node());
      }
      if (isFed) {
        fed.add(node.getName());
      }
    }
  }

  /** All branches, in the order of the data. */
  static List<Branch> of(Network network, OpRules rules) {
    return new Branches(network, rules).find();
  }

  private List<Branch> find() {
    List<Branch> found = new ArrayList<>();
    for (NodeDef node : facts.order()) {
      if (SUMS.contains(node.getOp()) && addsAlike(node)) {
        TensorRef first = TensorRef.parse(node.getInput(0));
        TensorRef second = TensorRef.parse(node.getInput(1));
        int more = Integer.compare(layers(first, second), layers(second, first));
        if (more != 0) {
          int side = more > 0 ? 0 : 1;
          found.add(new Branch(node.getName(), side, scale(node.getInput(side))));
        }
      }
    }
    return found;
  }

  /** Whether two tensors that are computed are added, and each is as large as the sum. */
  private boolean addsAlike(NodeDef node) {
    for (int i = 0; i < 2; i++) {
      TensorRef in = TensorRef.parse(node.getInput(i));
      Optional<Shape> shape = facts.tensor(in).shape();
      if (!fed.contains(in.node())
          || shape.isEmpty()
          || !shape.equals(facts.output(node).shape())) {
        return false;
      }
    }
    return true;
  }

  /** How many layers lead to one tensor and not to another. */
  private int layers(TensorRef to, TensorRef other) {
    Set<String> own = new HashSet<>(above(to.node()));
    own.removeAll(above(other.node()));
    return (int) own.stream().map(facts.graph()::node).filter(this::isLayer).count();
  }

  private Set<String> above(String node) {
    return above.computeIfAbsent(node, n -> facts.graph().ancestors(List.of(n)));
  }

  private boolean isLayer(NodeDef node) {
    return fed.contains(node.getName())
        && NodeGraph.dataInputs(node).stream()
            .map(facts.graph()::parameterBehind)
            .anyMatch(p -> p != null && network.parameter(p).kind().isKernel());
  }

  private Optional<String> scale(String branch) {
    NodeDef product = facts.graph().node(TensorRef.nodeOf(branch));
    return scaleOf(network, product).filter(scale -> network.parameter(scale).shape().rank() == 0);
  }

  /** The scale that a product multiplies a computed tensor with, if that is what it does. */
  static Optional<String> scaleOf(Network network, NodeDef product) {
    if (!product.getOp().equals("Mul") || product.containsAttr(NodeGraph.MASKED)) {
      return Optional.empty();
    }
    return NodeGraph.dataInputs(product).stream()
        .flatMap(factor -> scaleBehind(network, factor).stream())
        .findFirst();
  }

  /** The scale of a branch, or those of channels or groups, that a tensor is. */
  static Optional<String> scaleBehind(Network network, TensorRef factor) {
    return Optional.ofNullable(network.graph().parameterBehind(factor))
        .filter(p -> network.parameter(p).kind() == ParameterKind.BRANCH_SCALE)
        .or(() -> GroupScales.behind(network, factor));
  }

  /**
   * The nodes that the outputs need once some branches are gone.
   *
   * @param scales of the branches that go
   */
  static Set<String> left(Network network, Set<String> scales) {
    NodeGraph graph = network.graph();
    Set<String> seen = new HashSet<>();
    List<String> open = new ArrayList<>(network.outputNodes());
    while (!open.isEmpty()) {
      NodeDef node = graph.node(open.remove(open.size() - 1));
      if (!scaleOf(network, node).map(scales::contains).orElse(false) && seen.add(node.getName())) {
        node.getInputList().forEach(input -> open.add(TensorRef.nodeOf(input)));
      }
    }
    return seen;
  }
}
