package org.espalier.framework.sessions;

import org.espalier.framework.training.Threads;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat32;

/**
 * A network with weights, ready to compute: images in, logits out. Moving statistics, no training.
 */
public final class Predictor implements AutoCloseable {
  private final Network network;
  private final Graph graph = new Graph();
  private final Session session;

  /** Opens a session. The weights must fit the network. */
  public Predictor(Network network, Weights weights, Threads threads) {
    this.network = network;
    Weights fitting = weights.matching(network.parameters(), network.name());
    GraphBuilder builder = new GraphBuilder(network.graph());
    VariableStore variables = VariableStore.addTo(builder, network.parameters());
    graph.importGraphDef(builder.build());
    session = new Session(graph, SessionConfig.of(threads));
    variables.write(session, fitting);
  }

  /**
   * Computes logits.
   *
   * @param images float32 [n, height, width, channels], scaled as in training
   * @return [n, classes]
   */
  public ShapedArray logits(ShapedArray images) {
    Shape expected = network.imageShape();
    Shape found = images.shape();
    if (found.rank() != 4 || !found.with(0, Shape.UNKNOWN).equals(expected)) {
      throw new BadInputException(
          network.name() + " reads images of shape " + expected + ", found " + found);
    }
    try (TFloat32 x = Tensors.of(images);
        Result result =
            session
                .runner()
                .feed(network.input(Network.IMAGES).toString(), x)
                .fetch(network.output(Network.LOGITS).toString())
                .run()) {
      return Tensors.copy(result.get(0));
    }
  }

  /** The same in batches, for more images than fit in memory at once. */
  public ShapedArray logits(ShapedArray images, int batch) {
    int n = images.shape().dim(0);
    if (n <= batch) {
      return logits(images);
    }
    int each = images.values().length / n;
    float[] all = null;
    int classes = 0;
    for (int start = 0; start < n; start += batch) {
      int count = Math.min(batch, n - start);
      float[] part =
          java.util.Arrays.copyOfRange(images.values(), start * each, (start + count) * each);
      ShapedArray logits = logits(new ShapedArray(images.shape().with(0, count), part));
      classes = logits.shape().dim(1);
      all = all == null ? new float[n * classes] : all;
      System.arraycopy(logits.values(), 0, all, start * classes, count * classes);
    }
    return new ShapedArray(Shape.of(n, classes), all);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
