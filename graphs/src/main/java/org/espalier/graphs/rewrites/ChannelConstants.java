package org.espalier.graphs.rewrites;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.ops.Axes;
import org.tensorflow.proto.NodeDef;

/**
 * Which channels of which tensors hold one number everywhere, whatever is fed: a filter of zeros
 * gives zero, batch norm makes an offset of it, a rectifier perhaps zero again. Batch norm uses its
 * moving statistics. Where an op is not known here, its channels count as varying.
 */
final class ChannelConstants {
  private static final double VARIES = Double.NaN;
  private static final float DEFAULT_EPSILON = 1e-4f;

  private final ChannelAnalysis analysis;
  private final NodeGraph graph;
  private final Weights weights;

  /** For each tensor its channels, by the number of {@link ChannelAnalysis#channelOf}. */
  private final Map<String, Map<Integer, Double>> known = new HashMap<>();

  /**
   * @param weights in which what is masked is zero
   */
  ChannelConstants(ChannelAnalysis analysis, Weights weights) {
    this.analysis = analysis;
    this.graph = analysis.network().graph();
    this.weights = weights;
    for (NodeDef node : analysis.facts().order()) {
      if (analysis.isFed(node.getName())) {
        known.put(node.getName(), values(node));
      }
    }
  }

  /** The number that a channel of a tensor holds everywhere; NaN if there is none. */
  double of(TensorRef tensor, int channel) {
    return tensor.output() == 0
        ? known.getOrDefault(tensor.node(), Map.of()).getOrDefault(channel, VARIES)
        : VARIES;
  }

  private Map<Integer, Double> values(NodeDef node) {
    List<TensorRef> in = NodeGraph.dataInputs(node);
    return switch (node.getOp()) {
      case "Identity",
          "Reshape",
          "Squeeze",
          "ExpandDims",
          "MaxPool",
          "AvgPool",
          "Mean",
          "ConcatV2",
          "StridedSlice",
          "Slice",
          "GatherV2" ->
          passed(node, in, v -> v);
      case "Relu" -> passed(node, in, v -> Math.max(0, v));
      case "Relu6" -> passed(node, in, v -> Math.min(6, Math.max(0, v)));
      case "Pad" -> passed(node, in, v -> v == 0 ? 0 : VARIES); // what is added is zero
      case "Mul" -> both(node, in, (a, b) -> a == 0 || b == 0 ? 0 : a * b);
      case "Add", "AddV2", "BiasAdd" ->
          analysis.isFed(in.get(0).node()) && analysis.isFed(in.get(1).node())
              ? both(node, in, Double::sum)
              : indexed(node, sums(node, in));
      case "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3" ->
          indexed(node, normed(node, in));
      case "Conv2D" -> indexed(node, convolved(node, in));
      case "DepthwiseConv2dNative" -> indexed(node, convolvedApart(node, in));
      case "MatMul" -> indexed(node, multiplied(node, in));
      default -> Map.of();
    };
  }

  /** The channels along a tensor's last axis that has any; empty if none has. */
  private int[] channels(TensorRef tensor) {
    Axes axes = analysis.axes(tensor);
    for (int a = axes.rank() - 1; a >= 0; a--) {
      if (axes.get(a) != null) {
        return Arrays.stream(axes.get(a)).map(analysis::channelOf).toArray();
      }
    }
    return new int[0];
  }

  private double[] byIndex(TensorRef tensor) {
    return Arrays.stream(channels(tensor)).mapToDouble(c -> of(tensor, c)).toArray();
  }

  /** By channel what is known by index; one that holds two numbers varies. */
  private Map<Integer, Double> indexed(NodeDef node, double[] values) {
    int[] channels = channels(TensorRef.of(node.getName()));
    Map<Integer, Double> byChannel = new HashMap<>();
    for (int i = 0; i < channels.length && channels.length == values.length; i++) {
      double value = values[i];
      byChannel.merge(channels[i], value, ChannelConstants::same);
    }
    return byChannel;
  }

  private static Double same(Double a, Double b) {
    return a.equals(b) ? a : VARIES;
  }

  /** What comes in goes on, or a function of it, wherever the channel is still there. */
  private Map<Integer, Double> passed(NodeDef node, List<TensorRef> in, DoubleUnaryOperator f) {
    Map<Integer, Double> all = new HashMap<>();
    for (TensorRef tensor : in) {
      for (int channel : channels(tensor)) {
        double value = analysis.isFed(tensor.node()) ? of(tensor, channel) : VARIES;
        all.merge(channel, value, ChannelConstants::same);
      }
    }
    Map<Integer, Double> out = new HashMap<>();
    for (int channel : channels(TensorRef.of(node.getName()))) {
      out.put(channel, f.applyAsDouble(all.getOrDefault(channel, VARIES)));
    }
    return out;
  }

