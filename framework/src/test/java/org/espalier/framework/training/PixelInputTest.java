package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

class PixelInputTest {
  private static final Normalisation SCALING =
      new Normalisation(new float[] {0.1f, 0.4f, 0.7f}, new float[] {0.2f, 0.5f, 0.3f});

  private static final Network NETWORK = TestNetworks.network("resnet8", 8, 3, 0.25);

  private static ShapedArray logits(Model model, ShapedArray images) {
    try (Predictor predictor = new Predictor(model, Machine.all())) {
      return predictor.logits(images);
    }
  }

  /** Also of a network whose nodes have the names that the input would have. */
  @Test
  void bytesAreScaledAsInTraining() {
    RandomStream random = RandomStream.of(1, "bytes");
    float[] bytes = new float[2 * 8 * 8 * 3];
    float[] scaled = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = random.nextInt(256);
      scaled[i] = (bytes[i] / 255 - SCALING.mean()[i % 3]) / SCALING.std()[i % 3];
    }
    GraphBuilder g = new GraphBuilder(NETWORK.graph());
    String last = NETWORK.logits().toString();
    for (String name : new String[] {"pixels", "pixels_/floats", "pixelsss"}) {
      last = g.addFloat("Identity", name, last);
    }
    Network named = NETWORK.withGraph(g.build(), Map.of(Network.LOGITS, TensorRef.of(last)));
    Weights weights = TestNetworks.weights(NETWORK, 1);
    for (Network network : new Network[] {NETWORK, named}) {
      Model model = new Model(network, weights);
      Model taking = PixelInput.of(model, SCALING);
      assertThat(taking.network().inputs().keySet()).isEqualTo(network.inputs().keySet());
      assertThat(taking.network().signature()).isEqualTo(network.signature());
      String input = taking.network().images().node();
      assertThat(input).isEqualTo(network == named ? "pixels__" : "pixels");
      assertThat(Attributes.type(taking.network().graph().node(input), "dtype"))
          .isEqualTo(DataType.DT_UINT8);
      ShapedArray expected =
          logits(model, new ShapedArray(network.imageShape().with(0, 2), scaled));
      ShapedArray found = logits(taking, new ShapedArray(network.imageShape().with(0, 2), bytes));
      assertThat(TestNetworks.error(found, expected)).isLessThan(1e-5);
    }
  }
}
