package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Kernels whose gradient oneDNN computes wrongly are not left to it. */
class StridedKernelsTest {
  private static final int IMAGES = 2;
  private static final int OUT = 3;

  /** The sum of all that a convolution gives, each weighed. */
  private record Convolution(int size, int kernel, int in, int stride, String padding) {
    int given() {
      int whole = padding.equals("SAME") ? size : size - kernel + 1;
      return (whole + stride - 1) / stride;
    }

    ShapedArray images() {
      return random("images", Shape.of(IMAGES, size, size, in));
    }

    ShapedArray weighed() {
      return random("weighed", Shape.of(IMAGES, given(), given(), OUT));
    }

    Shape shape() {
      return Shape.of(kernel, kernel, in, OUT);
    }

    Parameter parameter() {
      return new Parameter("kernel", shape(), ParameterKind.CONV_KERNEL, Initializer.ones());
    }

    NodeGraph graph() {
      GraphBuilder g = new GraphBuilder();
      g.constant("images", images());
      g.constant("weighed", weighed());
      String read = g.parameter(parameter());
      for (String name : List.of("conv", "beside")) {
        g.add(
            "Conv2D",
            name,
            Map.of(
                "T", Attributes.type(DataType.DT_FLOAT),
                "strides", Attributes.numbers(1, stride, stride, 1),
                "padding", Attributes.text(padding)),
            "images",
            read);
      }
      g.addFloat("Mul", "products", "conv", "weighed");
      String axes = g.constant("axes", Shape.of(4), 0, 1, 2, 3);
      g.add(
          "Sum",
          "loss",
          Map.of(
              "T", Attributes.type(DataType.DT_FLOAT),
              "Tidx", Attributes.type(DataType.DT_INT32),
              "keep_dims", Attributes.flag(false)),
          "products",
          axes);
      return g.build();
    }

    private static ShapedArray random(String name, Shape shape) {
      RandomStream random = RandomStream.of(1, name);
      float[] values = new float[(int) shape.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return new ShapedArray(shape, values);
    }
  }

  private static Gradients gradients(NodeGraph graph) {
    return Gradients.add(
        graph, TensorRef.of("loss"), List.of(TensorRef.of(GraphBuilder.readName("kernel"))));
  }

  private static int[] strides(NodeGraph graph, String node) {
    return Attributes.numbers(graph.node(node), "strides");
  }

  @ParameterizedTest
  @CsvSource({"5, 2, SAME", "6, 2, VALID", "7, 3, SAME"})
  void theirGradientIsTheSumOverThePixelsThatTheStrideTakes(int size, int stride, String padding) {
    Convolution c = new Convolution(size, 1, 5, stride, padding);
    Gradients gradients = gradients(c.graph());
    assertThat(strides(gradients.graph(), "conv")).containsOnly(1);
    assertThat(gradients.graph().nodes())
        .filteredOn(n -> n.getOp().equals("Conv2DBackpropFilter"))
        .hasSize(1)
        .allSatisfy(n -> assertThat(Attributes.numbers(n, "strides")).containsOnly(1));
    double[] expected = new double[c.in() * OUT];
    float[] images = c.images().values();
    float[] weighed = c.weighed().values();
    int at = 0;
    for (int image = 0; image < IMAGES; image++) {
      for (int y = 0; y < size; y += stride) {
        for (int x = 0; x < size; x += stride) {
          int pixel = ((image * size + y) * size + x) * c.in();
          for (int i = 0; i < expected.length; i++) {
            expected[i] += (double) images[pixel + i / OUT] * weighed[at + i % OUT];
          }
          at += OUT;
        }
      }
    }
    assertThat(at).as("all outputs").isEqualTo(weighed.length);
    TensorRef gradient = gradients.of().get(0);
    GraphBuilder full = new GraphBuilder(gradients.graph());
    VariableStore variables = VariableStore.addTo(full, List.of(c.parameter()));
    try (OpenGraph open = new OpenGraph(full.build(), Machine.all())) {
      variables.write(open, Weights.of(Map.of("kernel", ShapedArray.filled(c.shape(), 1f))));
      float[] found = open.call().fetch(gradient).run().get(gradient).values();
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) found[i]).isCloseTo(expected[i], within(1e-4));
      }
    }
  }

  @Test
  void onlyWhatTheLossNeedsIsWrittenOtherwise() {
    NodeGraph written = gradients(new Convolution(6, 1, 15, 2, "SAME").graph()).graph();
    assertThat(strides(written, "conv")).containsOnly(1);
    assertThat(strides(written, "beside")).containsExactly(1, 2, 2, 1);
  }

  @ParameterizedTest
  @CsvSource({"1, 16, 2, SAME", "1, 5, 1, SAME", "3, 5, 2, VALID"})
  void othersStay(int kernel, int in, int stride, String padding) {
    NodeGraph graph = new Convolution(6, kernel, in, stride, padding).graph();
    assertThat(StridedKernels.avoided(graph, TensorRef.of("loss"))).isSameAs(graph);
    NodeDef conv = gradients(graph).graph().node("conv");
    assertThat(conv.getInput(0)).isEqualTo("images");
  }
}
