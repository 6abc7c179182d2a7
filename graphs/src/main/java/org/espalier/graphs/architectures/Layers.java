package org.espalier.graphs.architectures;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.cost.CostModel;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * Writes the layers of image classifiers: NHWC, float32, batch norm in inference mode. Where
 * PyTorch pads symmetrically at stride 2, TensorFlow's SAME does not; there the image is padded
 * first.
 */
final class Layers {
  /** Of batch norm, in every network of the paper. */
  static final float EPSILON = 1e-5f;

  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue NHWC = Attributes.text("NHWC");

  /** A tensor under way: its name and its shape. */
  record Value(String ref, Shape shape) {
    int channels() {
      return shape.last();
    }
  }

  private final GraphBuilder graph = new GraphBuilder();

  Value images(Options o) {
    Shape shape = Shape.of(Shape.UNKNOWN, o.height(), o.width(), o.channels());
    return new Value(graph.placeholder(Network.IMAGES, DataType.DT_FLOAT, shape), shape);
  }

  private String parameter(String name, ParameterKind kind, Initializer init, int... shape) {
    return graph.parameter(new Parameter(name, Shape.of(shape), kind, init));
  }

  /** A square convolution without bias, He fan-out. Padding is half the kernel on each side. */
  Value conv(Value in, String name, int out, int size, int stride) {
    String kernel =
        parameter(
            name + "/kernel",
            ParameterKind.CONV_KERNEL,
            new Initializer.He(true),
            size,
            size,
            in.channels(),
            out);
    boolean pads = stride > 1 && size > 1;
    Value padded = pads ? pad(in, name + "/pad", size / 2) : in;
    String ref =
        graph.add(
            "Conv2D",
            name,
            Map.of(
                "T", FLOAT,
                "strides", Attributes.numbers(1, stride, stride, 1),
                "padding", Attributes.text(pads ? "VALID" : "SAME"),
                "data_format", NHWC,
                "dilations", Attributes.numbers(1, 1, 1, 1)),
            padded.ref(),
            kernel);
    int rows = (in.shape().dim(1) - 1) / stride + 1;
    int columns = (in.shape().dim(2) - 1) / stride + 1;
    return new Value(ref, Shape.of(Shape.UNKNOWN, rows, columns, out));
  }

  private Value pad(Value in, String name, int around) {
    return pad(in, name, 0, 0, around, around, around, around, 0, 0);
  }

  private Value pad(Value in, String name, int... paddings) {
    String amounts = graph.constant(name + "/amounts", Shape.of(4, 2), paddings);
    String ref =
        graph.add(
            "Pad",
            name,
            Map.of("T", FLOAT, "Tpaddings", Attributes.type(DataType.DT_INT32)),
            in.ref(),
            amounts);
    Shape shape = in.shape();
    for (int a = 1; a < 4; a++) {
      shape = shape.with(a, shape.dim(a) + paddings[2 * a] + paddings[2 * a + 1]);
    }
    return new Value(ref, shape);
  }

  /** Appends channels of zeros. */
  Value appendZeroChannels(Value in, String name, int count) {
    return count == 0 ? in : pad(in, name, 0, 0, 0, 0, 0, 0, 0, count);
  }

  Value batchNorm(Value in, String name, float scale) {
    return batchNorm(in, name, new Initializer.Constant(scale), false);
  }

  private Value batchNorm(Value in, String name, Initializer scale, boolean uncounted) {
    int c = in.channels();
    Map<String, AttrValue> attributes = new LinkedHashMap<>();
    attributes.put("T", FLOAT);
    attributes.put("U", FLOAT);
    attributes.put("epsilon", Attributes.real(EPSILON));
    attributes.put("data_format", NHWC);
    attributes.put("is_training", Attributes.flag(false));
    if (uncounted) {
      attributes.put(CostModel.UNCOUNTED, Attributes.flag(true));
    }
    String ref =
        graph.add(
            "FusedBatchNormV3",
            name,
            attributes,
            in.ref(),
            parameter(name + "/scale", ParameterKind.BN_SCALE, scale, c),
            parameter(name + "/offset", ParameterKind.BN_OFFSET, Initializer.zeros(), c),
            parameter(name + "/mean", ParameterKind.BN_MEAN, Initializer.zeros(), c),
            parameter(name + "/variance", ParameterKind.BN_VARIANCE, Initializer.ones(), c));
    return new Value(ref, in.shape());
  }

  /** Batch norm of a dense layer: over the batch only. The reference does not count it. */
  Value denseBatchNorm(Value in, String name) {
    Value image = expand(expand(in, name + "/rows"), name + "/columns");
    Value normed = batchNorm(image, name, Initializer.ones(), true);
    String ref =
        graph.add(
            "Squeeze",
            name + "/flat",
            Map.of("T", FLOAT, "squeeze_dims", Attributes.numbers(1, 2)),
            normed.ref());
    return new Value(ref, in.shape());
  }

