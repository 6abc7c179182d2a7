package org.espalier.framework.sessions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.training.Threads;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.GraphIndex;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.proto.NodeDef;

/**
 * A network with weights, ready to compute: images in, logits out. Moving statistics, no training.
 */
public final class Predictor implements AutoCloseable {
  private final Network network;
  private final Map<String, NodeDef> placeholders = new LinkedHashMap<>();
  private final Graph graph = new Graph();
  private final Session session;

  /** Opens a session. The weights must fit the network. */
  public Predictor(Network network, Weights weights, Threads threads) {
    this.network = network;
    GraphIndex index = new GraphIndex(network.graph());
    network.inputs().forEach((key, ref) -> placeholders.put(key, index.node(ref.node())));
    Weights fitting = weights.matching(network.parameters(), network.name());
    GraphBuilder builder = new GraphBuilder(network.graph());
    VariableStore variables = VariableStore.addTo(builder, network.parameters());
    graph.importGraphDef(builder.build());
    session = new Session(graph, SessionConfig.of(threads));
    variables.write(session, fitting);
  }

  /**
   * Computes every output.
   *
   * @param inputs by the names of the network's inputs; numbers are converted to the type that an
   *     input has
   * @return by the names of the network's outputs, converted to float32
   */
  public Map<String, ShapedArray> outputs(Map<String, ShapedArray> inputs) {
    return run(inputs, network.outputs());
  }

  /**
   * Computes logits.
   *
   * @param images float32 [n, height, width, channels], scaled as in training
   * @return [n, classes]
   */
  public ShapedArray logits(ShapedArray images) {
    String key = keyOf(network.images());
    return run(Map.of(key, images), Map.of(Network.LOGITS, network.logits())).get(Network.LOGITS);
  }

  private String keyOf(TensorRef input) {
    return network.inputs().entrySet().stream()
        .filter(e -> e.getValue().equals(input))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private Map<String, ShapedArray> run(
      Map<String, ShapedArray> inputs, Map<String, TensorRef> outputs) {
    List<Tensor> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      placeholders.forEach(
          (key, node) -> {
            ShapedArray array = inputs.get(key);
            if (array == null) {
              throw new BadInputException(
                  network.name() + " reads '" + key + "' too, which was not given");
            }
            check(key, node, array.shape());
            fed.add(Tensors.of(array, Attributes.type(node, "dtype")));
            runner.feed(network.input(key).toString(), fed.get(fed.size() - 1));
          });
      Map<TensorRef, Integer> at = new LinkedHashMap<>();
      for (TensorRef ref : outputs.values()) {
        if (at.putIfAbsent(ref, at.size()) == null) {
          runner.fetch(ref.toString());
        }
      }
      try (Result result = runner.run()) {
        Map<String, ShapedArray> computed = new LinkedHashMap<>();
        outputs.forEach((key, ref) -> computed.put(key, Tensors.copy(result.get(at.get(ref)))));
        return computed;
      }
    } catch (RuntimeException e) {
      throw TensorFlowInfo.isRefusal(e) ? refused(e) : e;
    } finally {
      Tensors.closeAll(fed);
    }
  }

  private BadInputException refused(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return new BadInputException(
        network.name() + " cannot compute: " + message.lines().findFirst().orElse(""), e);
  }

  private void check(String key, NodeDef placeholder, Shape found) {
    Shape expected = Attributes.shape(placeholder, "shape").orElse(found);
    boolean fits = expected.rank() == found.rank();
    for (int a = 0; fits && a < found.rank(); a++) {
      fits = Shape.isOpen(expected.dim(a)) || expected.dim(a) == found.dim(a);
    }
    if (!fits) {
      String what = placeholders.size() == 1 ? "images" : "'" + key + "'";
      throw new BadInputException(
          network.name() + " reads " + what + " of shape " + expected + ", found " + found);
    }
  }

  /** The same in batches, for more images than fit in memory at once. */
  public ShapedArray logits(ShapedArray images, int batch) {
    int n = images.shape().rank() == 0 ? 0 : images.shape().dim(0);
    if (n <= batch) {
      return logits(images);
    }
    int each = images.values().length / n;
    float[] all = null;
    Shape shape = images.shape();
    for (int start = 0; start < n; start += batch) {
      int count = Math.min(batch, n - start);
      float[] part = Arrays.copyOfRange(images.values(), start * each, (start + count) * each);
      ShapedArray logits = logits(new ShapedArray(images.shape().with(0, count), part));
      int size = logits.values().length / count;
      all = all == null ? new float[n * size] : all;
      System.arraycopy(logits.values(), 0, all, start * size, count * size);
      shape = logits.shape();
    }
    return new ShapedArray(shape.with(0, n), all);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
