package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

class DigestsTest {
  private static final float[] SIX = {1, 2, 3, 4, 5, 6};

  private static String of(String name, Shape shape, float... values) {
    return Digests.of(Weights.of(Map.of(name, new ShapedArray(shape, values))));
  }

  @Test
  void weightsAreToldApartByNameShapeAndBits() {
    Set<String> digests = new TreeSet<>();
    digests.add(of("w", Shape.of(2, 3), SIX));
    digests.add(of("v", Shape.of(2, 3), SIX));
    digests.add(of("w", Shape.of(3, 2), SIX));
    digests.add(of("w", Shape.of(6), SIX));
    digests.add(of("w", Shape.of(1, 2, 3), SIX));
    digests.add(of("w", Shape.of(2, 3), 1, 2, 3, 4, 5, Math.nextUp(6f)));
    digests.add(of("w", Shape.of(2, 3), 2, 1, 3, 4, 5, 6));
    digests.add(of("w", Shape.of(1), 0f));
    digests.add(of("w", Shape.of(1), -0f));
    assertThat(digests).hasSize(9);
    assertThat(of("w", Shape.of(2, 3), SIX.clone())).isEqualTo(of("w", Shape.of(2, 3), SIX));
  }

  /** Weights are large, and a run asks for the digest of the same ones several times. */
  @Test
  void theDigestOfAnObjectIsComputedOnce() {
    float[] values = SIX.clone();
    Weights weights = Weights.of(Map.of("w", new ShapedArray(Shape.of(6), values)));
    String first = Digests.of(weights);
    values[0] = 9; // nobody may do so; here it shows whether the values are read again
    assertThat(Digests.of(weights)).isSameAs(first);
    assertThat(Digests.of(weights.filter(n -> true))).isNotEqualTo(first);
    assertThat(Digests.of(weights.with(Weights.empty()))).isNotEqualTo(first);
  }

  /** A digest that was written to a file must be found again by every later Espalier. */
  @Test
  void digestsStayWhatTheyWere() {
    assertThat(of("w", Shape.of(2, 3), SIX))
        .isEqualTo("80c26367007d2b214775ad6fa110103d6dbb2f1315fddbd9ec13b604a0f978b4");
    assertThat(Digests.of(twoOutputs("a")))
        .isEqualTo("a8804c5d6f77cb92757a38dbcc77c8afd45538bfe5acfecd1b474900e6874a79");
  }

  /** Two outputs, of which one is the logits. */
  private static Network twoOutputs(String logits) {
    GraphBuilder g = new GraphBuilder();
    g.placeholder("images", DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 4));
    g.addFloat("Relu", "a", "images");
    g.addFloat("Neg", "b", "images");
    return new Network(
        "two",
        g.build(),
        Map.of("images", TensorRef.of("images")),
        Map.of("logits", TensorRef.of(logits)));
  }

  @Test
  void networksAreToldApartByTheirEndpointsToo() {
    assertThat(Digests.of(twoOutputs("a"))).isNotEqualTo(Digests.of(twoOutputs("b")));
    Network network = TestNetworks.network("resnet8", 10, 1, 0.125);
    assertThat(Digests.of(network.named("another")))
        .as("a name is no part of what is computed")
        .isEqualTo(Digests.of(network));
  }
}
