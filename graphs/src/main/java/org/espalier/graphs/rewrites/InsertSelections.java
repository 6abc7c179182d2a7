package org.espalier.graphs.rewrites;

import jakarta.inject.Inject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRules;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Where a branch leaves a trunk whose width must stay, it may still read fewer of its channels: a
 * selection, at first of all of them, is put in front of the branch. So a pre-activation block or a
 * dense layer can be slimmed and the trunk stays as wide as it is: Liu et al. 2017, Network
 * Slimming, section 3. The selection stands before the branch's batch norm, which shrinks with it.
 */
public final class InsertSelections implements GraphRewrite {
  private final OpRules rules;

  @Inject
  public InsertSelections(OpRules rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "insert-selections";
  }

  @Override
  public String description() {
    return "a selection of channels wherever a branch leaves a trunk, so that it can read fewer";
  }

  @Override
  public Rewritten apply(Network network) {
    ChannelAnalysis analysis = ChannelAnalysis.of(network, rules);
    Set<Integer> shared = shared(analysis);
    GraphEdit edit = new GraphEdit(network);
    for (NodeDef node : analysis.facts().order()) {
      List<TensorRef> inputs = NodeGraph.dataInputs(node);
      boolean single = fedInputs(analysis, node) == 1 && !isSelection(node);
      for (int i = 0; single && i < inputs.size(); i++) {
        TensorRef trunk = inputs.get(i);
        int axis = analysis.isFed(trunk.node()) ? axis(analysis, trunk, shared) : -1;
        if (axis >= 0
            && !branchesOff(analysis, trunk)
            && leaves(analysis, node)
            && !isSelection(analysis.facts().graph().node(trunk.node()))) {
          insert(edit, node, i, trunk, axis, analysis.axes(trunk).get(axis).length);
        }
      }
    }
    return new Rewritten(edit.build(), UnaryOperator.identity());
  }

  private static boolean isSelection(NodeDef node) {
    return Attributes.flag(node, Op.SELECTION, false);
  }

  /** The channels that several layers make together, or that several layers read. */
  private static Set<Integer> shared(ChannelAnalysis analysis) {
    Set<Integer> shared = new HashSet<>();
    for (ChannelGroup group : analysis.groups()) {
      boolean made = !group.members(Member.Role.PRODUCER).isEmpty(); // not fed, as colours are
      if (made && (group.isCoupled() || group.members(Member.Role.CONSUMER).size() > 1)) {
        IntStream.of(analysis.channelsOf(group)).forEach(shared::add);
      }
    }
    return shared;
  }

  /** How many of a node's inputs depend on what is fed. */
  private static long fedInputs(ChannelAnalysis analysis, NodeDef node) {
    return NodeGraph.dataInputs(node).stream().filter(i -> analysis.isFed(i.node())).count();
  }

  /** The axis of a tensor along which shared channels lie, or -1. */
  private static int axis(ChannelAnalysis analysis, TensorRef tensor, Set<Integer> shared) {
    Axes axes = analysis.axes(tensor);
    for (int a = 0; a < axes.rank(); a++) {
      int[] labels = axes.get(a);
      if (labels != null && IntStream.of(labels).anyMatch(l -> analysis.goes(l, shared))) {
        return a;
      }
    }
    return -1;
  }

  /** Whether the tensor is inside a branch already: nothing but that branch reads it. */
  private static boolean branchesOff(ChannelAnalysis analysis, TensorRef tensor) {
    NodeDef maker = analysis.facts().graph().node(tensor.node());
    long inputs = fedInputs(analysis, maker);
    boolean passes = inputs == 1 && !endsBranch(analysis, maker);
    return passes && leaves(analysis, maker);
  }

  /**
   * Whether all that is computed from the node ends in layers of its own, before it meets anything
   * else that was computed.
   */
  private static boolean leaves(ChannelAnalysis analysis, NodeDef start) {
    Set<String> outputs = analysis.network().outputNodes();
    Deque<NodeDef> open = new ArrayDeque<>(List.of(start));
    Map<String, Boolean> seen = new HashMap<>();
    while (!open.isEmpty()) {
      NodeDef node = open.pop();
      if (seen.put(node.getName(), true) != null) {
        continue;
      }
      long inputs = fedInputs(analysis, node);
      boolean ends = endsBranch(analysis, node);
      boolean isOutput = outputs.contains(node.getName()) && !ends;
      if (inputs != 1 || isOutput || !analysis.facts().knows(node)) {
        return false;
      }
      if (!ends) {
        List<NodeDef> readers = analysis.facts().graph().consumers(node.getName());
        if (readers.isEmpty()) {
          return false;
        }
        open.addAll(readers);
      }
    }
    return true;
  }

  /** A layer whose outputs are channels of their own. */
  private static boolean endsBranch(ChannelAnalysis analysis, NodeDef node) {
    return Set.of("Conv2D", "MatMul").contains(node.getOp())
        && analysis.facts().graph().parameterBehind(TensorRef.parse(node.getInput(1))) != null;
  }

  private static void insert(
      GraphEdit edit, NodeDef reader, int input, TensorRef trunk, int axis, int channels) {
    String name = edit.unused(reader.getName() + "/select");
    String indices =
        edit.addConstant(
            reader.getName(),
            "selected",
            Shape.of(channels),
            DataType.DT_INT32,
            IntStream.range(0, channels).toArray());
    String along =
        edit.addConstant(reader.getName(), "select_axis", Shape.of(), DataType.DT_INT32, axis);
    edit.addBefore(
        reader.getName(),
        NodeDef.newBuilder()
            .setName(name)
            .setOp("GatherV2")
            .addInput(trunk.toString())
            .addInput(indices)
            .addInput(along)
            .putAttr("Tparams", Attributes.type(DataType.DT_FLOAT))
            .putAttr("Tindices", Attributes.type(DataType.DT_INT32))
            .putAttr("Taxis", Attributes.type(DataType.DT_INT32))
            .putAttr("batch_dims", Attributes.number(0))
            .putAttr(Op.SELECTION, Attributes.flag(true))
            .build());
    edit.set(reader.getName(), input, name);
  }
}
