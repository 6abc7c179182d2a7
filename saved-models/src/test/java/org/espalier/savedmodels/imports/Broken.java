package org.espalier.savedmodels.imports;

import static org.espalier.savedmodels.imports.FrozenGraph.FLOAT;
import static org.espalier.savedmodels.imports.FrozenGraph.INT;
import static org.espalier.savedmodels.imports.FrozenGraph.base;
import static org.espalier.savedmodels.imports.FrozenGraph.caller;
import static org.espalier.savedmodels.imports.FrozenGraph.function;
import static org.espalier.savedmodels.imports.FrozenGraph.in;
import static org.espalier.savedmodels.imports.FrozenGraph.text;
import static org.espalier.savedmodels.imports.FrozenGraph.unary;

import java.util.function.Supplier;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/** Wrong graphs, and a part of what is said of them. */
enum Broken {
  CYCLE(
      "cycle through node",
      () ->
          base()
              .node("AddV2", "sum", in("conv", "later"))
              .tail("sum")
              .node("Relu", "later", in("after"))),
  CYCLE_OF_ONE("'self'", () -> base().node("AddV2", "self", in("conv", "self")).tail("self")),
  MISSING_INPUT("'nowhere'", () -> base().node("AddV2", "sum", in("conv", "nowhere")).tail("sum")),
  MISSING_CONTROL_INPUT("'ghost'", () -> base().node("Relu", "r", in("conv", "^ghost")).tail("r")),
  OUTPUT_THAT_THE_OP_LACKS("'conv:7'", () -> base().tail("conv:7")),
  TWO_OF_ONE_NAME(
      "'twice'",
      () -> base().node("Relu", "twice", in("conv")).node("Relu", "twice", in("x")).tail("twice")),
  TOO_FEW_INPUTS("add", () -> base().node("AddV2", "add", in("conv")).tail("add")),
  TOO_MANY_INPUTS("many", () -> base().node("Relu", "many", in("conv", "conv")).tail("many")),
  UNKNOWN_OP("'r' (NoSuchOp)", () -> base().node("NoSuchOp", "r", in("conv")).tail("r")),
  READS_A_FILE("ReadFile", () -> base().node("ReadFile", "r", in("conv")).tail("r")),
  EMPTY_GRAPH("found no node in it", FrozenGraph::new),
  NO_OUTPUTS("no outputs", () -> new FrozenGraph().placeholder("x", Shape.of(-1, 8, 8, 3))),
  STRIDES_OF_ZERO("conv", () -> base("strides", Attributes.numbers(0, 0, 0, 0)).tail("conv")),
  TOO_FEW_STRIDES("conv", () -> base("strides", Attributes.numbers(1, 2)).tail("conv")),
  UNKNOWN_PADDING("conv", () -> base("padding", text("FOO")).tail("conv")),
  DILATION_OF_ZERO("conv", () -> base("dilations", Attributes.numbers(1, 0, 0, 1)).tail("conv")),
  TEXT_FOR_NUMBERS("conv", () -> base("strides", text("SAME")).tail("conv")),
  KERNEL_FOR_OTHER_CHANNELS("conv", () -> images().conv("conv", "x", 5, 8).tail("conv")),
  KERNEL_OF_RANK_THREE(
      "conv", () -> images().floats("k", 3, 3, 8).over("conv", "x", "k").tail("conv")),
  WINDOW_LARGER_THAN_THE_IMAGE(
      "conv",
      () ->
          images()
              .floats("k", 9, 9, 3, 8)
              .over("conv", "x", "k", "padding", text("VALID"))
              .tail("conv")),
  IMAGE_OF_NO_PIXELS(
      "'conv' (Conv2D)",
      () ->
          new FrozenGraph()
              .placeholder("x", Shape.of(-1, 0, 0, 3))
              .conv("conv", "x", 3, 8)
              .tail("conv")),
  IMAGE_OF_2_TO_40_ROWS("a dimension of a tensor cannot be 1099511627776", Broken::manyRows),
  CONSTANT_WITHOUT_VALUE("'big'", () -> big(null)),
  CONSTANT_OF_FEW_BYTES("'big'", () -> big(tensor(100, 3, 3, 3, 8))),
  CONSTANT_OF_MANY_BYTES("'big'", () -> big(tensor(5000, 3, 3, 3, 8))),
  CONSTANT_TOO_LARGE("'big'", () -> big(tensor(0, 3, 3, 3, 1 << 28))),
  CONSTANT_OF_NEGATIVE_SIZE("cannot be -3", () -> big(tensor(0, 3, 3, -3, 8))),
  CONSTANT_OF_UNKNOWN_RANK(
      "'big' is a tensor of an unknown number of axes",
      () -> {
        AttrValue.Builder value = tensor(864, 3, 3, 3, 8).toBuilder();
        value.getTensorBuilder().getTensorShapeBuilder().setUnknownRank(true);
        return big(value.build());
      }),
  CONSTANT_OF_ANOTHER_TYPE(
      "'axes' (Const) holds double, expected int32 as its dtype says",
      () -> changed("axes", "value", ofType(DataType.DT_DOUBLE))),
  CONSTANT_OF_HALF_FOR_INTEGERS(
      "'axes' (Const) holds half, expected int32",
      () -> changed("axes", "value", ofType(DataType.DT_HALF))),
  CONSTANT_OF_NO_TYPE(
      "'axes' (Const) holds invalid", () -> changed("axes", "value", ofType(DataType.DT_INVALID))),
  ONE_VALUE_FOR_MANY(
      "'big' of shape [3,3,3,1000000] holds only", () -> big(tensor(0, 3, 3, 3, 1_000_000))),
  SLICE_FROM_A_FRACTION(
      "'s' (StridedSlice) reads 'b' as its begin, expected int32, found float",
      () ->
          base()
              .floats("b", 4)
              .ints("e", 1, 1, 1, 1)
              .node("StridedSlice", "s", in("conv", "b", "e", "e"), "Index", INT)
              .tail("s")),
  SLICE_BY_FRACTIONS(
      "'s' (StridedSlice) has a wrong Index: expected one of int16, int32, int64, found float",
      () ->
          base()
              .floats("b", 4)
              .node("StridedSlice", "s", in("conv", "b", "b", "b"), "Index", FLOAT)
              .tail("s")),
  NO_TYPE("'before' (Relu) has no T, expected one of float", () -> changed("before", "T", null)),
  A_TYPE_THAT_IS_NONE(
      "'before' (Relu) has a wrong T: expected one of float",
      () -> changed("before", "T", Attributes.type(DataType.DT_INVALID))),
  A_REFERENCE_FOR_A_TYPE(
      "'mean' (Mean) has a wrong T",
      () -> changed("mean", "T", Attributes.type(DataType.DT_FLOAT_REF))),
  A_NUMBER_FOR_A_TYPE(
      "'before' (Relu) has a wrong T: expected one of float",
      () -> changed("before", "T", Attributes.number(1))),
  A_TYPE_FOR_A_LIST(
      "'last' (Conv2D) has a wrong strides: expected list(int)",
      () -> changed("last", "strides", FLOAT)),
  OTHER_TYPES(
      "'scores' (MatMul) reads 'mean' as its a, expected double, found float",
      () -> changed("scores", "T", Attributes.type(DataType.DT_DOUBLE))),
  MORE_THAN_ARE_READ(
      "'p' (Pack) has 2 tensors to read, expected 3",
      () -> base().node("Pack", "p", in("conv", "conv"), "N", Attributes.number(3)).tail("p")),
  FEWER_THAN_ONE(
      "'c' (Pack) has N of -1, expected at least 1",
      () -> base().node("Pack", "c", in("conv"), "N", Attributes.number(-1)).tail("c")),
  A_BILLION_OUTPUTS(
      "'u' (Unpack) has num of 1073741824, expected at most 65536",
      () -> base().node("Unpack", "u", in("conv"), "num", Attributes.number(1 << 30)).tail("u")),
  IMAGES_OF_OTHER_ROWS(
      "'up' (Conv2DBackpropInput) is to make a size of 18 along axis 1, for which it would have to"
          + " read 9, and reads 8",
      () -> up(2, 18, 16, 4)),
  IMAGES_OF_OTHER_COLUMNS(
      "'up' (Conv2DBackpropInput) is to make a size of 1 along axis 2, for which it would have to"
          + " read 1, and reads 8",
      () -> up(2, 16, 1, 4)),
  IMAGES_OF_NEGATIVE_SIZE(
      "'up' (Conv2DBackpropInput) makes a tensor with a dimension of -5, expected at least 0",
      () -> up(2, -5, 16, 4)),
  KERNEL_OF_ONE_AXIS(
      "'up' (Conv3DBackpropInputV2) expects rank 5 at input 1, found shape [8]",
      () ->
          base()
              .ints("volume", Shape.of(5), -1, 1, 8, 8, 8)
              .node("Reshape", "rows", in("conv", "volume"), "Tshape", INT)
              .ints("sizes", 2, 1, 8, 8, 8)
              .floats("k", 8)
              .node(
                  "Conv3DBackpropInputV2",
                  "up",
                  in("sizes", "k", "rows"),
                  "strides",
                  Attributes.numbers(1, 1, 1, 1, 1),
                  "padding",
                  text("SAME"))
              .ints("image", Shape.of(4), -1, 8, 8, 8)
              .node("Reshape", "again", in("up", "image"), "Tshape", INT)
              .tail("again")),
  GRADIENT_OF_ANOTHER_KERNEL(
      "'up' (Conv2DBackpropFilter) is the gradient of a convolution that makes [?,8,8,5] of [?,8,8,3],"
          + " and reads [?,8,8,8]",
      () ->
          base()
              .ints("sizes", 3, 3, 3, 5)
              .node(
                  "Conv2DBackpropFilter",
                  "up",
                  in("x", "sizes", "conv"),
                  "strides",
                  Attributes.numbers(1, 1, 1, 1),
                  "padding",
                  text("SAME"))
              .over("again", "x", "up")
              .tail("again", 5)),
  SWITCH_OF_NOTHING(
      "'s' (Switch) has 0 tensors to read, expected 2",
      () -> base().node("Switch", "s", in()).tail("s")),
  BRANCH_WITHOUT_CONDITION(
      "'i' (If) has no Tcond",
      () -> base().node("If", "i", in("conv"), "then_branch", function("f")).tail("i")),
  BRANCH_NEVER_TAKEN(
      "tensor 'r' is on a branch that is never taken",
      () ->
          base()
              .flag("no", false)
              .node("Switch", "s", in("conv", "no"))
              .node("Relu", "r", in("s:1"))),
  NODE_WITHOUT_NAME(
      "'' (Relu) has no name", () -> base().node("Relu", "", in("conv")).tail("conv")),
  A_BILLION_OUT_OF_THREE(
      "'r' (Range) makes more than 67108864 numbers out of constants", () -> sizes(1 << 30)),
  NORM_OF_OTHER_LENGTHS("bn", () -> norm(8, 5, 8, 3)),
  NORM_TOO_LONG("bn", () -> norm(16, 16, 16, 16)),
  BIAS_OF_OTHER_LENGTH(
      "bias", () -> base().floats("b", 5).node("BiasAdd", "bias", in("conv", "b")).tail("bias")),
  SUM_OF_OTHER_SHAPES(
      "sum", () -> base().floats("c", 3, 5).node("AddV2", "sum", in("conv", "c")).tail("sum")),
  RESHAPE_THAT_DOES_NOT_FIT("'rs' (Reshape)", () -> reshape(-1, 7, 7, 8)),
  RESHAPE_OF_NEGATIVE_SIZES("'rs' (Reshape)", () -> reshape(-1, -5, 8, -8)),
  POOL_WITHOUT_WINDOW("'p' (MaxPool)", () -> pool(0, 2)),
  POOL_WITHOUT_STRIDE("p", () -> pool(2, 0)),
  SPLIT_THAT_DOES_NOT_FIT("sp", () -> split(3, 3)),
  SPLIT_OF_AN_AXIS_THAT_IS_NOT("sp", () -> split(99, 2)),
  SPLIT_INTO_2_TO_31("'sp' (Split)", () -> split(3, 1L << 31)),
  SPLIT_INTO_NONE("sp", () -> split(3, 0)),
  SIZES_THAT_DO_NOT_ADD_UP(
      "sv",
      () ->
          base()
              .ints("sizes", 5, 9)
              .ints("axis", Shape.of(), 3)
              .node(
                  "SplitV",
                  "sv",
                  in("conv", "sizes", "axis"),
                  "Tlen",
                  INT,
                  "num_split",
                  Attributes.number(2))
              .tail("sv", 5)),
  AXES_TWICE(
      "'t' (Transpose)",
      () ->
          base()
              .ints("p", 0, 1, 1, 3)
              .node("Transpose", "t", in("conv", "p"), "Tperm", INT)
              .tail("t")),
  CONCAT_OF_AN_AXIS_THAT_IS_NOT(
      "c",
      () ->
          base()
              .ints("axis", Shape.of(), 99)
              .node(
                  "ConcatV2",
                  "c",
                  in("conv", "conv", "axis"),
                  "Tidx",
                  INT,
                  "N",
                  Attributes.number(2))
              .tail("c", 16)),
  GATHER_OF_WHAT_IS_NOT("'g' (GatherV2) takes channel 800 of 8", () -> gather(0, 0, 800)),
  GATHER_OF_NINE_BATCHES("'g' (GatherV2)", () -> gather(9, 0, 1)),
  NEGATIVE_PADDING(
      "p",
      () ->
          base()
              .ints("by", Shape.of(4, 2), 0, 0, -9, 0, 0, 0, 0, 0)
              .node("Pad", "p", in("conv", "by"), "Tpaddings", INT)
              .tail("p")),
  MEAN_OF_AXES_THAT_ARE_NOT(
      "me",
      () ->
          base()
              .ints("which", 7, -9)
              .node("Mean", "me", in("conv", "which"), "Tidx", INT)
              .tail("me")),
  SQUEEZE_OF_MANY(
      "sq",
      () ->
          base()
              .node("Squeeze", "sq", in("conv"), "squeeze_dims", Attributes.numbers(3))
              .tail("sq")),
  TWO_ELLIPSES(
      "'s' (StridedSlice) has 2 ellipses", () -> strided(1, "ellipsis_mask", Attributes.number(3))),
  STRIDE_OF_ZERO("s", () -> strided(0)),
  MATRIX_THAT_DOES_NOT_FIT(
      "mm",
      () ->
          base()
              .floats("m", 5, 7)
              .ints("to", -1, 512)
              .node("Reshape", "flat", in("conv", "to"), "Tshape", INT)
              .node("MatMul", "mm", in("flat", "m"))),
  DEPTHWISE_THAT_DOES_NOT_FIT(
      "dw",
      () ->
          base()
              .floats("d", 3, 3, 5, 2)
              .node(
                  "DepthwiseConv2dNative",
                  "dw",
                  in("conv", "d"),
                  "strides",
                  Attributes.numbers(1, 1, 1, 1),
                  "padding",
                  text("SAME"))
              .tail("dw", 16)),
  SUM_OF_NONE("an", () -> base().node("AddN", "an", in(), "N", Attributes.number(0)).tail("an")),
  LOOP(
      "'me' (Merge) is part of a loop that is not built as those of TensorFlow are",
      () ->
          base()
              .node("Enter", "en", in("conv"), "frame_name", text("f"))
              .node("Merge", "me", in("en", "ni"), "N", Attributes.number(2))
              .node("NextIteration", "ni", in("me"))
              .node("Exit", "ex", in("me"))
              .tail("ex")),
  FUNCTION_THAT_IS_NOT(
      "calls function 'f', which is not in", () -> base().call("c", "f", "conv").tail("c")),
  FUNCTION_OF_MORE(
      "gives 1 tensors to function 'f', which takes 3",
      () ->
          base().define("f", 3, "u:activations:0", unary("Relu")).call("c", "f", "conv").tail("c")),
  FUNCTION_WITHOUT_THAT_NODE(
      "'ghost'",
      () -> base().define("f", 1, "ghost:y:0", unary("Relu")).call("c", "f", "conv").tail("c")),
  FUNCTION_WITHOUT_THAT_OUTPUT(
      "has no output 'nothing'",
      () -> base().define("f", 1, "u:nothing:0", unary("Relu")).call("c", "f", "conv").tail("c")),
  FUNCTIONS_THAT_CALL_EACH_OTHER(
      "calls itself",
      () ->
          base()
              .define("f", 1, "c:output:0", caller("c", "g", "a0"))
              .define("g", 1, "c:output:0", caller("c", "f", "a0"))
              .call("pc", "f", "conv")
              .tail("pc")),
  FUNCTIONS_THAT_DOUBLE("more than 1000000 nodes", Broken::doubling),
  FUNCTIONS_NESTED_DEEPLY("nested too deeply", Broken::nested);

