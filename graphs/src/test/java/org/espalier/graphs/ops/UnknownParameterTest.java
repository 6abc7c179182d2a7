package org.espalier.graphs.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.rules.StandardRules;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.NodeDef;

/** Parameters whose shape the graph does not tell contradict nothing. */
class UnknownParameterTest {
  @ParameterizedTest
  @CsvSource({
    "Conv2D, '[?,?,?,?]'",
    "DepthwiseConv2dNative, '[?,?,?,?]'",
    "FusedBatchNormV3, '[?,8,8,3]'",
    "BiasAdd, '[?,8,8,3]'"
  })
  void nothingIsRefused(String name, String shape) {
    NodeDef node =
        NodeDef.newBuilder()
            .setName("layer")
            .setOp(name)
            .putAttr("strides", Attributes.numbers(1, 1, 1, 1))
            .putAttr("dilations", Attributes.numbers(1, 2, 2, 1))
            .build();
    TensorFacts images = TensorFacts.of(Shape.of(Shape.BATCH, 8, 8, 3));
    TensorFacts vector = TensorFacts.of(Shape.of(Shape.UNKNOWN));
    boolean kernel = name.contains("2");
    Op op =
        new Op(
            node,
            kernel
                ? List.of(images, TensorFacts.UNKNOWN)
                : List.of(images, vector, vector, vector, vector));
    assertThat(StandardRules.create().rule(op).infer(op).get(0).shape().orElseThrow())
        .hasToString(shape);
  }
}
