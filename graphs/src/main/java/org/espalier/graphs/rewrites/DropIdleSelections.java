package org.espalier.graphs.rewrites;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRules;
import org.tensorflow.proto.NodeDef;

/** Selections that take all channels, in their order, do nothing and go. */
public final class DropIdleSelections implements GraphRewrite {
  private final OpRules rules;

  @Inject
  public DropIdleSelections(OpRules rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "drop-idle-selections";
  }

  @Override
  public String description() {
    return "selections that take every channel go";
  }

  @Override
  public Rewritten apply(Network network) {
    GraphFacts facts = GraphFacts.of(network, rules);
    GraphEdit edit = new GraphEdit(network);
    List<NodeDef> order = facts.order();
    for (NodeDef node : order) {
      if (Attributes.flag(node, Op.SELECTION, false) && takesAll(facts.op(node))) {
        String selected = edit.node(node.getName()).getInput(0);
        edit.redirect(TensorRef.of(node.getName()), TensorRef.parse(selected), "");
      }
    }
    return new Rewritten(edit.build(), UnaryOperator.identity());
  }

  private static boolean takesAll(Op op) {
    Shape in = op.shape(0);
    int size = in.dim(op.axis(op.integers(2)[0], in.rank()));
    return Arrays.equals(op.integers(1), IntStream.range(0, Math.max(0, size)).toArray());
  }
}
