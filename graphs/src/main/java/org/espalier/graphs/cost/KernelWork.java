package org.espalier.graphs.cost;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.TensorFacts;
import org.espalier.graphs.ops.Work;
import org.tensorflow.proto.NodeDef;

/** What the single weights of kernels cost. */
public final class KernelWork {
  private KernelWork() {}

  /**
   * What one weight of each parameter that layers multiply by costs for one image: every weight of
   * a kernel is multiplied equally often, and all that a layer multiplies is by a weight. A
   * parameter that several nodes read costs in each of them.
   */
  public static Map<String, Work> ofOneWeight(Network network, GraphFacts facts) {
    Map<String, Work> works = new LinkedHashMap<>();
    Set<String> needed = network.needed();
    for (NodeDef node : facts.order()) {
      Work all = CostModel.counted(facts, node);
      if (all.macs() > 0 && needed.contains(node.getName())) {
        ofKernel(facts, node, all, works);
      }
    }
    return works;
  }

  /** Of two parameters that are multiplied with each other, the last is taken for the kernel. */
  private static void ofKernel(GraphFacts facts, NodeDef node, Work all, Map<String, Work> works) {
    String kernel = null;
    long weights = 0;
    for (TensorRef input : NodeGraph.dataInputs(node)) {
      String parameter = facts.graph().parameterInto(input);
      TensorFacts read = facts.tensor(input);
      if (parameter != null && read.shape().filter(Shape::isKnown).isPresent()) {
        kernel = parameter;
        weights = read.shape().get().elements();
      }
    }
    if (kernel != null && weights > 0) {
      Work one = new Work(all.macs() / weights, all.flops() / weights);
      works.merge(kernel, one, Work::plus);
    }
  }
}
