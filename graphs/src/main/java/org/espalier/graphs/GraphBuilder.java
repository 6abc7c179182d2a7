package org.espalier.graphs;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

/**
 * Writes a graph node by node, straight into the protocol buffer. Every method returns the name of
 * the tensor that it made.
 */
public final class GraphBuilder {
  /** What TensorFlow 2.18 writes; readers of that age and later accept it. */
  private static final VersionDef VERSIONS =
      VersionDef.newBuilder().setProducer(1994).setMinConsumer(12).build();

  static final String KIND = "_kind";
  static final String INITIALIZER = "_initializer";

  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();

  public GraphBuilder() {}

  /** Starts from an existing graph. */
  public GraphBuilder(NodeGraph graph) {
    graph.nodes().forEach(n -> nodes.put(n.getName(), n));
  }

  public String add(NodeDef node) {
    if (nodes.putIfAbsent(node.getName(), node) != null) {
      throw new BadInputException("two nodes are named '" + node.getName() + "'");
    }
    return node.getName();
  }

  public String add(String op, String name, Map<String, AttrValue> attributes, String... inputs) {
    return add(
        NodeDef.newBuilder()
            .setName(name)
            .setOp(op)
            .putAllAttr(attributes)
            .addAllInput(java.util.List.of(inputs))
            .build());
  }

  /** A node whose only attribute is the type float. */
  public String addFloat(String op, String name, String... inputs) {
    return add(op, name, Map.of("T", Attributes.type(DataType.DT_FLOAT)), inputs);
  }

  public String placeholder(String name, DataType type, Shape shape) {
    return add(
        "Placeholder",
        name,
        Map.of("dtype", Attributes.type(type), "shape", Attributes.shape(shape)));
  }

  public String constant(String name, Shape shape, int... values) {
    return add(
        "Const",
        name,
        Map.of(
            "dtype", Attributes.type(DataType.DT_INT32), "value", Attributes.ints(shape, values)));
  }

  public String constant(String name, ShapedArray values) {
    return add(
        "Const",
        name,
        Map.of("dtype", Attributes.type(DataType.DT_FLOAT), "value", Attributes.floats(values)));
  }

  /** A resource variable and the one node that reads it. Returns the read. */
  public String parameter(Parameter p) {
    add(variable(p));
    return add(read(p.name()));
  }

  /** The one node that reads a parameter. */
  public static NodeDef read(String parameter) {
    return NodeDef.newBuilder()
        .setName(readName(parameter))
        .setOp("ReadVariableOp")
        .addInput(parameter)
        .putAttr("dtype", Attributes.type(DataType.DT_FLOAT))
        .build();
  }

  /** The name of the node that reads a parameter. */
  public static String readName(String parameter) {
    return parameter + "/read";
  }

  /** The variable node of a parameter. Its attributes carry all that {@link Parameter} says. */
  public static NodeDef variable(Parameter p) {
    return NodeDef.newBuilder()
        .setName(p.name())
        .setOp("VarHandleOp")
        .putAttr("dtype", Attributes.type(DataType.DT_FLOAT))
        .putAttr("shape", Attributes.shape(p.shape()))
        .putAttr("shared_name", Attributes.text(p.name()))
        .putAttr("container", Attributes.text(""))
        .putAttr(KIND, Attributes.text(p.kind().label()))
        .putAttr(INITIALIZER, Attributes.text(p.initializer().text()))
        .build();
  }

  public NodeGraph build() {
    return new NodeGraph(
        GraphDef.newBuilder().addAllNode(nodes.values()).setVersions(VERSIONS).build());
  }
}
