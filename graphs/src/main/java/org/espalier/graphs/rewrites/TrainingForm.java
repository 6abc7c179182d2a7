package org.espalier.graphs.rewrites;

import java.util.function.UnaryOperator;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.tensorflow.proto.NodeDef;

/**
 * Batch norm with the statistics of the batch. Its outputs 1 and 2 become the next moving mean and
 * variance: 0.9 times the old plus 0.1 times the batch's, with the unbiased variance, as PyTorch
 * does.
 */
public final class TrainingForm implements GraphRewrite {
  /** The share of the batch in the moving statistics. */
  public static final float STATISTICS_RATE = 0.1f;

  /** Marks what belongs to training and goes in the inference form. */
  public static final String MARK = "_training";

  @Override
  public String name() {
    return "training-form";
  }

  @Override
  public String description() {
    return "fused batch norm takes the statistics of the batch";
  }

  @Override
  public Rewritten apply(Network network) {
    GraphEdit edit = new GraphEdit(network);
    for (String name : edit.nodeNames()) {
      NodeDef.Builder node = edit.node(name);
      if (node.getOp().equals("FusedBatchNormV3")) {
        node.putAttr("is_training", Attributes.flag(true));
        node.putAttr(MARK, Attributes.flag(true));
        node.putAttr("exponential_avg_factor", Attributes.real(STATISTICS_RATE));
      }
    }
    return new Rewritten(edit.build(), UnaryOperator.identity());
  }
}
