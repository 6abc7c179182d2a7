package org.espalier.graphs;

import java.util.Set;
import org.tensorflow.proto.NodeDef;

/** Ops that round to the numbers that few bits can hold, and give back floats. */
public final class Quantisers {
  /** By TensorFlow's names. All read the tensor first. */
  public static final Set<String> OPS =
      Set.of(
          "FakeQuantWithMinMaxArgs",
          "FakeQuantWithMinMaxVars",
          "FakeQuantWithMinMaxVarsPerChannel",
          "QuantizeAndDequantizeV2",
          "QuantizeAndDequantizeV3",
          "QuantizeAndDequantizeV4");

  private Quantisers() {}

  /** Whether a node is one of them. */
  public static boolean isOne(NodeDef node) {
    return OPS.contains(node.getOp());
  }

  /** Whether it takes the range from the numbers that it reads, and is told none. */
  public static boolean findsRange(NodeDef node) {
    boolean unless = node.getOp().equals("QuantizeAndDequantizeV3");
    return node.getOp().startsWith("Quantize") && !Attributes.flag(node, "range_given", unless);
  }
}
