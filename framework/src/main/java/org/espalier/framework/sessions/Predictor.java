package org.espalier.framework.sessions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A network with weights, ready to compute: images in, logits out. Moving statistics, no training.
 */
public final class Predictor implements AutoCloseable {
  private final Network network;
  private final Map<String, NodeDef> placeholders = new LinkedHashMap<>();
  private final VariableStore variables;
  private final OpenGraph open;
  private int fitting;

  /** Opens a session. The weights must fit the network. */
  public Predictor(Model model, Machine machine) {
    this(model, machine, false);
  }

  /** One of which only a few runs are wanted: ready sooner, each run slower. */
  public static Predictor forFewRuns(Model model, Machine machine) {
    return new Predictor(model, machine, true);
  }

  private Predictor(Model model, Machine machine, boolean fewRuns) {
    network = model.network();
    network.inputs().forEach((key, ref) -> placeholders.put(key, network.graph().node(ref.node())));
    GraphBuilder builder = new GraphBuilder(network.graph());
    variables = VariableStore.addTo(builder, network.parameters());
    open =
        OpenGraph.prepared(
            builder.build(), machine, fewRuns, g -> variables.write(g, model.weights()));
  }

  /** Sets the weights that are named; all others stay. */
  public void set(Weights some) {
    variables.write(open, some);
  }

  /**
   * Computes every output.
   *
   * @param inputs by the names of the network's inputs; numbers are converted to the type that an
   *     input has
   * @return by the names of the network's outputs, converted to float32; without those of strings
   */
  public Map<String, ShapedArray> outputs(Map<String, ShapedArray> inputs) {
    return computed(inputs).numbers();
  }

  /**
   * The same in batches, for more examples than fit in memory at once. Inputs that do not all have
   * as many examples, or outputs that have not one each, are computed in one go.
   *
   * @param batch the most examples at once
   */
  public Map<String, ShapedArray> outputs(Map<String, ShapedArray> inputs, int batch) {
    int n = examples(inputs);
    if (n <= batch || !network.outputs().values().stream().allMatch(this::isOpenInFront)) {
      return outputs(inputs);
    }
    Map<String, List<ShapedArray>> parts = new LinkedHashMap<>();
    for (int start = 0; start < n; start += batch) {
      int count = Math.min(batch, n - start);
      for (Map.Entry<String, ShapedArray> part : outputs(rows(inputs, start, count)).entrySet()) {
        Shape shape = part.getValue().shape();
        if (shape.rank() == 0 || shape.dim(0) != count) {
          return outputs(inputs);
        }
        parts.computeIfAbsent(part.getKey(), k -> new ArrayList<>()).add(part.getValue());
      }
    }
    Map<String, ShapedArray> whole = new LinkedHashMap<>();
    parts.forEach((key, arrays) -> whole.put(key, joined(arrays, n)));
    return whole;
  }

  /** Whether TensorFlow leaves open how many rows there are: those of a constant it knows. */
  private boolean isOpenInFront(TensorRef output) {
    TensorShapeProto shape = open.type(output).getTensorShape();
    return shape.getUnknownRank() || shape.getDimCount() > 0 && shape.getDim(0).getSize() < 0;
  }

  /** How many examples all inputs have; 0 if they differ in that, or take a given number. */
  private int examples(Map<String, ShapedArray> inputs) {
    Set<Integer> counts = new HashSet<>();
    for (Map.Entry<String, NodeDef> placeholder : placeholders.entrySet()) {
      Shape taken = Attributes.shape(placeholder.getValue(), "shape").orElse(Shape.of());
      ShapedArray given = inputs.get(placeholder.getKey());
      boolean open = taken.rank() > 0 && Shape.isOpen(taken.dim(0));
      counts.add(open && given != null && given.shape().rank() > 0 ? given.shape().dim(0) : 0);
    }
    return counts.size() == 1 ? counts.iterator().next() : 0;
  }

  private static Map<String, ShapedArray> rows(
      Map<String, ShapedArray> inputs, int start, int count) {
    Map<String, ShapedArray> rows = new LinkedHashMap<>();
    inputs.forEach(
        (key, array) -> {
          int each = array.values().length / array.shape().dim(0);
          float[] part = Arrays.copyOfRange(array.values(), start * each, (start + count) * each);
          rows.put(key, new ShapedArray(array.shape().with(0, count), part));
        });
    return rows;
  }

  private static ShapedArray joined(List<ShapedArray> parts, int n) {
    int size = parts.stream().mapToInt(part -> part.values().length).sum();
    float[] all = new float[size];
    int at = 0;
    for (ShapedArray part : parts) {
      System.arraycopy(part.values(), 0, all, at, part.values().length);
      at += part.values().length;
    }
    return new ShapedArray(parts.get(0).shape().with(0, n), all);
  }

  /** Computes every output, also those of strings. */
  public Outputs computed(Map<String, ShapedArray> inputs) {
    Map<String, TensorRef> numbers = new LinkedHashMap<>();
    Map<String, TensorRef> texts = new LinkedHashMap<>();
    network.outputs().forEach((key, ref) -> (holdsText(ref) ? texts : numbers).put(key, ref));
    return new Outputs(run(inputs, numbers), texts(inputs, texts));
  }

  private boolean holdsText(TensorRef ref) {
    return open.type(ref).getDtype() == DataType.DT_STRING;
  }

  private Map<String, List<String>> texts(
      Map<String, ShapedArray> inputs, Map<String, TensorRef> outputs) {
    Map<String, List<String>> computed = new LinkedHashMap<>();
    if (!outputs.isEmpty()) {
      Map<TensorRef, List<String>> fetched = run(inputs, outputs, Call::texts);
      outputs.forEach((key, ref) -> computed.put(key, fetched.get(ref)));
    }
    return computed;
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
    Map<String, ShapedArray> computed = new LinkedHashMap<>();
    if (!outputs.isEmpty()) {
      Map<TensorRef, ShapedArray> fetched = run(inputs, outputs, Call::run);
      outputs.forEach((key, ref) -> computed.put(key, fetched.get(ref)));
    }
    return computed;
  }

  private <T> Map<TensorRef, T> run(
      Map<String, ShapedArray> inputs,
      Map<String, TensorRef> outputs,
      Function<Call, Map<TensorRef, T>> run) {
    Call call = open.call();
    placeholders.forEach(
        (key, node) -> {
          ShapedArray array = inputs.get(key);
          if (array == null) {
            throw new BadInputException(
                network.name() + " reads '" + key + "' too, which was not given");
          }
          check(key, node, array.shape());
          call.feed(network.input(key).toString(), array, Attributes.type(node, "dtype"));
        });
    outputs.values().forEach(call::fetch);
    fits(inputs.values());
    try {
      return run.apply(call);
    } catch (RuntimeException e) {
      throw TensorFlowRuntime.isRefusal(e) ? refused(e) : e;
    }
  }

  /** So many images are asked for once. */
  private void fits(Collection<ShapedArray> inputs) {
    int images = 1;
    for (ShapedArray input : inputs) {
      images = Math.max(images, input.shape().rank() == 0 ? 1 : input.shape().dim(0));
    }
    if (images > fitting) {
      open.checkFits(images);
      fitting = images;
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
    String key = keyOf(network.images());
    List<ShapedArray> parts = new ArrayList<>();
    for (int start = 0; start < n; start += batch) {
      parts.add(logits(rows(Map.of(key, images), start, Math.min(batch, n - start)).get(key)));
    }
    return joined(parts, n);
  }

  @Override
  public void close() {
    open.close();
  }
}