  final String part;
  final Supplier<FrozenGraph> graph;

  Broken(String part, Supplier<FrozenGraph> graph) {
    this.part = part;
    this.graph = graph;
  }

  private static FrozenGraph images() {
    return new FrozenGraph().placeholder("x", Shape.of(-1, 8, 8, 3));
  }

  private static FrozenGraph manyRows() {
    FrozenGraph g = base().tail("conv");
    AttrValue.Builder shape = g.graph.getNode(0).getAttrOrThrow("shape").toBuilder();
    shape.getShapeBuilder().getDimBuilder(1).setSize(1L << 40);
    g.graph.getNodeBuilder(0).putAttr("shape", shape.build());
    return g;
  }

  private static FrozenGraph big(AttrValue value) {
    FrozenGraph g = images();
    g.constant("big", DataType.DT_FLOAT, AttrValue.getDefaultInstance());
    var constant = g.graph.getNodeBuilder(g.graph.getNodeCount() - 1);
    if (value == null) {
      constant.removeAttr("value");
    } else {
      constant.putAttr("value", value);
    }
    return g.over("conv", "x", "big").tail("conv");
  }

  /** Images made twice as large, or told to be of another size. */
  private static FrozenGraph up(int... sizes) {
    return base()
        .ints("sizes", sizes)
        .floats("k", 3, 3, 4, 8)
        .node(
            "Conv2DBackpropInput",
            "up",
            in("sizes", "k", "conv"),
            "strides",
            Attributes.numbers(1, 2, 2, 1),
            "padding",
            text("SAME"))
        .tail("up", 4);
  }

