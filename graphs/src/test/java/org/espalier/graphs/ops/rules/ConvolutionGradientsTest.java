package org.espalier.graphs.ops.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.GraphFacts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** Where the sizes of a convolution's gradient do not fit, TensorFlow ends the process. */
class ConvolutionGradientsTest {
  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);

  private final GraphBuilder g = new GraphBuilder();

  private static Shape shape(String text) {
    return Shape.of(
        Arrays.stream(text.split(" "))
            .mapToInt(d -> d.equals("N") ? Shape.BATCH : d.equals("?") ? -1 : Integer.parseInt(d))
            .toArray());
  }

  private String placeholder(String name, String dims) {
    Map<String, AttrValue> attributes =
        Map.of("dtype", FLOAT, "shape", Attributes.shape(shape(dims)));
    return g.add("Placeholder", name, attributes);
  }

  /** What is known of the gradient of a kernel, or of a depthwise convolution's image. */
  private Shape made(String op, int stride, String first, String told, String read) {
    int[] sizes = shape(told).toArray();
    String constant = g.constant("told", Shape.of(sizes.length), sizes);
    String other = placeholder("other", first);
    int[] strides = new int[sizes.length];
    Arrays.fill(strides, stride);
    strides[0] = 1;
    strides[strides.length - 1] = 1;
    boolean ofKernel = op.contains("Filter");
    g.add(
        op,
        "gradient",
        Map.of(
            "T", FLOAT,
            "strides", Attributes.numbers(strides),
            "padding", Attributes.text("SAME")),
        ofKernel ? other : constant,
        ofKernel ? constant : other,
        placeholder("read", read));
    return GraphFacts.of(g.build(), Graphs.WIRED.rules())
        .tensor(TensorRef.of("gradient"))
        .shape()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "Conv2DBackpropFilter, 1, N 8 8 3, 3 3 3 5, N 8 8 5",
    "Conv2DBackpropFilter, 2, N 8 7 3, 3 3 3 5, N 4 4 5",
    "Conv2DBackpropFilter, 1, 2 8 8 3, 3 3 3 5, 2 8 8 5",
    "Conv2DBackpropFilter, 1, N ? ? 3, 3 3 3 5, N 8 8 ?",
    "Conv3DBackpropFilterV2, 1, N 4 8 8 3, 3 3 3 3 5, N 4 8 8 5",
    "DepthwiseConv2dNativeBackpropFilter, 1, N 8 8 3, 3 3 3 2, N 8 8 6",
    "DepthwiseConv2dNativeBackpropInput, 1, 3 3 3 2, 7 8 8 3, N 8 8 6",
    "DepthwiseConv2dNativeBackpropInput, 2, 3 3 3 2, 7 8 8 3, N 4 4 6"
  })
  void whatFitsIsOfTheSizeThatIsTold(
      String op, int stride, String first, String told, String read) {
    assertThat(made(op, stride, first, told, read)).isEqualTo(shape(told));
  }

  @ParameterizedTest
  @CsvSource({
    "Conv2DBackpropFilter, 1, N 8 8 3, 3 3 3 5, N 8 8 6",
    "Conv2DBackpropFilter, 1, N 8 8 3, 3 3 3 5, N 7 8 5",
    "Conv2DBackpropFilter, 1, N 8 8 3, 3 3 3 5, N 8 7 5",
    "Conv2DBackpropFilter, 2, N 8 8 3, 3 3 3 5, N 8 8 5",
    "Conv2DBackpropFilter, 1, N 8 8 3, 3 3 3 5, 2 8 8 5",
    "Conv2DBackpropFilter, 1, 1 8 8 3, 3 3 3 5, 2 8 8 5",
    "Conv3DBackpropFilterV2, 1, N 4 8 8 3, 3 3 3 3 5, N 4 8 8 4",
    "Conv3DBackpropFilterV2, 1, N 4 8 8 3, 3 3 3 3 5, N 3 8 8 5",
    "DepthwiseConv2dNativeBackpropFilter, 1, N 8 8 3, 3 3 3 2, N 8 8 3",
    "DepthwiseConv2dNativeBackpropFilter, 1, N 8 8 3, 3 3 3 1, N 8 8 6",
    "DepthwiseConv2dNativeBackpropInput, 1, 3 3 3 2, 7 8 8 3, N 8 8 3",
    "DepthwiseConv2dNativeBackpropInput, 2, 3 3 3 2, 7 8 8 3, N 8 8 6"
  })
  void whatDoesNotFitIsRefused(String op, int stride, String first, String told, String read) {
    assertThatThrownBy(() -> made(op, stride, first, told, read))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("node 'gradient' (" + op + ") is the gradient of a convolution");
  }
}
