package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.ops.Op;
import org.tensorflow.proto.NodeDef;

/**
 * What channels are whose filter is zero, and what can be done about them. Such a channel is the
 * same number at every pixel of every image, which bias, batch norm and activation make of zero. It
 * cannot just be dropped: behind a padded convolution it differs between the border and the middle.
 * But all channels of that kind are one and the same but for a factor, so one of them can stand for
 * all: it becomes a one, and its readers' weights the sum of all weights times the numbers.
 *
 * <p>So the network without the others computes what it did, exactly but for rounding.
 */
public final class ConstantChannels {
  /** Leave a constant as it is, be it padded or not. */
  private static final Set<String> LINEAR =
      Set.of("Identity", "AvgPool", "Mean", "Reshape", "Squeeze", "ExpandDims");

  private final ChannelAnalysis analysis;
  private final ChannelGroup group;
  private final LayerChain chain;
  private final List<NodeDef> activations;

  private ConstantChannels(
      ChannelAnalysis analysis, ChannelGroup group, LayerChain chain, List<NodeDef> activations) {
    this.analysis = analysis;
    this.group = group;
    this.chain = chain;
    this.activations = activations;
  }

  /**
   * Of a group that one layer makes, if all that stands between it and its readers is known to make
   * constants of constants.
   */
  public static Optional<ConstantChannels> of(ChannelAnalysis analysis, ChannelGroup group) {
    List<Member> makers = group.members(Member.Role.PRODUCER);
    if (!group.prunable() || makers.size() != 1 || !makers.get(0).isWholeAxis()) {
      return Optional.empty();
    }
    NodeGraph graph = analysis.network().graph();
    String kernel = makers.get(0).parameter().name();
    return graph.nodes().stream()
        .filter(LayerChain::isLayer)
        .filter(n -> kernel.equals(graph.parameterBehind(TensorRef.parse(n.getInput(1)))))
        .findFirst()
        .map(layer -> LayerChain.behind(analysis.network(), layer))
        .flatMap(chain -> of(analysis, group, chain));
  }

  private static Optional<ConstantChannels> of(
      ChannelAnalysis analysis, ChannelGroup group, LayerChain chain) {
    int vectors = 0;
    for (NodeDef step : chain.shifts()) {
      int own = LayerChain.isNorm(step) ? 4 : 1;
      vectors += own;
      for (int input = 1; input <= own; input++) {
        if (LayerChain.vector(analysis.network().graph(), step, input).isEmpty()) {
          return Optional.empty();
        }
      }
    }
    if (group.members(Member.Role.FOLLOWER).size() != vectors) {
      return Optional.empty(); // something else goes along with the channels
    }
    List<NodeDef> activations = new ArrayList<>();
    return new Path(analysis, group, activations).leadsToReaders(chain.end(), false)
        ? Optional.of(new ConstantChannels(analysis, group, chain, activations))
        : Optional.empty();
  }

  /** A walk from a constant to the layers that read it. */
  private record Path(ChannelAnalysis analysis, ChannelGroup group, List<NodeDef> activations) {

    /**
     * @param settled whether nothing may change the number any more: zeros were put around it, or
     *     several read it, who would change it differently
     */
    boolean leadsToReaders(TensorRef from, boolean settled) {
      List<NodeDef> readers = analysis.network().graph().consumers(from.node());
      if (analysis.network().outputNodes().contains(from.node()) || readers.isEmpty()) {
        return false;
      }
      boolean forks = readers.size() > 1;
      for (NodeDef reader : readers) {
        boolean first = TensorRef.parse(reader.getInput(0)).equals(from);
        if (!first || !passes(reader, settled || forks)) {
          return false;
        }
      }
      return true;
    }

    private boolean passes(NodeDef node, boolean settled) {
      if (LayerChain.isLayer(node)) {
        return reads(node);
      }
      boolean activates = isActivation(node) || node.getOp().startsWith("MaxPool");
      boolean pads = node.getOp().equals("Pad") && padsPixels(node);
      if (!LINEAR.contains(node.getOp()) && !pads && (!activates || settled)) {
        return false;
      }
      if (isActivation(node)) {
        activations.add(node);
      }
      return leadsToReaders(TensorRef.of(node.getName()), settled || pads);
    }

    /** Whether it is one of the group's readers, and so takes sums over channels. */
    private boolean reads(NodeDef layer) {
      String read = layer.getInput(1); // not a masked kernel, whose masks would differ
      String kernel = analysis.network().graph().parameterBehind(TensorRef.parse(read));
      return !layer.getOp().startsWith("Depthwise")
          && kernel != null
          && read.equals(GraphBuilder.readName(kernel))
          && group.members(Member.Role.CONSUMER).stream()
              .anyMatch(m -> m.parameter().name().equals(kernel));
    }

