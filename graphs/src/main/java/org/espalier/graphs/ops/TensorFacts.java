package org.espalier.graphs.ops;

import java.util.Optional;
import org.espalier.graphs.Shape;

/**
 * What is known of a tensor before anything runs.
 *
 * @param shape empty where even the rank is unknown
 * @param integers the values, for small integer tensors that the graph itself computes (axes,
 *     paddings, target shapes)
 */
public record TensorFacts(Optional<Shape> shape, Optional<int[]> integers) {
  public static final TensorFacts UNKNOWN = new TensorFacts(Optional.empty(), Optional.empty());

  public static TensorFacts of(Shape shape) {
    return new TensorFacts(Optional.of(shape), Optional.empty());
  }

  public static TensorFacts of(Shape shape, int[] integers) {
    return new TensorFacts(Optional.of(shape), Optional.of(integers));
  }
}
