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
import org.espalier.graphs.cost.CostModel;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** The graph that layers are written into: nodes of float32 in NHWC, constants, parameters. */
final class LayerGraph {
  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);
  private static final AttrValue NHWC = Attributes.text("NHWC");

  private final GraphBuilder graph = new GraphBuilder();

  /** The attributes of one node. */
  static final class Attrs {
    private final Map<String, AttrValue> values = new LinkedHashMap<>();

    /** Of an op that is told the type of its tensors by {@code T}, as most are. */
    static Attrs ofFloat() {
      return new Attrs().withFloat("T");
    }

    static Attrs ofNone() {
      return new Attrs();
    }

    Attrs with(String name, AttrValue value) {
      values.put(name, value);
      return this;
    }

    Attrs withFloat(String name) {
      return with(name, FLOAT);
    }

    /** The type of an input of integers. */
    Attrs withInt(String name) {
      return with(name, INT);
    }

    Attrs withFlag(String name, boolean flag) {
      return with(name, Attributes.flag(flag));
    }

    Attrs withImages() {
      return with("data_format", NHWC);
    }

    /** Marks a node that the reference counts as no work. */
    Attrs counted(boolean counted) {
      return counted ? this : withFlag(CostModel.UNCOUNTED, true);
    }
  }

  Value images(Options o) {
    Shape shape = Shape.of(Shape.UNKNOWN, o.height(), o.width(), o.channels());
    return new Value(graph.placeholder(Network.IMAGES, DataType.DT_FLOAT, shape), shape);
  }

  String node(String op, String name, Attrs attributes, String... inputs) {
    return graph.add(op, name, attributes.values, inputs);
  }

  String constant(String name, Shape shape, int... values) {
    return graph.constant(name, shape, values);
  }

  String parameter(String name, ParameterKind kind, Initializer init, int... shape) {
    return graph.parameter(new Parameter(name, Shape.of(shape), kind, init));
  }

  /** Adds a value to each channel. */
  Value biasAdd(Value in, String layer, Initializer bias) {
    String ref =
        node(
            "BiasAdd",
            layer + "/bias_add",
            Attrs.ofFloat().withImages(),
            in.ref(),
            parameter(layer + "/bias", ParameterKind.BIAS, bias, in.channels()));
    return new Value(ref, in.shape());
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
