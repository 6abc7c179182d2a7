package org.espalier.savedmodels.imports;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Writes graphs that others might have written, right or wrong: nothing is checked. */
final class FrozenGraph {
  static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  final GraphDef.Builder graph = GraphDef.newBuilder();

  FrozenGraph() {
    graph.getVersionsBuilder().setProducer(1994);
  }

  /** Images of 8x8x3, and a convolution of 8 channels. */
  static FrozenGraph base(Object... changed) {
    FrozenGraph g = new FrozenGraph().placeholder("x", Shape.of(-1, 8, 8, 3));
    g.conv("conv", "x", 3, 8, changed);
    return g;
  }

  /** A node with the type float and other attributes, by turns name and value. */
  FrozenGraph node(String op, String name, String[] in, Object... attributes) {
    NodeDef.Builder node =
        NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(in)).putAttr("T", FLOAT);
    set(node, attributes);
    if (node.containsAttr("Tparams")) {
      node.removeAttr("T");
    }
    graph.addNode(node);
    return this;
  }

  private static void set(NodeDef.Builder node, Object... attributes) {
    for (int i = 0; i < attributes.length; i += 2) {
      node.putAttr((String) attributes[i], (AttrValue) attributes[i + 1]);
    }
  }

  static String[] in(String... tensors) {
    return tensors;
  }

  static AttrValue text(String text) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
  }

  static AttrValue function(String name) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(name)).build();
  }

  static AttrValue types(DataType... types) {
    return AttrValue.newBuilder()
        .setList(AttrValue.ListValue.newBuilder().addAllType(List.of(types)))
        .build();
  }

  FrozenGraph placeholder(String name, Shape shape) {
    return placeholder(name, DataType.DT_FLOAT, shape);
  }

  FrozenGraph placeholder(String name, DataType type, Shape shape) {
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Placeholder")
            .putAttr("dtype", Attributes.type(type))
            .putAttr("shape", Attributes.shape(shape)));
    return this;
  }

  FrozenGraph constant(String name, DataType type, AttrValue value) {
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Const")
            .putAttr("dtype", Attributes.type(type))
            .putAttr("value", value));
    return this;
  }

  /** Random values. */
  FrozenGraph floats(String name, int... shape) {
    return floats(name, values(name, shape));
  }

  FrozenGraph floats(String name, ShapedArray values) {
    return constant(name, DataType.DT_FLOAT, Attributes.floats(values));
  }

  static ShapedArray values(String name, int... shape) {
    float[] values = new float[(int) Shape.of(shape).elements()];
    RandomStream random = RandomStream.of(1, name);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.4);
    }
    return new ShapedArray(Shape.of(shape), values);
  }

  FrozenGraph ints(String name, int... values) {
    return ints(name, Shape.of(values.length), values);
  }

  FrozenGraph ints(String name, Shape shape, int... values) {
    return constant(name, DataType.DT_INT32, Attributes.ints(shape, values));
  }

  FrozenGraph flag(String name, boolean value) {
    AttrValue.Builder tensor = AttrValue.newBuilder();
    tensor.getTensorBuilder().setDtype(DataType.DT_BOOL).addBoolVal(value).getTensorShapeBuilder();
    return constant(name, DataType.DT_BOOL, tensor.build());
  }

  FrozenGraph conv(String name, String in, int from, int to, Object... changed) {
    floats(name + "/kernel", 3, 3, from, to);
    return over(name, in, name + "/kernel", changed);
  }

  /** A convolution with a kernel that is there already. */
  FrozenGraph over(String name, String in, String kernel, Object... changed) {
    NodeDef.Builder node =
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Conv2D")
            .addInput(in)
            .addInput(kernel)
            .putAttr("T", FLOAT)
            .putAttr("strides", Attributes.numbers(1, 1, 1, 1))
            .putAttr("padding", text("SAME"));
    set(node, changed);
    graph.addNode(node);
    return this;
  }

  /** Another layer, mean, dense: so that what is broken lies before something that can be cut. */
  FrozenGraph tail(String in, int channels) {
    node("Relu", "before", in(in));
    conv("last", "before", channels, 8);
    node("Relu", "after", in("last"));
    ints("axes", 1, 2);
    node("Mean", "mean", in("after", "axes"), "Tidx", INT);
    floats("fc", 8, 4);
    return node("MatMul", "scores", in("mean", "fc"));
  }

  FrozenGraph tail(String in) {
    return tail(in, 8);
  }

  /** Calls a function with one tensor. */
  FrozenGraph call(String name, String function, String... in) {
    DataType[] floats = new DataType[in.length];
    java.util.Arrays.fill(floats, DataType.DT_FLOAT);
    graph.addNode(caller(name, function, in).putAttr("Tin", types(floats)));
    return this;
  }

  static NodeDef.Builder caller(String name, String function, String... in) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("PartitionedCall")
        .addAllInput(List.of(in))
        .putAttr("f", function(function))
        .putAttr("Tin", types(DataType.DT_FLOAT))
        .putAttr("Tout", types(DataType.DT_FLOAT));
  }

  /** Without one of its functions. */
  FrozenGraph without(String function) {
    List<FunctionDef> left = new ArrayList<>(graph.getLibrary().getFunctionList());
    left.removeIf(f -> f.getSignature().getName().equals(function));
    graph.getLibraryBuilder().clearFunction().addAllFunction(left);
    return this;
  }

  /** A function of some tensors a0, a1 that returns one. */
  FrozenGraph define(String name, int arguments, String returned, NodeDef.Builder... body) {
    FunctionDef.Builder f = graph.getLibraryBuilder().addFunctionBuilder();
    f.getSignatureBuilder().setName(name);
    for (int i = 0; i < arguments; i++) {
      f.getSignatureBuilder().addInputArg(argument("a" + i));
    }
    f.getSignatureBuilder().addOutputArg(argument("y"));
    for (NodeDef.Builder node : body) {
      f.addNodeDef(node);
    }
    f.putRet("y", returned);
    return this;
  }

  private static OpDef.ArgDef argument(String name) {
    return OpDef.ArgDef.newBuilder().setName(name).setType(DataType.DT_FLOAT).build();
  }

  /** A node of a function that reads its argument. */
  static NodeDef.Builder unary(String op) {
    return NodeDef.newBuilder().setName("u").setOp(op).addInput("a0").putAttr("T", FLOAT);
  }

  Path write(Path file) {
    try {
      return Files.write(file, graph.build().toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
