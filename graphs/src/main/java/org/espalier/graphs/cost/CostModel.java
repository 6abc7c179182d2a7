package org.espalier.graphs.cost;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.Work;
import org.tensorflow.proto.NodeDef;

/** Counts parameters, MACs and FLOPs, per layer and in total, from static shapes. */
public final class CostModel {
  /**
   * Marks a node that the reference implementation does not count, because there it is a function
   * and not a module. Only the FLOP column looks at it.
   */
  public static final String UNCOUNTED = "_uncounted";

  private final OpRules rules;

  @Inject
  public CostModel(OpRules rules) {
    this.rules = rules;
  }

  public Cost of(Network network) {
    GraphFacts facts = GraphFacts.of(network, rules);
    Set<String> seen = new HashSet<>();
    List<KnownLayers.Part> parts = new ArrayList<>();
    Work total = Work.NONE;
    Set<String> needed = network.needed();
    for (NodeDef node : facts.order()) {
      if (!needed.contains(node.getName())) {
        continue; // computed for other signatures alone
      }
      Work work = counted(facts, node);
      List<Parameter> parameters =
          reads(facts.graph(), node) ? read(network, facts.graph(), node, seen) : List.of();
      KnownLayers.Part part = new KnownLayers.Part(node, parameters, work);
      if (part.size() > 0 || !work.equals(Work.NONE)) {
        parts.add(part);
      }
      total = plus(network, total, work);
    }
    return new Cost(
        size(network, ParameterKind::isCounted),
        size(network, ParameterKind::isStatistic),
        total.macs(),
        total.flops(),
        KnownLayers.of(network, facts.order(), parts),
        OpenWork.of(facts));
  }

  private static long size(Network network, Predicate<ParameterKind> kinds) {
    return network.parameters(kinds).stream().mapToLong(p -> p.shape().elements()).sum();
  }

  /** The same, and of a masked network also what the masks leave of it. */
  public Cost of(Model model) {
    Cost dense = of(model.network());
    Map<String, ShapedArray> masks = model.masks();
    if (masks.isEmpty()) {
      return dense;
    }
    Map<String, Work> each =
        KernelWork.ofOneWeight(model.network(), GraphFacts.of(model.network(), rules));
    long parameters = dense.parameters();
    long macs = dense.macs();
    long flops = dense.flops();
    for (Map.Entry<String, ShapedArray> mask : masks.entrySet()) {
      long gone = zeros(mask.getValue());
      Work one = each.getOrDefault(mask.getKey(), Work.NONE);
      parameters -= model.network().parameter(mask.getKey()).kind().isCounted() ? gone : 0;
      macs -= gone * one.macs();
      flops -= gone * one.flops();
    }
    Cost.Effective left = new Cost.Effective(parameters, macs, flops);
    return new Cost(
        dense.parameters(),
        dense.statistics(),
        dense.macs(),
        dense.flops(),
        dense.layers(),
        dense.open(),
        Optional.of(left));
  }

  private static long zeros(ShapedArray mask) {
    long zeros = 0;
    for (float m : mask.values()) {
      zeros += m == 0f ? 1 : 0;
    }
    return zeros;
  }

  /** What a node costs, without the FLOPs that the reference does not count. */
  static Work counted(GraphFacts facts, NodeDef node) {
    Work work = facts.work(node);
    return Attributes.flag(node, UNCOUNTED, false) ? new Work(work.macs(), 0) : work;
  }

  private static Work plus(Network network, Work total, Work work) {
    try {
      return total.plus(work);
    } catch (ArithmeticException e) {
      throw new BadInputException(network.name() + " does more work than can be counted", e);
    }
  }

  /** Whether the node computes with what it reads; reads and identities only pass parameters on. */
  private static boolean reads(NodeGraph graph, NodeDef node) {
    boolean reshapes =
        NodeGraph.isReshaping(node)
            && graph.parameterInto(TensorRef.of(node.getName())) != null
            && !graph.consumers(node.getName()).isEmpty();
    return !reshapes
        && !Set.of("ReadVariableOp", "Identity", "VarHandleOp").contains(node.getOp())
        && !node.containsAttr(NodeGraph.MASKED);
  }

  /** What a node reads of parameters; one that several nodes read is that of the first. */
  private static List<Parameter> read(
      Network network, NodeGraph index, NodeDef node, Set<String> seen) {
    List<Parameter> read = new ArrayList<>();
    for (TensorRef input : NodeGraph.dataInputs(node)) {
      String name = index.parameterInto(input);
      if (name != null && seen.add(name)) {
        read.add(network.parameter(name));
      }
    }
    return read;
  }
}
