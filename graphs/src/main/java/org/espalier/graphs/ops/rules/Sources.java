package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;
import org.tensorflow.proto.NodeDef;

/** Inputs and constants: nothing can be removed from them. */
final class Sources implements OpRule {
  /** Nobody cuts pixels of flattened images one by one, or sounds. */
  private static final int LONGEST = 1 << 20;

  @Inject
  Sources() {}

  @Override
  public Set<String> ops() {
    return Set.of("Placeholder", "Const");
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    NodeDef node = op.node();
    if (node.getOp().equals("Placeholder")) {
      return List.of(
          Attributes.shape(node, Network.ASSUMED)
              .or(() -> Attributes.shape(node, "shape"))
              .map(s -> TensorFacts.of(fed(s)))
              .orElse(TensorFacts.UNKNOWN));
    }
    return List.of(
        TensorFacts.of(
            Attributes.shape(node.getAttrOrThrow("value").getTensor().getTensorShape())));
  }

  /** What is fed comes in batches; all inputs of a network in the same. */
  private static Shape fed(Shape shape) {
    return shape.rank() > 0 && Shape.isOpen(shape.dim(0)) ? shape.with(0, Shape.BATCH) : shape;
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    if (op.node().getOp().equals("Const")) {
      return List.of(Axes.NONE);
    }
    Shape shape = infer(op).get(0).shape().orElse(Shape.of());
    if (shape.rank() < 2 || shape.last() < 2 || shape.last() > LONGEST) {
      return List.of(Axes.NONE);
    }
    int[] channels = links.fresh(shape.last());
    links.keepWhole(channels, ""); // whoever knows the network says which of its inputs this is
    return List.of(Axes.only(shape.rank(), shape.rank() - 1, channels));
  }
}
