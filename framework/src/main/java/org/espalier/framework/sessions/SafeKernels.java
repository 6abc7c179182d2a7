package org.espalier.framework.sessions;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.tensorflow.Graph;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Convolutions that oneDNN (3.5, in TensorFlow 2.18; that of 2.21 too) computes wrongly where a
 * processor has AVX-512, written as others that compute the same. Pruning makes such narrow ones:
 *
 * <ul>
 *   <li>several groups of one output each, of more than one input: garbage;
 *   <li>the gradient for the image or the volume, or a transposed convolution, from one channel to
 *       one: garbage;
 *   <li>the gradient for a 1x1 kernel with a stride and fewer than 16 inputs: it writes behind its
 *       memory, and the process dies sooner or later;
 *   <li>a transposed convolution that is told to make another number of images than it reads: the
 *       process dies at once. It makes as many as it reads.
 * </ul>
 */
final class SafeKernels {
  /** Channels that oneDNN takes at once. */
  private static final int BLOCK = 16;

  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  private final NodeGraph nodes;
  private final Graph taken;
  private final GraphBuilder safe = new GraphBuilder();
  private boolean changed;

  private SafeKernels(NodeGraph nodes, Graph taken) {
    this.nodes = nodes;
    this.taken = taken;
  }

  /**
   * A graph that TensorFlow has taken in, without those convolutions. Names, shapes and values of
   * the nodes that were given are as before. TensorFlow's own shapes tell which they are.
   */
  static Graph taken(NodeGraph nodes) {
    Graph graph = new Graph();
    try {
      graph.importGraphDef(nodes.executable());
      Optional<NodeGraph> avoided = new SafeKernels(nodes, graph).avoided();
      if (avoided.isPresent()) {
        graph.close();
        graph = new Graph();
        graph.importGraphDef(avoided.get().executable());
      }
      return graph;
    } catch (RuntimeException | Error e) {
      graph.close();
      throw e;
    }
  }

  private Optional<NodeGraph> avoided() {
    for (NodeDef node : nodes.nodes()) {
      safe.add(
          switch (node.getOp()) {
            case "Conv2D" -> changed(node, this::isOneForEachGroup, this::twoForEachGroup);
            case "Conv2DBackpropInput", "Conv3DBackpropInputV2" ->
                changed(
                    changed(node, this::makesANumber, this::asManyAsItReads),
                    this::isOneToOne,
                    this::twoToOne);
            case "DepthwiseConv2dNativeBackpropInput" ->
                changed(node, this::makesANumber, this::asManyAsItReads);
            case "Conv2DBackpropFilter" -> changed(node, this::isNarrow, this::stridedBefore);
            default -> node;
          });
    }
    return changed ? Optional.of(safe.build()) : Optional.empty();
  }

  private NodeDef changed(
      NodeDef node, Predicate<NodeDef> unsafe, BiFunction<NodeDef, String, NodeDef> change) {
    if (!unsafe.test(node)) {
      return node;
    }
    changed = true;
    return change.apply(node, OpenGraph.OWN + "safe/" + node.getName());
  }

  /** A size of what a node reads, or -1 if it has no such axis, or one known only at run time. */
  private long size(NodeDef node, int input, int axis) {
    TensorRef ref = TensorRef.parse(node.getInput(input));
    org.tensorflow.ndarray.Shape shape = taken.operation(ref.node()).output(ref.output()).shape();
    return shape.isUnknown() || axis >= shape.numDimensions() ? -1 : shape.get(axis);
  }

  /** The rank of its images, or volumes. */
  private static int rank(NodeDef node) {
    return node.getOp().startsWith("Conv3D") ? 5 : 4;
  }

  /** Where the channels of its images, or volumes, lie. */
  private static int channels(NodeDef node) {
    boolean first = Attributes.text(node, "data_format", "").startsWith("NC");
    return first ? 1 : rank(node) - 1;
  }

  private boolean isOneForEachGroup(NodeDef conv) {
    long inputs = size(conv, 1, 2);
    long outputs = size(conv, 1, 3);
    boolean known = size(conv, 1, 0) > 0 && size(conv, 1, 1) > 0; // or it could not be reshaped
    return known && inputs > 1 && outputs > 1 && size(conv, 0, channels(conv)) == inputs * outputs;
  }

  /** A second output of each group, which is zero and is left out again. */
  private NodeDef twoForEachGroup(NodeDef conv, String name) {
    int[] kernel = IntStream.range(0, 4).map(a -> (int) size(conv, 1, a)).toArray();
    AttrValue type = conv.getAttrOrThrow("T");
    String apart =
        reshape(
            name + "/apart", type, conv.getInput(1), kernel[0], kernel[1], kernel[2], kernel[3], 1);
    String two = pad(name + "/two", type, apart, 5, 4);
    String together =
        reshape(name + "/kernel", type, two, kernel[0], kernel[1], kernel[2], 2 * kernel[3]);
    safe.add(conv.toBuilder().setName(name).setInput(1, together).build());
    int[] everySecond = {1, 1, 1, 1};
    everySecond[channels(conv)] = 2;
    return slice(conv.getName(), type, name, everySecond);
  }

