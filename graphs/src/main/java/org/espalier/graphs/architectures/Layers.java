package org.espalier.graphs.architectures;

import org.espalier.graphs.Attributes;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.LayerGraph.Attrs;
import org.espalier.graphs.ops.Op;

/**
 * Writes the layers of image classifiers: NHWC, float32, batch norm in inference mode. Where
 * PyTorch pads symmetrically at stride 2, TensorFlow's SAME does not; there the image is padded
 * first. Pools and dense layers have writers of their own.
 */
final class Layers {
  /** Of batch norm, in every network of the paper. */
  static final float EPSILON = 1e-5f;

  final Pools pools;
  final DenseLayers dense;

  private final Style style;
  private final LayerGraph graph = new LayerGraph();

  Layers(Style style) {
    this.style = style;
    this.pools = new Pools(graph);
    this.dense = new DenseLayers(graph, this);
  }

  Value images(Options o) {
    return graph.images(o);
  }

  Network finish(String name, Value logits) {
    return graph.finish(name, logits);
  }

  /** A square convolution. Padding is half the kernel on each side. */
  Value conv(Value in, String name, int out, int size, int stride) {
    boolean pads = stride > 1 && size > 1;
    String kernel = kernel(in, name, out, size);
    Value padded = pads ? pools.pad(in, name + "/pad", size / 2) : in;
    int rows = (in.rows() - 1) / stride + 1;
    int columns = (in.columns() - 1) / stride + 1;
    Shape shape = Shape.of(Shape.UNKNOWN, rows, columns, out);
    return conv(padded, name, kernel, stride, pads ? "VALID" : "SAME", shape);
  }

  /** A square convolution over what is there, without padding: the image shrinks. */
  Value convWithoutPadding(Value in, String name, int out, int size) {
    int rows = in.rows() - size + 1;
    int columns = in.columns() - size + 1;
    checkLeft(rows, columns, name);
    Shape shape = Shape.of(Shape.UNKNOWN, rows, columns, out);
    return conv(in, name, kernel(in, name, out, size), 1, "VALID", shape);
  }

  private String kernel(Value in, String name, int out, int size) {
    return graph.parameter(
        name + "/kernel",
        ParameterKind.CONV_KERNEL,
        style.kernel(),
        size,
        size,
        in.channels(),
        out);
  }

  private Value conv(
      Value in, String name, String kernel, int stride, String padding, Shape shape) {
    String ref =
        graph.node(
            "Conv2D",
            name,
            Attrs.ofFloat()
                .with("strides", Attributes.numbers(1, stride, stride, 1))
                .with("padding", Attributes.text(padding))
                .withImages()
                .with("dilations", Attributes.numbers(1, 1, 1, 1)),
            in.ref(),
            kernel);
    Value sums = new Value(ref, shape);
    return style.biased() ? graph.biasAdd(sums, name, Initializer.zeros()) : sums;
  }

  /** Fails where an image is smaller than the window that is laid on it. */
  static void checkLeft(int rows, int columns, String name) {
    if (rows < 1 || columns < 1) {
      throw new UsageException(
          "the input is too small: nothing is left of the image at '" + name + "'");
    }
  }

  Value batchNorm(Value in, String name) {
    return batchNorm(in, name, new Initializer.Constant(style.scale()), true);
  }

  /** Batch norm of an image whose scales start as the style does not say. */
  Value batchNorm(Value in, String name, Initializer scale, boolean counted) {
    int c = in.channels();
    String ref =
        graph.node(
            "FusedBatchNormV3",
            name,
            Attrs.ofFloat()
                .withFloat("U")
                .with("epsilon", Attributes.real(EPSILON))
                .withImages()
                .withFlag("is_training", false)
                .counted(counted),
            in.ref(),
            graph.parameter(name + "/scale", ParameterKind.BN_SCALE, scale, c),
            graph.parameter(name + "/offset", ParameterKind.BN_OFFSET, Initializer.zeros(), c),
            graph.parameter(name + "/mean", ParameterKind.BN_MEAN, Initializer.zeros(), c),
            graph.parameter(name + "/variance", ParameterKind.BN_VARIANCE, Initializer.ones(), c));
    return new Value(ref, in.shape());
  }

  Value relu(Value in, String name) {
    Attrs attributes = Attrs.ofFloat().counted(style.countsRectifiers());
    return new Value(graph.node("Relu", name, attributes, in.ref()), in.shape());
  }

  /** Batch norm and a rectifier, named after the layer at hand. */
  Value activated(Value in, String layer) {
    return relu(batchNorm(in, layer + "/bn"), layer + "/relu");
  }

  /** Multiplies everything by one trained number, which starts at one. */
  Value scaled(Value in, String name) {
    String scale = graph.parameter(name + "/scale", ParameterKind.BRANCH_SCALE, Initializer.ones());
    return new Value(graph.node("Mul", name, Attrs.ofFloat(), in.ref(), scale), in.shape());
  }

  Value add(Value a, Value b, String name) {
    return new Value(graph.node("AddV2", name, Attrs.ofFloat(), a.ref(), b.ref()), a.shape());
  }

  /** The channels of both, one after the other. */
  Value concat(Value a, Value b, String name) {
    String axis = graph.constant(name + "/axis", Shape.of(), 3);
    String ref =
        graph.node(
            "ConcatV2",
            name,
            Attrs.ofFloat().withInt("Tidx").with("N", Attributes.number(2)),
            a.ref(),
            b.ref(),
            axis);
    return new Value(ref, a.shape().with(3, a.channels() + b.channels()));
  }

  /** Channels of zeros before and behind those that there are. */
  Value addZeroChannels(Value in, String name, int before, int behind) {
    return before + behind == 0 ? in : pools.pad(in, name, 0, 0, 0, 0, 0, 0, before, behind);
  }

  /**
   * So many of the channels, spread evenly over all of them. It is marked as a selection: what it
   * reads stays as wide as it is.
   */
  Value select(Value in, String name, int count) {
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      chosen[i] = (int) ((long) i * in.channels() / count);
    }
    String indices = graph.constant(name + "/indices", Shape.of(count), chosen);
    String axis = graph.constant(name + "/axis", Shape.of(), 3);
    Attrs attributes =
        Attrs.ofNone()
            .withFloat("Tparams")
            .withInt("Tindices")
            .withInt("Taxis")
            .with("batch_dims", Attributes.number(0))
            .withFlag(Op.SELECTION, true);
    String ref = graph.node("GatherV2", name, attributes, in.ref(), indices, axis);
    return new Value(ref, in.shape().with(3, count));
  }
}
