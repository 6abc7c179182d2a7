package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.ToldShapes;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What TensorFlow knows of shapes where the rules do not: behind an op without a rule, and where
 * sizes are computed. It is asked twice, for two numbers of images: what differs hangs on their
 * number, and what does not is the same for any. Nothing is run.
 */
final class InferredShapes implements AutoCloseable {
  /** Two primes, so that no product of other sizes grows as they do. */
  private static final int[] IMAGES = {37, 41};

  private final NodeGraph graph;
  private final List<OpenGraph> open = new ArrayList<>();

  private InferredShapes(NodeGraph graph) {
    this.graph = graph;
  }

  /** The network with the shapes that were missing written to its nodes, as far as known. */
  static Network told(Network network, OpRules rules) {
    try (InferredShapes shapes = new InferredShapes(network.graph())) {
      return ToldShapes.ask(network, rules, shapes::of);
    } catch (BadInputException e) {
      return network; // a number of images that does not fit, or a rule that knows better
    }
  }

  private List<Optional<Shape>> of(NodeDef node) {
    if (open.isEmpty()) {
      for (int images : IMAGES) {
        open.add(new OpenGraph(fed(images), Machine.all()));
      }
    }
    return IntStream.range(0, open.get(0).outputs(node.getName()))
        .mapToObj(i -> of(new TensorRef(node.getName(), i)))
        .toList();
  }

  private Optional<Shape> of(TensorRef tensor) {
    TensorShapeProto few = open.get(0).type(tensor).getTensorShape();
    TensorShapeProto many = open.get(1).type(tensor).getTensorShape();
    if (few.getUnknownRank() || many.getUnknownRank() || few.getDimCount() != many.getDimCount()) {
      return Optional.empty();
    }
    return Optional.of(
        new Shape(
            IntStream.range(0, few.getDimCount())
                .mapToObj(a -> size(few.getDim(a).getSize(), many.getDim(a).getSize()))
                .toList()));
  }

  private static int size(long few, long many) {
    boolean known = few >= 0 && many >= 0 && Math.max(few, many) < Integer.MAX_VALUE;
    if (!known || few != many && few * IMAGES[1] != many * IMAGES[0]) {
      return Shape.UNKNOWN;
    }
    return few == many ? (int) few : Shape.batches((int) (few / IMAGES[0]));
  }

  /** The graph for so many images of the size to reckon with. */
  private NodeGraph fed(int images) {
    GraphDef.Builder changed = graph.def().toBuilder();
    for (NodeDef.Builder node : changed.getNodeBuilderList()) {
      if (node.getOp().equals("Placeholder")) {
        Attributes.shape(node.build(), Network.ASSUMED)
            .or(() -> Attributes.shape(node.build(), "shape"))
            .filter(s -> s.rank() > 0 && Shape.isOpen(s.dim(0)))
            .ifPresent(s -> node.putAttr("shape", Attributes.shape(s.with(0, images))));
      }
    }
    return new NodeGraph(changed.build());
  }

  @Override
  public void close() {
    open.forEach(OpenGraph::close);
  }
}