  private boolean makesANumber(NodeDef conv) {
    return FixedBatch.of(nodes, conv).filter(n -> n != size(conv, 2, 0)).isPresent();
  }

  private NodeDef asManyAsItReads(NodeDef conv, String name) {
    Shape one = Shape.of(1);
    String zero = safe.constant(name + "/zero", one, new int[] {0});
    String first = safe.constant(name + "/one", one, new int[] {1});
    String rest = safe.constant(name + "/rank", one, new int[] {rank(conv) - 1});
    String axis = safe.constant(name + "/axis", Shape.of(), new int[] {0});
    AttrValue type = conv.getAttrOrThrow("T");
    Map<String, AttrValue> read = Map.of("T", type, "out_type", INT);
    String shape = safe.add("Shape", name + "/read", read, conv.getInput(2));
    Map<String, AttrValue> part = Map.of("T", INT, "Index", INT);
    String images = safe.add("Slice", name + "/images", part, shape, zero, first);
    String sizes = safe.add("Slice", name + "/sizes", part, conv.getInput(0), first, rest);
    Map<String, AttrValue> two = Map.of("T", INT, "Tidx", INT, "N", Attributes.number(2));
    String told = safe.add("ConcatV2", name + "/told", two, images, sizes, axis);
    return conv.toBuilder().setInput(0, told).build();
  }

  private boolean isOneToOne(NodeDef conv) {
    int rank = rank(conv);
    return size(conv, 1, rank - 2) == 1 && size(conv, 1, rank - 1) == 1;
  }

  /** From a second channel too, which is zero. */
  private NodeDef twoToOne(NodeDef conv, String name) {
    AttrValue type = conv.getAttrOrThrow("T");
    int rank = rank(conv);
    return conv.toBuilder()
        .setInput(1, pad(name + "/kernel", type, conv.getInput(1), rank, rank - 1))
        .setInput(2, pad(name + "/from", type, conv.getInput(2), rank, channels(conv)))
        .build();
  }

  private boolean isNarrow(NodeDef conv) {
    org.tensorflow.ndarray.Shape kernel = taken.operation(conv.getName()).output(0).shape();
    return !Attributes.text(conv, "padding", "").equals("EXPLICIT")
        && IntStream.of(Attributes.numbers(conv, "strides")).anyMatch(s -> s > 1)
        && !kernel.isUnknown()
        && kernel.get(0) == 1
        && kernel.get(1) == 1
        && kernel.get(2) < BLOCK;
  }

  /** Without the pixels that the stride skips. */
  private NodeDef stridedBefore(NodeDef conv, String name) {
    AttrValue type = conv.getAttrOrThrow("T");
    int[] strides = Attributes.numbers(conv, "strides");
    NodeDef pixels = slice(name + "/strided", type, conv.getInput(0), strides);
    return conv.toBuilder()
        .setInput(0, safe.add(pixels))
        .putAttr("strides", Attributes.numbers(1, 1, 1, 1))
        .build();
  }

  private String reshape(String name, AttrValue type, String of, int... sizes) {
    String shape = safe.constant(name + "/sizes", Shape.of(sizes.length), sizes);
    return safe.add("Reshape", name, Map.of("T", type, "Tshape", INT), of, shape);
  }

  /** One zero more at the end of an axis. */
  private String pad(String name, AttrValue type, String of, int rank, int axis) {
    int[] zeros = new int[2 * rank];
    zeros[2 * axis + 1] = 1;
    String sizes = safe.constant(name + "/sizes", Shape.of(rank, 2), zeros);
    return safe.add("Pad", name, Map.of("T", type, "Tpaddings", INT), of, sizes);
  }

  /** Every so manieth along each axis. */
  private NodeDef slice(String name, AttrValue type, String of, int[] strides) {
    Shape axes = Shape.of(strides.length);
    String own = name.startsWith(OpenGraph.OWN) ? name : OpenGraph.OWN + "safe/" + name;
    String whole = safe.constant(own + "/whole", axes, new int[strides.length]);
    String each = safe.constant(own + "/each", axes, strides);
    int all = (1 << strides.length) - 1;
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("StridedSlice")
        .addAllInput(List.of(of, whole, whole, each))
        .putAttr("T", type)
        .putAttr("Index", INT)
        .putAttr("begin_mask", Attributes.number(all))
        .putAttr("end_mask", Attributes.number(all))
        .build();
  }
}
