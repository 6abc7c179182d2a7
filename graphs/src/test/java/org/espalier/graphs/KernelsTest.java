package org.espalier.graphs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

/** Along which axis of a kernel the channels lie that are read. */
class KernelsTest {
  private final GraphBuilder b = new GraphBuilder();

  private String kernel(String name, ParameterKind kind, int... shape) {
    return b.parameter(new Parameter(name, Shape.of(shape), kind, new Initializer.He(true)));
  }

  /** A convolution, one that is turned round, and two matrices, of which one is read transposed. */
  private Network network() {
    String images =
        b.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 6, 6, 3));
    String size = b.constant("size", Shape.of(4), 1, 6, 6, 50);
    String conv =
        b.addFloat("Conv2D", "conv", images, kernel("c", ParameterKind.CONV_KERNEL, 3, 3, 3, 4));
    String turned = kernel("t", ParameterKind.CONV_KERNEL, 20, 20, 50, 4);
    String up = b.addFloat("Conv2DBackpropInput", "up", size, turned, conv);
    String a = b.addFloat("MatMul", "a", up, kernel("m", ParameterKind.DENSE_KERNEL, 50, 7));
    String c =
        b.add(
            "MatMul",
            "b",
            Map.of("T", Attributes.type(DataType.DT_FLOAT), "transpose_b", Attributes.flag(true)),
            a,
            kernel("n", ParameterKind.DENSE_KERNEL, 5, 7));
    b.add(
        "BatchMatMulV2",
        Network.LOGITS,
        Map.of("T", Attributes.type(DataType.DT_FLOAT), "adj_y", Attributes.flag(true)),
        c,
        kernel("o", ParameterKind.DENSE_KERNEL, 6, 5));
    return new Network(
        "kernels",
        b.build(),
        Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
        Map.of(Network.LOGITS, TensorRef.of(Network.LOGITS)));
  }

  @Test
  void eachLayerReadsAlongItsOwnAxis() {
    assertThat(Kernels.inputAxes(network()))
        .containsExactlyInAnyOrderEntriesOf(Map.of("c", 2, "t", 3, "m", 0, "n", 1, "o", 1));
  }

  /** Of 4 input channels, each reaches 10,000 outputs where half of the weights are left. */
  @Test
  void freshWeightsOfAConvolutionThatIsTurnedRoundAreSpreadByWhatItReads() {
    Network plain = network();
    Shape shape = plain.parameter("t").shape();
    float[] half = new float[(int) shape.elements()];
    for (int i = 0; i < half.length / 2; i++) {
      half[i] = 1;
    }
    Map<String, ShapedArray> masks = Map.of("t", new ShapedArray(shape, half));
    Model model = new Model(plain, plain.initialise(1)).rewritten(new InsertMasks(masks.keySet()));
    Model masked =
        new Model(model.network(), new Masks(masks).put(model.network(), model.weights()));
    double squares = 0;
    for (float w : masked.fresh(7).weights().get("t").values()) {
      squares += (double) w * w;
    }
    assertThat(squares / (half.length / 2)).isCloseTo(2.0 / 10_000, within(0.05 * 2 / 10_000));
  }
}