  private static AttrValue tensor(int bytes, int... dims) {
    AttrValue.Builder value = AttrValue.newBuilder();
    value.getTensorBuilder().setDtype(DataType.DT_FLOAT);
    for (int d : dims) {
      value
          .getTensorBuilder()
          .getTensorShapeBuilder()
          .addDim(TensorShapeProto.Dim.newBuilder().setSize(d));
    }
    if (bytes > 0) {
      value
          .getTensorBuilder()
          .setTensorContent(com.google.protobuf.ByteString.copyFrom(new byte[bytes]));
    } else {
      value.getTensorBuilder().addFloatVal(1);
    }
    return value.build();
  }

  /** The sound graph with another attribute for one of a node, or without it. */
  private static FrozenGraph changed(String node, String name, AttrValue value) {
    FrozenGraph g = base().tail("conv");
    for (var one : g.graph.getNodeBuilderList()) {
      if (one.getName().equals(node)) {
        if (value == null) {
          one.removeAttr(name);
        } else {
          one.putAttr(name, value);
        }
      }
    }
    return g;
  }

  /** Two numbers of some type. */
  private static AttrValue ofType(DataType type) {
    AttrValue.Builder value = Attributes.ints(Shape.of(2), 1, 2).toBuilder();
    value.getTensorBuilder().setDtype(type);
    return value.build();
  }

