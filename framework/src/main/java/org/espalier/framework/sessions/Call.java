package org.espalier.framework.sessions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.TString;

/**
 * One run of a session: what is fed, what is done, what comes out. Run it once. Arrays are copied
 * in and out when it runs, so nothing of TensorFlow's memory is seen outside.
 */
public final class Call {
  private final Session.Runner runner;
  private final Map<String, Supplier<Tensor>> feeds = new LinkedHashMap<>();
  private final Map<TensorRef, Integer> fetched = new LinkedHashMap<>();

  Call(Session.Runner runner) {
    this.runner = runner;
  }

  /** Made only when the call runs: a call that is given up holds no memory of TensorFlow's. */
  private Call feed(String tensor, Supplier<Tensor> made) {
    feeds.put(tensor, made);
    return this;
  }

  public Call feed(String tensor, ShapedArray floats) {
    return feed(tensor, () -> Tensors.of(floats));
  }

  /** Numbers, converted to a type. */
  public Call feed(String tensor, ShapedArray numbers, DataType type) {
    return feed(tensor, () -> Tensors.of(numbers, type));
  }

  /**
   * The first images of a buffer.
   *
   * @param image [?, height, width, channels]
   */
  public Call feedPixels(String tensor, Shape image, byte[] pixels, int count) {
    return feed(
        tensor, () -> Tensors.pixels(pixels, count, image.dim(1), image.dim(2), image.dim(3)));
  }

  /** The first labels of a buffer. */
  public Call feedLabels(String tensor, int[] labels, int count) {
    return feed(tensor, () -> Tensors.labels(labels, count));
  }

  public Call feedText(String tensor, String text) {
    return feed(tensor, () -> TString.scalarOf(text));
  }

  /** A node that is to be run for what it does. */
  public Call target(String node) {
    runner.addTarget(node);
    return this;
  }

  /** A tensor that is to come out; asking for one twice is asking once. */
  public Call fetch(TensorRef tensor) {
    if (fetched.putIfAbsent(tensor, fetched.size()) == null) {
      runner.fetch(tensor.node(), tensor.output());
    }
    return this;
  }

  /**
   * Runs; numbers come out as float32.
   *
   * @throws MemoryException if there is no memory for it
   */
  public Map<TensorRef, ShapedArray> run() {
    return run(Tensors::copy);
  }

  /** Runs; float64 comes out as it is, row by row, and nothing else may be asked for. */
  public Map<TensorRef, double[]> doubles() {
    return run(Tensors::doubles);
  }

  /** Runs; strings come out row by row. */
  Map<TensorRef, List<String>> texts() {
    return run(Tensors::texts);
  }

  /** Runs; tensors come out in their own types. */
  public Map<TensorRef, TensorProto> protos() {
    return run(Tensors::proto);
  }

  private <T> Map<TensorRef, T> run(Function<Tensor, T> copy) {
    List<Tensor> fed = new ArrayList<>();
    try {
      feeds.forEach(
          (tensor, made) -> {
            fed.add(made.get());
            runner.feed(tensor, fed.get(fed.size() - 1));
          });
      try (Result result = runner.run()) {
        Map<TensorRef, T> computed = new LinkedHashMap<>();
        fetched.forEach((ref, at) -> computed.put(ref, copy.apply(result.get(at))));
        return computed;
      }
    } catch (RuntimeException e) {
      throw MemoryException.orAsItIs(e);
    } finally {
      Tensors.closeAll(fed);
    }
  }
}
