package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/**
 * What is known of an array of tensors that a loop of TensorFlow 1 fills: how many there are, and
 * what they make together. What is in them only the loop knows.
 */
final class TensorArrays implements OpRule {
  private static final String ARRAY = "TensorArrayV3";
  private static final String SIZE = "TensorArraySizeV3";
  private static final String GATHER = "TensorArrayGatherV3";

  @Inject
  TensorArrays() {}

  @Override
  public Set<String> ops() {
    return Set.of(ARRAY, SIZE, GATHER);
  }

  @Override
  public boolean applies(Op op) {
    return !op.node().getOp().equals(GATHER) || element(op).isPresent();
  }

  private static Optional<Shape> element(Op op) {
    return Attributes.shape(op.node(), "element_shape");
  }

  /** The handle of an array goes by its size. */
  @Override
  public List<TensorFacts> infer(Op op) {
    Optional<int[]> size = op.input(0).integers().filter(s -> s.length == 1);
    TensorFacts sized = new TensorFacts(Optional.of(Shape.of()), size);
    return switch (op.node().getOp()) {
      case ARRAY -> {
        boolean grows = Attributes.flag(op.node(), "dynamic_size", false);
        yield List.of(grows ? TensorFacts.UNKNOWN : sized, TensorFacts.of(Shape.of()));
      }
      case SIZE -> List.of(sized);
      default -> List.of(TensorFacts.of(together(op)));
    };
  }

  private static Shape together(Op op) {
    Shape element = element(op).orElseThrow();
    int[] dims = new int[element.rank() + 1];
    dims[0] = op.shape(1, 1).dim(0);
    for (int a = 1; a < dims.length; a++) {
      int size = element.dim(a - 1);
      dims[a] = Shape.isOpen(size) ? Shape.UNKNOWN : size;
    }
    return Shape.of(dims);
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    return Collections.nCopies(op.node().getOp().equals(ARRAY) ? 2 : 1, Axes.NONE);
  }
}