  private static FrozenGraph sizes(int count) {
    FrozenGraph g =
        base()
            .ints("from", Shape.of(), 0)
            .ints("count", Shape.of(), count)
            .ints("by", Shape.of(), 1)
            .node("Range", "r", in("from", "count", "by"), "Tidx", INT)
            .node("Reshape", "rs", in("conv", "r"), "Tshape", INT);
    for (var node : g.graph.getNodeBuilderList()) {
      if (node.getOp().equals("Range")) {
        node.removeAttr("T");
      }
    }
    return g.tail("rs");
  }

  private static FrozenGraph norm(int... lengths) {
    String[] vectors = {"scale", "offset", "mean0", "variance"};
    FrozenGraph g = base();
    for (int i = 0; i < 4; i++) {
      g.floats(vectors[i], lengths[i]);
    }
    return g.node(
            "FusedBatchNormV3",
            "bn",
            in("conv", "scale", "offset", "mean0", "variance"),
            "U",
            FLOAT,
            "is_training",
            Attributes.flag(false))
        .tail("bn");
  }

  private static FrozenGraph reshape(int... to) {
    return base().ints("to", to).node("Reshape", "rs", in("conv", "to"), "Tshape", INT).tail("rs");
  }

  private static FrozenGraph pool(int window, int stride) {
    return base()
        .node(
            "MaxPool",
            "p",
            in("conv"),
            "ksize",
            Attributes.numbers(1, window, window, 1),
            "strides",
            Attributes.numbers(1, stride, stride, 1),
            "padding",
            text("VALID"))
        .tail("p");
  }

