package org.espalier.framework.evidence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.tensorflow.proto.NodeDef;

/** Finds the layers that read a group's channels, and what stands behind them. */
public final class LayerReaders {
  private static final Set<String> PASSING = Set.of("ReadVariableOp", "Identity");
  private static final Set<String> PRODUCTS =
      Set.of("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3");
  private static final Set<String> ADDS = Set.of("Add", "AddV2");

  /** What TensorFlow takes where a graph leaves it out. */
  private static final float DEFAULT_EPSILON = 1e-4f;

  private final ChannelAnalysis analysis;
  private final NodeGraph graph;

  /** The nodes that compute with a parameter. */
  private final Map<String, List<NodeDef>> users = new HashMap<>();

  public LayerReaders(ChannelAnalysis analysis) {
    this.analysis = analysis;
    graph = analysis.network().graph();
    for (NodeDef node : graph.nodes()) {
      if (PASSING.contains(node.getOp()) || node.containsAttr(NodeGraph.MASKED)) {
        continue;
      }
      for (TensorRef input : NodeGraph.dataInputs(node)) {
        String parameter = graph.parameterBehind(input);
        if (parameter != null) {
          users.computeIfAbsent(parameter, k -> new ArrayList<>()).add(node);
        }
      }
    }
  }

  /** Why the layers that read a group's channels cannot all be looked at; usually empty. */
  public Optional<String> unreadable(ChannelGroup group) {
    List<Member> consumers = group.members(Member.Role.CONSUMER);
    return consumers.isEmpty()
        ? Optional.of("no layer reads its channels")
        : consumers.stream().flatMap(c -> unreadable(c).stream()).findFirst();
  }

  private Optional<String> unreadable(Member consumer) {
    String kernel = consumer.parameter().name();
    List<NodeDef> nodes = users.getOrDefault(kernel, List.of());
    if (nodes.size() != 1) {
      return Optional.of("'" + kernel + "' is read by " + nodes.size() + " nodes");
    }
    NodeDef node = nodes.get(0);
    String name = "'" + node.getName() + "'";
    if (!analysis.isFed(node.getName())) {
      return Optional.of(
          "'"
              + kernel
              + "' goes through "
              + name
              + " ("
              + node.getOp()
              + ") before a layer reads it");
    }
    if (isMasked(TensorRef.parse(node.getInput(1)))) {
      return Optional.of("the kernel of " + name + " is masked");
    }
    if (node.getOp().equals("Conv2D")) {
      int axis = isChannelsFirst(node) ? 1 : 3;
      int[] in = analysis.axes(TensorRef.parse(node.getInput(0))).get(axis);
      boolean whole = in != null && in.length == consumer.channelAt().length;
      return consumer.axis() == 2 && whole
          ? Optional.empty()
          : Optional.of(name + " convolves in groups");
    }
    boolean plain =
        PRODUCTS.contains(node.getOp())
            && consumer.axis() == 0
            && consumer.parameter().shape().rank() == 2
            && Set.of("transpose_a", "transpose_b", "adj_x", "adj_y").stream()
                .noneMatch(t -> Attributes.flag(node, t, false))
            && kernel.equals(graph.parameterBehind(TensorRef.parse(node.getInput(1))));
    return plain
        ? Optional.empty()
        : Optional.of(name + " (" + node.getOp() + ") reads it, whose patches are not known");
  }

  private boolean isMasked(TensorRef ref) {
    NodeDef node = graph.node(ref.node());
    return node.containsAttr(NodeGraph.MASKED)
        || node.getOp().equals("Identity") && isMasked(TensorRef.parse(node.getInput(0)));
  }

  private static boolean isChannelsFirst(NodeDef node) {
    return Attributes.text(node, "data_format", "NHWC").equals("NCHW");
  }

  /** The layers that read a group's channels, in the order in which data meets them. */
  public List<LayerReader> of(ChannelGroup group) {
    return group.members(Member.Role.CONSUMER).stream().map(this::reader).toList();
  }

