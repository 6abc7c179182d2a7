package org.espalier.framework.training;

import java.util.Map;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.DataType;

/** A network with the scaling of its images inside, so that whoever serves it need not know it. */
public final class PixelInput {
  private static final String PIXELS = "pixels";

  private PixelInput() {}

  /**
   * The same model on pixels.
   *
   * @param model with one input, images
   * @return its input, under the same name, is uint8 [?, height, width, channels]
   */
  public static Model of(Model model, Normalisation scaling) {
    Network network = model.network();
    GraphBuilder g = new GraphBuilder();
    String pixels = free(network);
    g.placeholder(pixels, DataType.DT_UINT8, network.imageShape());
    TrainingGraph.copy(g, network, PixelScaling.write(g, pixels, scaling), "");
    String key = network.inputs().keySet().iterator().next();
    Network taking =
        new Network(network.name(), g.build(), Map.of(key, TensorRef.of(pixels)), network.outputs())
            .withSignature(network.signature());
    return new Model(taking, model.weights());
  }

  /** A name that no node of the network has, nor begins with. */
  private static String free(Network network) {
    String name = PIXELS;
    while (isTaken(network, name)) {
      name += "_";
    }
    return name;
  }

  private static boolean isTaken(Network network, String name) {
    return network.graph().nodes().stream()
        .anyMatch(n -> n.getName().equals(name) || n.getName().startsWith(name + "/"));
  }
}