    /** Zeros around images, and no channels of zeros. */
    private boolean padsPixels(NodeDef node) {
      Op op = analysis.facts().op(node);
      if (!op.knows(1) || op.shape(0).rank() != 4) {
        return false;
      }
      int[] paddings = op.integers(1);
      for (int a = 0; a < 4; a++) {
        boolean channels = analysis.axes(TensorRef.parse(node.getInput(0))).get(a) != null;
        if (channels && paddings[2 * a] + paddings[2 * a + 1] > 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** Activations that leave zero and one as they are. */
  private static boolean isActivation(NodeDef node) {
    return Set.of("Relu", "Relu6", "LeakyRelu", "Elu").contains(node.getOp());
  }

  private static double activated(NodeDef node, double x) {
    return switch (node.getOp()) {
      case "Relu" -> Math.max(0, x);
      case "Relu6" -> Math.min(6, Math.max(0, x));
      case "LeakyRelu" -> x >= 0 ? x : x * Attributes.real(node, "alpha", 0.2f);
      default -> x >= 0 ? x : Math.expm1(x);
    };
  }

  /** What each channel is as its readers find it, were its filter zero. */
  public double[] values(Weights weights) {
    double[] values = chain.ofZeros(analysis.network().graph(), weights, group.channels());
    for (int c = 0; c < values.length; c++) {
      for (NodeDef activation : activations) {
        values[c] = activated(activation, values[c]);
      }
    }
    return values;
  }

  /**
   * Weights with which the network computes what it does, although only one of the channels says
   * anything.
   *
   * @param silent the channels whose filters are zero
   * @param one the one of them that stands for all
   */
  public Weights merged(Weights weights, int[] silent, int one) {
    double[] values = values(weights);
    Map<String, ShapedArray> changed = new LinkedHashMap<>();
    for (Member reader : group.members(Member.Role.CONSUMER)) {
      String kernel = reader.parameter().name();
      ShapedArray old = changed.getOrDefault(kernel, weights.get(kernel));
      changed.put(kernel, merged(old, reader, values, silent, one));
    }
    for (Member follower : group.members(Member.Role.FOLLOWER)) {
      ParameterKind kind = follower.parameter().kind();
      if (kind == ParameterKind.BN_SCALE || isLastShift(follower)) {
        ShapedArray old = weights.get(follower.parameter().name());
        float[] vector = old.values().clone();
        vector[one] = kind == ParameterKind.BN_SCALE ? 0f : 1f;
        changed.put(follower.parameter().name(), new ShapedArray(old.shape(), vector));
      }
    }
    return weights.with(Weights.of(changed));
  }

  /** Whether a vector is what is added last: batch norm's offset, or a bias without batch norm. */
  private boolean isLastShift(Member follower) {
    List<NodeDef> shifts = chain.shifts();
    NodeDef last = shifts.get(shifts.size() - 1);
    int input = LayerChain.isNorm(last) ? 2 : 1;
    return LayerChain.vector(analysis.network().graph(), last, input)
        .map(follower.parameter().name()::equals)
        .orElse(false);
  }

  private static ShapedArray merged(
      ShapedArray kernel, Member reader, double[] values, int[] silent, int one) {
    Shape shape = kernel.shape();
    int inner = 1;
    for (int a = reader.axis() + 1; a < shape.rank(); a++) {
      inner *= shape.dim(a);
    }
    int size = shape.dim(reader.axis());
    float[] merged = kernel.values().clone();
    List<int[]> places = new ArrayList<>();
    for (int channel : silent) {
      places.add(placesOf(reader, channel));
    }
    int[] into = placesOf(reader, one);
    for (int outer = 0; outer < merged.length / (size * inner); outer++) {
      for (int k = 0; k < into.length; k++) {
        for (int i = 0; i < inner; i++) {
          double sum = 0;
          for (int s = 0; s < silent.length; s++) {
            int at = (outer * size + places.get(s)[k]) * inner + i;
            sum += values[silent[s]] * kernel.values()[at];
            merged[at] = 0f;
          }
          merged[(outer * size + into[k]) * inner + i] = (float) sum;
        }
      }
    }
    return new ShapedArray(shape, merged);
  }

  /** The indices where a channel lives: one for each pixel of an image that was made flat. */
  private static int[] placesOf(Member reader, int channel) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < reader.channelAt().length; i++) {
      if (reader.channelAt()[i] == channel) {
        places.add(i);
      }
    }
    return places.stream().mapToInt(Integer::intValue).toArray();
  }
}
