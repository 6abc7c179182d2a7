package org.espalier.framework.sessions;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.Op;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** Writes networks of a few nodes. Images are 6x6x3. Every method returns the tensor it made. */
final class SmallNetworks {
  static final int SIZE = 6;

  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  private final GraphBuilder b = new GraphBuilder();

  SmallNetworks() {
    b.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, SIZE, SIZE, 3));
  }

  /** The network that a function writes. */
  static Network of(Function<SmallNetworks, String> write) {
    SmallNetworks nodes = new SmallNetworks();
    return nodes.end(write.apply(nodes));
  }

  private Network end(String logits) {
    return new Network(
        "small",
        b.build(),
        Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
        Map.of(Network.LOGITS, TensorRef.of(logits)));
  }

  /** A node with the type float and other attributes, by turns name and value. */
  String add(String op, String name, String[] in, Object... attributes) {
    Map<String, AttrValue> all = new HashMap<>(Map.of("T", FLOAT));
    for (int i = 0; i < attributes.length; i += 2) {
      all.put((String) attributes[i], (AttrValue) attributes[i + 1]);
    }
    return b.add(op, name, all, in);
  }

  String elementwise(String op, String name, String... in) {
    return b.addFloat(op, name, in);
  }

  static String[] in(String... tensors) {
    return tensors;
  }

  String parameter(String name, ParameterKind kind, int... shape) {
    return b.parameter(new Parameter(name, Shape.of(shape), kind, new Initializer.Uniform(0.5)));
  }

  /** A parameter that is no kernel. */
  String values(String name, int... shape) {
    return parameter(name, ParameterKind.OTHER, shape);
  }

  /** One number for all. */
  String real(String name, float value) {
    return b.constant(name, ShapedArray.filled(Shape.of(), value));
  }

  /** The sizes of a tensor one by one: {@code name}, {@code name:1} and so on. */
  String unpackedShape(String in, String name, int rank) {
    String shape = b.add("Shape", name + "/shape", Map.of("T", FLOAT, "out_type", INT), in);
    return b.add("Unpack", name, Map.of("T", INT, "num", Attributes.number(rank)), shape);
  }

  /** Arithmetic on whole numbers. */
  String integers(String op, String name, String... in) {
    return b.add(op, name, Map.of("T", INT), in);
  }

  /** Reads a complex tensor. */
  String complex(String op, String name, String in) {
    return b.add(op, name, Map.of("T", Attributes.type(DataType.DT_COMPLEX64)), in);
  }

  /** In which bucket each number falls. */
  String buckets(String in, String name, Float... boundaries) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    list.addAllF(Arrays.asList(boundaries));
    return add(
        "Bucketize", name, in(in), "boundaries", AttrValue.newBuilder().setList(list).build());
  }

  /** A number for each channel that is no weight. */
  String fixed(String name, int... shape) {
    return parameter(name, ParameterKind.CONSTANT, shape);
  }

  /** Truths or whole numbers as floats. */
  String floats(String in, DataType from) {
    String name = TensorRef.nodeOf(in) + "/floats" + TensorRef.parse(in).output();
    return b.add("Cast", name, Map.of("SrcT", Attributes.type(from), "DstT", FLOAT), in);
  }

  /** Reads a tensor and the axes that it works along. */
  String along(String op, String in, String name, int... axes) {
    return add(op, name, in(in, vector(name + "/axes", axes)), "Tidx", INT);
  }

  /** A running sum or product. */
  String running(String op, String in, String name, int axis, boolean exclusive, boolean back) {
    return add(
        op,
        name,
        in(in, scalar(name + "/axis", axis)),
        "Tidx",
        INT,
        "exclusive",
        Attributes.flag(exclusive),
        "reverse",
        Attributes.flag(back));
  }

  String roll(String in, String name, int by, int... axes) {
    int[] shifts = new int[axes.length];
    Arrays.fill(shifts, by);
    return add(
        "Roll",
        name,
        in(in, vector(name + "/by", shifts), vector(name + "/axes", axes)),
        "Tshift",
        INT,
        "Taxis",
        INT);
  }

  /** The largest along the last axis; {@code name:1} are their indices. */
  String largest(String in, String name, int k) {
    return add("TopKV2", name, in(in, scalar(name + "/k", k)));
  }

  String vector(String name, int... values) {
    return b.constant(name, Shape.of(values.length), values);
  }

  String scalar(String name, int value) {
    return b.constant(name, Shape.of(), value);
  }

  /** The first layer: of eight channels. */
  String first() {
    return conv(Network.IMAGES, "a", 3, 8);
  }

  /** The end of most networks: pixels are averaged, and a dense layer reads what remains. */
  String last(String in, int channels) {
    return dense(mean(in), channels);
  }

  String conv(String in, String name, int from, int to) {
    String kernel = parameter(name + "/kernel", ParameterKind.CONV_KERNEL, 3, 3, from, to);
    return windowed("Conv2D", name, in, kernel);
  }

  String depthwise(String in, String name, int channels, int multiplier) {
    String kernel =
        parameter(name + "/kernel", ParameterKind.DEPTHWISE_KERNEL, 3, 3, channels, multiplier);
    return depthwiseBy(in, name, kernel);
  }

  String depthwiseBy(String in, String name, String kernel) {
    return windowed("DepthwiseConv2dNative", name, in, kernel);
  }

  private String windowed(String op, String name, String in, String kernel) {
    return add(
        op,
        name,
        in(in, kernel),
        "strides",
        Attributes.numbers(1, 1, 1, 1),
        "padding",
        Attributes.text("SAME"),
        "data_format",
        Attributes.text("NHWC"));
  }

  /** Twice as many rows and columns. The size is packed at run time, but for the batch. */
  String convTransposed(String in, String name, int from, int to) {
    return convTransposed(in, name, from, to, 1);
  }

  /** The same in groups. */
  String convTransposed(String in, String name, int from, int to, int groups) {
    String kernel = parameter(name + "/kernel", ParameterKind.CONV_KERNEL, 3, 3, to / groups, from);
    String size =
        pack(
            name + "/size",
            batch(in, name + "/batch"),
            scalar(name + "/rows", 2 * SIZE),
            scalar(name + "/columns", 2 * SIZE),
            scalar(name + "/channels", to));
    return add(
        "Conv2DBackpropInput",
        name,
        in(size, kernel, in),
        "strides",
        Attributes.numbers(1, 2, 2, 1),
        "padding",
        Attributes.text("SAME"));
  }

  /** Rounds to few numbers; of its own kind for each channel, if there are several ranges. */
  String fakeQuantised(String in, String name, String low, String high, boolean channels) {
    return b.add(
        "FakeQuantWithMinMaxVars" + (channels ? "PerChannel" : ""), name, Map.of(), in, low, high);
  }

  /** The number of images, as graphs compute it. */
  String batch(String in, String name) {
    String shape = b.add("Shape", name + "/shape", Map.of("T", FLOAT, "out_type", INT), in);
    String begin = vector(name + "/begin", 0);
    String end = vector(name + "/end", 1);
    String step = vector(name + "/step", 1);
    return b.add(
        "StridedSlice",
        name,
        Map.of("T", INT, "Index", INT, "shrink_axis_mask", Attributes.number(1)),
        shape,
        begin,
        end,
        step);
  }

  /** Integers made one vector. */
  String pack(String name, String... in) {
    return b.add(
        "Pack",
        name,
        Map.of("T", INT, "N", Attributes.number(in.length), "axis", Attributes.number(0)),
        in);
  }

  String reshape(String in, String name, int... target) {
    return reshapeTo(in, name, vector(name + "/shape", target));
  }

  String reshapeTo(String in, String name, String shape) {
    return add("Reshape", name, in(in, shape), "Tshape", INT);
  }

  String einsum(String name, String equation, String... in) {
    return add(
        "Einsum",
        name,
        in,
        "N",
        Attributes.number(in.length),
        "equation",
        Attributes.text(equation));
  }

  /** A kernel that makes channels along its last axes. */
  String kernel(String name, int... shape) {
    return parameter(name, ParameterKind.DENSE_KERNEL, shape);
  }

  /** Ones. */
  String fill(String name, int... shape) {
    String one =
        b.add("Cast", name + "/one", Map.of("SrcT", INT, "DstT", FLOAT), scalar(name + "/int", 1));
    return add("Fill", name, in(vector(name + "/shape", shape), one), "index_type", INT);
  }

  String transpose(String in, String name, int... order) {
    return add("Transpose", name, in(in, vector(name + "/order", order)), "Tperm", INT);
  }

  String mean(String in) {
    return mean(in, false, 1, 2);
  }

  String mean(String in, boolean keep, int... axes) {
    String name = TensorRef.nodeOf(in) + "/mean";
    AttrValue kept = Attributes.flag(keep);
    return add("Mean", name, in(in, vector(name + "/axes", axes)), "Tidx", INT, "keep_dims", kept);
  }

  /** One number for each pixel; of numbers, or of truths. */
  String overChannels(String op, String name, String in) {
    Map<String, AttrValue> attributes = new HashMap<>(Map.of("keep_dims", Attributes.flag(true)));
    if (!op.equals("Any")) {
      attributes.put("T", FLOAT);
    }
    return b.add(op, name, attributes, in, vector(name + "/axes", 3));
  }

  String concat(String name, int axis, String... in) {
    String[] inputs = Arrays.copyOf(in, in.length + 1);
    inputs[in.length] = scalar(name + "/axis", axis);
    return add("ConcatV2", name, inputs, "Tidx", INT, "N", Attributes.number(in.length));
  }

  /** Equal parts: {@code name}, {@code name:1} and so on. */
  String split(String in, String name, int axis, int parts) {
    String along = scalar(name + "/axis", axis);
    return add("Split", name, in(along, in), "num_split", Attributes.number(parts));
  }

  String splitV(String in, String name, int axis, int... sizes) {
    return add(
        "SplitV",
        name,
        in(in, vector(name + "/sizes", sizes), scalar(name + "/axis", axis)),
        "Tlen",
        INT,
        "num_split",
        Attributes.number(sizes.length));
  }

  String slice(String in, String name, int[] begin, int[] size) {
    String[] inputs = in(in, vector(name + "/begin", begin), vector(name + "/size", size));
    return add("Slice", name, inputs, "Index", INT);
  }

  /**
   * A strided slice.
   *
   * @param masks of begin, end, ellipsis, new axis and shrunk axis
   */
  String strided(String in, String name, int[] begin, int[] end, int[] step, int... masks) {
    String[] kinds = {"begin", "end", "ellipsis", "new_axis", "shrink_axis"};
    Object[] attributes = new Object[2 + 2 * masks.length];
    attributes[0] = "Index";
    attributes[1] = INT;
    for (int i = 0; i < masks.length; i++) {
      attributes[2 + 2 * i] = kinds[i] + "_mask";
      attributes[3 + 2 * i] = Attributes.number(masks[i]);
    }
    return add(
        "StridedSlice",
        name,
        in(in, vector(name + "/b", begin), vector(name + "/e", end), vector(name + "/s", step)),
        attributes);
  }

  String gather(String in, String name, int axis, int... indices) {
    return gather(in, name, axis, false, indices);
  }

  /** A gather that lets what it reads from stay. */
  String select(String in, String name, int axis, int... indices) {
    return gather(in, name, axis, true, indices);
  }

  private String gather(String in, String name, int axis, boolean selects, int... indices) {
    Map<String, AttrValue> attributes = new HashMap<>();
    attributes.put("Tparams", FLOAT);
    attributes.put("Tindices", INT);
    attributes.put("Taxis", INT);
    if (selects) {
      attributes.put(Op.SELECTION, Attributes.flag(true));
    }
    return b.add(
        "GatherV2",
        name,
        attributes,
        in,
        vector(name + "/indices", indices),
        scalar(name + "/axis", axis));
  }

  String paddings(String name, int... paddings) {
    return b.constant(name, Shape.of(paddings.length / 2, 2), paddings);
  }

  /** Padding, by turns before and after. */
  String pad(String op, String in, String name, int... paddings) {
    String table = paddings(name + "/paddings", paddings);
    return switch (op) {
      case "PadV2" ->
          add(
              op,
              name,
              in(in, table, b.constant(name + "/filling", ShapedArray.filled(Shape.of(), 0.7f))),
              "Tpaddings",
              INT);
      case "MirrorPad" ->
          add(op, name, in(in, table), "Tpaddings", INT, "mode", Attributes.text("REFLECT"));
      default -> add(op, name, in(in, table), "Tpaddings", INT);
    };
  }

  String pool(String op, String in, String name) {
    return add(
        op,
        name,
        in(in),
        "ksize",
        Attributes.numbers(1, 2, 2, 1),
        "strides",
        Attributes.numbers(1, 2, 2, 1),
        "padding",
        Attributes.text("VALID"));
  }

  /** A convolution for each part of a split of these sizes, joined. */
  String apart(String split, int... sizes) {
    String[] read = new String[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      read[i] = conv(split + ":" + i, "part" + i, sizes[i], 3);
    }
    return last(concat("joined", 3, read), 3 * sizes.length);
  }

  /** Channels of groups become neighbours: reshape, transpose, reshape. */
  String shuffle(String in, String name, int groups, int channels) {
    String split = reshape(in, name + "/split", -1, SIZE, SIZE, groups, channels / groups);
    String turned = transpose(split, name + "/turned", 0, 1, 2, 4, 3);
    return reshape(turned, name, -1, SIZE, SIZE, channels);
  }

  String tile(String in, String name, int... times) {
    return add("Tile", name, in(in, vector(name + "/times", times)), "Tmultiples", INT);
  }

  String broadcast(String in, String name, String size) {
    return add("BroadcastTo", name, in(in, size), "Tidx", INT);
  }

  String expand(String in, String name, int axis) {
    return add("ExpandDims", name, in(in, scalar(name + "/axis", axis)), "Tdim", INT);
  }

  String resize(String in, String name, String op, int rows, int columns) {
    return add(op, name, in(in, vector(name + "/size", rows, columns)));
  }

  /** Blocks of 2x2 pixels. */
  String blocks(String op, String in, String name) {
    return add(op, name, in(in), "block_size", Attributes.number(2));
  }

  /** Blocks of 2x2 pixels, padded or cropped by so much. */
  String batchBlocks(String op, String in, String name, int... edges) {
    String table = b.constant(name + "/edges", Shape.of(2, 2), edges);
    AttrValue type = INT;
    return add(
        op,
        name,
        in(in, vector(name + "/block", 2, 2), table),
        "Tblock_shape",
        type,
        op.startsWith("Space") ? "Tpaddings" : "Tcrops",
        type);
  }

  String dense(String in, int from) {
    return b.addFloat(
        "MatMul", "dense", in, parameter("dense/kernel", ParameterKind.DENSE_KERNEL, from, 5));
  }
}