  private Value expand(Value in, String name) {
    String axis = graph.constant(name + "/axis", Shape.of(), 1);
    String ref =
        graph.add(
            "ExpandDims",
            name,
            Map.of("T", FLOAT, "Tdim", Attributes.type(DataType.DT_INT32)),
            in.ref(),
            axis);
    int[] dims = in.shape().toArray();
    int[] expanded = new int[dims.length + 1];
    expanded[0] = dims[0];
    expanded[1] = 1;
    System.arraycopy(dims, 1, expanded, 2, dims.length - 1);
    return new Value(ref, Shape.of(expanded));
  }

  Value relu(Value in, String name) {
    return new Value(graph.addFloat("Relu", name, in.ref()), in.shape());
  }

  Value add(Value a, Value b, String name) {
    return new Value(graph.addFloat("AddV2", name, a.ref(), b.ref()), a.shape());
  }

  /** The channels of both, one after the other. */
  Value concat(Value a, Value b, String name) {
    String axis = graph.constant(name + "/axis", Shape.of(), 3);
    String ref =
        graph.add(
            "ConcatV2",
            name,
            Map.of(
                "T", FLOAT,
                "Tidx", Attributes.type(DataType.DT_INT32),
                "N", Attributes.number(2)),
            a.ref(),
            b.ref(),
            axis);
    return new Value(ref, a.shape().with(3, a.channels() + b.channels()));
  }

  /** Keeps the largest of each window, without padding. */
  Value maxPool(Value in, String name, int size) {
    return pool("MaxPool", in, name, size, "VALID", false);
  }

  /** Averages each window; at an odd edge, over what is there. */
  Value averagePool(Value in, String name, int size, boolean uncounted) {
    return pool("AvgPool", in, name, size, "SAME", uncounted);
  }

  private Value pool(
      String op, Value in, String name, int size, String padding, boolean uncounted) {
    Map<String, AttrValue> attributes = new LinkedHashMap<>();
    attributes.put("T", FLOAT);
    attributes.put("ksize", Attributes.numbers(1, size, size, 1));
    attributes.put("strides", Attributes.numbers(1, size, size, 1));
    attributes.put("padding", Attributes.text(padding));
    attributes.put("data_format", NHWC);
    if (uncounted) {
      attributes.put(CostModel.UNCOUNTED, Attributes.flag(true));
    }
    String ref = graph.add(op, name, attributes, in.ref());
    int up = padding.equals("SAME") ? size - 1 : 0;
    int rows = (in.shape().dim(1) + up) / size;
    int columns = (in.shape().dim(2) + up) / size;
    if (rows < 1 || columns < 1) {
      throw new UsageException(
          "the input is too small: nothing is left of the image at '" + name + "'");
    }
    return new Value(ref, Shape.of(Shape.UNKNOWN, rows, columns, in.channels()));
  }

  /** The mean over rows and columns: [batch, channels]. */
  Value globalAverage(Value in, String name, boolean uncounted) {
    String axes = graph.constant(name + "/axes", Shape.of(2), 1, 2);
    Map<String, AttrValue> attributes = new LinkedHashMap<>();
    attributes.put("T", FLOAT);
    attributes.put("Tidx", Attributes.type(DataType.DT_INT32));
    attributes.put("keep_dims", Attributes.flag(false));
    if (uncounted) {
      attributes.put(CostModel.UNCOUNTED, Attributes.flag(true));
    }
    return new Value(
        graph.add("Mean", name, attributes, in.ref(), axes),
        Shape.of(Shape.UNKNOWN, in.channels()));
  }

  Value dense(Value in, String name, int out, Initializer kernel, Initializer bias) {
    String product =
        graph.add(
            "MatMul",
            name,
            Map.of(
                "T", FLOAT,
                "transpose_a", Attributes.flag(false),
                "transpose_b", Attributes.flag(false)),
            in.ref(),
            parameter(name + "/kernel", ParameterKind.DENSE_KERNEL, kernel, in.channels(), out));
    String ref =
        graph.add(
            "BiasAdd",
            name + "/bias_add",
            Map.of("T", FLOAT, "data_format", NHWC),
            product,
            parameter(name + "/bias", ParameterKind.BIAS, bias, out));
    return new Value(ref, Shape.of(Shape.UNKNOWN, out));
  }

  /** The last layer as PyTorch 0.3 initialises it where nobody says otherwise. */
  Value classifier(Value in, int classes) {
    return dense(
        in,
        "dense",
        classes,
        new Initializer.FanInUniform(),
        new Initializer.Uniform(1 / StrictMath.sqrt(in.channels())));
  }

  /** Names the end and closes the network. */
  Network finish(String name, Value logits) {
    graph.addFloat("Identity", Network.LOGITS, logits.ref());
    return new Network(
        name,
        graph.build(),
        Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
        Map.of(Network.LOGITS, TensorRef.of(Network.LOGITS)));
  }
}
