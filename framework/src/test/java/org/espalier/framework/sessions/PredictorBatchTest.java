package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.junit.jupiter.api.Test;

/** Outputs in batches are those of all examples at once. */
class PredictorBatchTest {
  private static final Network NETWORK = TestNetworks.network("resnet8", 8, 3, 0.25);

  private static Map<String, ShapedArray> outputs(Network network, int batch) {
    Map<String, ShapedArray> inputs = new LinkedHashMap<>();
    network.inputs().keySet().forEach(k -> inputs.put(k, TestNetworks.images(network, 6, 1)));
    Model model = new Model(network, network.initialise(1));
    try (Predictor predictor = new Predictor(model, Machine.threads(1))) {
      return predictor.outputs(inputs, batch);
    }
  }

  /** The last batch is a short one. */
  @Test
  void batchesFollowEachOther() {
    ShapedArray whole = outputs(NETWORK, 6).get("logits");
    ShapedArray parts = outputs(NETWORK, 4).get("logits");
    assertThat(parts.shape()).isEqualTo(Shape.of(6, 10));
    for (int i = 0; i < whole.values().length; i++) {
      assertThat(parts.values()[i])
          .isCloseTo(whole.values()[i], org.assertj.core.data.Offset.offset(1e-5f));
    }
  }

  /** A constant with as many rows as a batch is no row an example. */
  @Test
  void whatHasNoRowForEachExampleIsComputedOnce() {
    GraphBuilder g = new GraphBuilder(NETWORK.graph());
    g.constant("three", new ShapedArray(Shape.of(3), new float[] {1, 2, 3}));
    Map<String, TensorRef> outputs = new LinkedHashMap<>(NETWORK.outputs());
    outputs.put("three", TensorRef.of("three"));
    Network both = new Network("both", g.build(), NETWORK.inputs(), outputs);
    assertThat(outputs(both, 3).get("three").values()).containsExactly(1, 2, 3);
    assertThat(outputs(both, 3).get("logits").shape()).isEqualTo(Shape.of(6, 10));
  }
}
