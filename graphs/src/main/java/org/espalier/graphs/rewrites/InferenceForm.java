package org.espalier.graphs.rewrites;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.NodeDef;

/**
 * What serving needs and nothing more: batch norm with moving statistics, masks multiplied into the
 * weights, no node that no output needs.
 */
public final class InferenceForm implements GraphRewrite {
  @Override
  public String name() {
    return "inference-form";
  }

  @Override
  public String description() {
    return "what serving needs: masks multiplied in, training nodes and idle identities gone";
  }

  @Override
  public Rewritten apply(Network network) {
    GraphEdit edit = new GraphEdit(network);
    for (String name : edit.nodeNames()) {
      NodeDef.Builder node = edit.node(name);
      if (node.containsAttr(TrainingForm.MARK)) {
        node.removeAttr(TrainingForm.MARK);
        node.putAttr("is_training", Attributes.flag(false));
        node.removeAttr("exponential_avg_factor");
      } else if (node.containsAttr(NodeGraph.MASKED)) {
        edit.redirect(TensorRef.of(name), TensorRef.parse(node.getInput(0)), "");
      } else if (node.getOp().equals("Identity") && !network.outputNodes().contains(name)) {
        edit.redirect(TensorRef.of(name), TensorRef.parse(node.getInput(0)), "");
      }
    }
    return new Rewritten(edit.build(), w -> multiply(w, network.masks()));
  }

  private static Weights multiply(Weights weights, Map<String, String> maskOf) {
    Map<String, ShapedArray> merged = new LinkedHashMap<>(weights.asMap());
    maskOf.forEach(
        (parameter, mask) -> {
          merged.put(parameter, weights.get(parameter).where(weights.get(mask)));
          merged.remove(mask);
        });
    return Weights.of(merged);
  }
}