  private static FrozenGraph split(int axis, long parts) {
    return base()
        .ints("axis", Shape.of(), axis)
        .node("Split", "sp", in("axis", "conv"), "num_split", Attributes.number(parts))
        .tail("sp", 4);
  }

  private static FrozenGraph gather(int batches, int... indices) {
    return base()
        .ints("at", indices)
        .ints("axis", Shape.of(), 3)
        .node(
            "GatherV2",
            "g",
            in("conv", "at", "axis"),
            "Tparams",
            FLOAT,
            "Tindices",
            INT,
            "Taxis",
            INT,
            "batch_dims",
            Attributes.number(batches))
        .tail("g", 2);
  }

  private static FrozenGraph strided(int step, Object... masks) {
    Object[] attributes = java.util.Arrays.copyOf(masks, masks.length + 2);
    attributes[masks.length] = "Index";
    attributes[masks.length + 1] = INT;
    return base()
        .ints("b", 0, 0, 0, 0)
        .ints("e", 1, 1, 1, 1)
        .ints("step", step, step, step, step)
        .node("StridedSlice", "s", in("conv", "b", "e", "step"), attributes)
        .tail("s");
  }

  /** Each function calls the next one twice. */
  private static FrozenGraph doubling() {
    FrozenGraph g = base();
    for (int i = 0; i < 40; i++) {
      String next = "f" + (i + 1);
      g.define(
          "f" + i, 1, "c2:output:0", caller("c1", next, "a0"), caller("c2", next, "c1:output:0"));
    }
    return g.define("f40", 1, "u:activations:0", unary("Relu")).call("c", "f0", "conv").tail("c");
  }

  private static FrozenGraph nested() {
    FrozenGraph g = base();
    for (int i = 0; i < 5000; i++) {
      g.define("f" + i, 1, "c:output:0", caller("c", "f" + (i + 1), "a0"));
    }
    return g.define("f5000", 1, "u:activations:0", unary("Relu")).call("c", "f0", "conv").tail("c");
  }
}