  private LayerReader reader(Member member) {
    NodeDef node = users.get(member.parameter().name()).get(0);
    Window window =
        node.getOp().equals("Conv2D")
            ? Window.of(node, member.parameter().shape())
            : Window.point(Window.Layout.VECTORS);
    Look outputs = Look.at(TensorRef.of(node.getName()), window.layout());
    Look inputs = new Look(TensorRef.parse(node.getInput(0)), window, outputs.tensor());
    Behind behind = behind(node, member.parameter().shape().last());
    return new LayerReader(
        member,
        inputs,
        outputs,
        Optional.ofNullable(behind.intercept),
        Optional.ofNullable(behind.trunk)
            .map(
                trunk ->
                    new LayerReader.Shortcut(
                        Look.at(trunk, window.layout()), Optional.ofNullable(behind.norm))));
  }

  /** What was found on the way from a layer to the sum that it goes into. */
  private static final class Behind {
    private LayerReader.Intercept intercept;
    private LayerReader.Norm norm;
    private TensorRef trunk;
  }

  private Behind behind(NodeDef layer, int outputs) {
    Behind found = new Behind();
    NodeDef at = layer;
    NodeDef next = onlyReader(at);
    while (next != null) {
      int own = TensorRef.nodeOf(next.getInput(0)).equals(at.getName()) ? 0 : 1;
      boolean isNorm = next.getOp().startsWith("FusedBatchNorm");
      String vector = isNorm ? null : vector(layer, next, 1 - own, outputs);
      if (isNorm) {
        if (found.norm != null || !norm(next, found)) {
          return found;
        }
      } else if (vector != null) {
        // Behind a batch norm a bias would be stretched differently.
        if (found.intercept == null && found.norm == null) {
          found.intercept = new LayerReader.Intercept(vector, false);
        }
      } else if (!next.getOp().equals("Identity")) {
        found.trunk = trunk(layer, next, 1 - own);
        return found;
      }
      at = next;
      next = onlyReader(at);
    }
    return found;
  }

  /** The node that reads another's first output, if it alone does and the network does not. */
  private NodeDef onlyReader(NodeDef node) {
    List<NodeDef> readers = graph.consumers(node.getName());
    boolean one = readers.size() == 1 && !analysis.network().outputNodes().contains(node.getName());
    return one && readers.get(0).getInputList().contains(node.getName()) ? readers.get(0) : null;
  }

  /**
   * The parameter of so many values that a node adds to each output of a layer and that nothing
   * else reads, or null.
   */
  private String vector(NodeDef layer, NodeDef node, int input, int outputs) {
    // A plain sum lies along the last axis.
    boolean adds = ADDS.contains(node.getOp()) && !isChannelsFirst(layer);
    if (!adds && !(node.getOp().equals("BiasAdd") && input == 1)) {
      return null;
    }
    String name = graph.parameterBehind(TensorRef.parse(node.getInput(input)));
    return isVector(name, outputs) && isOwn(name) ? name : null;
  }

  private boolean isVector(String name, int outputs) {
    if (name == null) {
      return false;
    }
    Parameter p = analysis.network().parameter(name);
    return p.shape().rank() == 1
        && p.shape().dim(0) == outputs
        && p.kind() != ParameterKind.SELECTION;
  }

  private boolean isOwn(String parameter) {
    return users.getOrDefault(parameter, List.of()).size() == 1;
  }

  /** Notes a batch norm with fixed statistics; false if it is none. */
  private boolean norm(NodeDef norm, Behind found) {
    if (Attributes.flag(norm, "is_training", true)) {
      return false;
    }
    String scale = graph.parameterBehind(TensorRef.parse(norm.getInput(1)));
    String mean = graph.parameterBehind(TensorRef.parse(norm.getInput(3)));
    String variance = graph.parameterBehind(TensorRef.parse(norm.getInput(4)));
    if (scale == null || mean == null || variance == null) {
      return false;
    }
    float epsilon = Attributes.real(norm, "epsilon", DEFAULT_EPSILON);
    found.norm = new LayerReader.Norm(scale, variance, epsilon);
    if (found.intercept == null && isOwn(mean)) {
      found.intercept = new LayerReader.Intercept(mean, true);
    }
    return true;
  }

  /** The other tensor of a sum of two of one shape that are both computed, or null. */
  private TensorRef trunk(NodeDef layer, NodeDef sum, int input) {
    if (!ADDS.contains(sum.getOp())) {
      return null;
    }
    TensorRef other = TensorRef.parse(sum.getInput(input));
    Optional<?> shape = analysis.facts().shape(other);
    boolean alike =
        shape.isPresent() && shape.equals(analysis.facts().shape(TensorRef.of(layer.getName())));
    return alike && analysis.isFed(other.node()) ? other : null;
  }
}
