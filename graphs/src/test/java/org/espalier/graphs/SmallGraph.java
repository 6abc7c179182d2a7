package org.espalier.graphs;

import java.util.Map;
import org.espalier.graphs.Initializer.He;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** Writes networks that no architecture makes. Images are 8x8x3. */
public final class SmallGraph {
  public static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);

  public final GraphBuilder nodes = new GraphBuilder();

  public SmallGraph() {
    nodes.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 8, 8, 3));
  }

  /** A 3x3 convolution with a kernel of its own. */
  public String conv(String in, String name, int from, int to) {
    String kernel =
        nodes.parameter(
            new Parameter(
                name + "/kernel",
                Shape.of(3, 3, from, to),
                ParameterKind.CONV_KERNEL,
                new He(true)));
    return nodes.add(
        "Conv2D",
        name,
        Map.of(
            "T",
            FLOAT,
            "strides",
            Attributes.numbers(1, 1, 1, 1),
            "padding",
            Attributes.text("SAME"),
            "data_format",
            Attributes.text("NHWC")),
        in,
        kernel);
  }

  public String norm(String in, String name, int channels, Map<String, AttrValue> more) {
    String[] parts = {"scale", "offset", "mean", "variance"};
    String[] inputs = new String[5];
    inputs[0] = in;
    for (int i = 0; i < 4; i++) {
      ParameterKind kind = ParameterKind.of("bn-" + parts[i]);
      inputs[i + 1] =
          nodes.parameter(
              new Parameter(
                  name + "/" + parts[i], Shape.of(channels), kind, new Initializer.Uniform(1)));
    }
    Map<String, AttrValue> attributes = new java.util.HashMap<>(more);
    attributes.put("T", FLOAT);
    attributes.put("U", FLOAT);
    attributes.put("is_training", Attributes.flag(false));
    return nodes.add("FusedBatchNormV3", name, attributes, inputs);
  }

  public Network end(String logits) {
    return network(nodes.build(), logits);
  }

  public static Network network(NodeGraph graph, String logits) {
    return new Network(
        "small",
        graph,
        Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
        Map.of(Network.LOGITS, TensorRef.parse(logits)));
  }
}