  private Map<Integer, Double> both(NodeDef node, List<TensorRef> in, DoubleBinaryOperator f) {
    Map<Integer, Double> out = new HashMap<>();
    for (int channel : channels(TensorRef.of(node.getName()))) {
      out.put(channel, f.applyAsDouble(of(in.get(0), channel), of(in.get(1), channel)));
    }
    return out;
  }

  /** The values of a parameter that a node reads, or null if it reads none there. */
  private ShapedArray parameter(TensorRef tensor) {
    String name = graph.parameterBehind(tensor);
    return name == null ? null : weights.get(name);
  }

  private static double[] varying(int count) {
    double[] values = new double[count];
    Arrays.fill(values, VARIES);
    return values;
  }

  /** With a bias. */
  private double[] sums(NodeDef node, List<TensorRef> in) {
    boolean first = analysis.isFed(in.get(0).node());
    ShapedArray bias = parameter(in.get(first ? 1 : 0));
    double[] values = byIndex(in.get(first ? 0 : 1));
    if (bias == null || bias.values().length != values.length) {
      return varying(channels(TensorRef.of(node.getName())).length);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] += bias.values()[i];
    }
    return values;
  }

  private double[] normed(NodeDef node, List<TensorRef> in) {
    double[] values = byIndex(in.get(0));
    ShapedArray scale = parameter(in.get(1));
    ShapedArray offset = parameter(in.get(2));
    ShapedArray mean = parameter(in.get(3));
    ShapedArray variance = parameter(in.get(4));
    boolean known = scale != null && offset != null && mean != null && variance != null;
    if (!known || Attributes.flag(node, "is_training", true)) {
      return varying(values.length);
    }
    double epsilon = Attributes.real(node, "epsilon", DEFAULT_EPSILON);
    for (int c = 0; c < values.length; c++) {
      double factor = scale.values()[c] / Math.sqrt(variance.values()[c] + epsilon);
      double centred = factor == 0 ? 0 : (values[c] - mean.values()[c]) * factor;
      values[c] = centred + offset.values()[c];
    }
    return values;
  }

  /** Whether a window may reach over the border, where zeros stand for what would be there. */
  static boolean isPadded(NodeDef node, Shape kernel) {
    return !Attributes.text(node, "padding", "").equals("VALID")
        && (kernel.dim(0) > 1 || kernel.dim(1) > 1);
  }

  private double[] convolved(NodeDef node, List<TensorRef> in) {
    ShapedArray kernel = parameter(in.get(1));
    if (kernel == null) {
      return new double[0];
    }
    int inputs = kernel.shape().dim(2);
    int outputs = kernel.shape().dim(3);
    double[] fed = byIndex(in.get(0));
    double[] values = fed.length == inputs ? fed : varying(inputs); // of groups little is said
    return sums(kernel, values, inputs, outputs, isPadded(node, kernel.shape()));
  }

  private double[] multiplied(NodeDef node, List<TensorRef> in) {
    ShapedArray kernel = analysis.isFed(in.get(1).node()) ? null : parameter(in.get(1));
    boolean turned =
        Attributes.flag(node, "transpose_a", false) || Attributes.flag(node, "transpose_b", false);
    if (kernel == null || turned) {
      return new double[0];
    }
    int inputs = kernel.shape().dim(0);
    double[] fed = byIndex(in.get(0));
    return sums(
        kernel, fed.length == inputs ? fed : varying(inputs), inputs, kernel.shape().dim(1), false);
  }

  /** Weights that are zero read nothing; those that are not must read what is known. */
  private static double[] sums(
      ShapedArray kernel, double[] fed, int inputs, int outputs, boolean padded) {
    double[] sums = new double[outputs];
    float[] w = kernel.values();
    for (int i = 0; i < w.length; i++) {
      if (w[i] != 0) {
        double value = fed[(i / outputs) % inputs];
        sums[i % outputs] += padded && value != 0 ? VARIES : w[i] * value;
      }
    }
    return sums;
  }

  private double[] convolvedApart(NodeDef node, List<TensorRef> in) {
    ShapedArray kernel = parameter(in.get(1));
    double[] fed = byIndex(in.get(0));
    if (kernel == null || fed.length != kernel.shape().dim(2)) {
      return new double[0];
    }
    int outputs = fed.length * kernel.shape().dim(3);
    double[] sums = new double[outputs];
    boolean padded = isPadded(node, kernel.shape());
    for (int i = 0; i < kernel.values().length; i++) {
      float w = kernel.values()[i];
      if (w != 0) {
        double value = fed[i % outputs / kernel.shape().dim(3)];
        sums[i % outputs] += padded && value != 0 ? VARIES : w * value;
      }
    }
    return sums;
  }
}
