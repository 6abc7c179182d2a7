package org.espalier.framework.training;

import java.util.Map;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * The accelerated proximal gradient step of Huang and Wang 2018, Data-Driven Sparse Structure
 * Selection, section 3.3, as their code has it: with the gradient g of the mean loss alone, the
 * learning rate r and the penalty's strength s,
 *
 * <pre>
 * v = 0.9 v;  z = soft(w - r g, r s);  v = z - w + v;  w = max(0, z + 0.9 v)
 * soft(a, t) = sign(a) max(|a| - t, 0)
 * </pre>
 *
 * <p>There is no weight decay on the scales, as in the reference. v is a variable of the graph, so
 * checkpoints hold it.
 */
final class ProximalStep {
  /** The one slot, v. */
  static final String VELOCITY = "velocity";

  static final float MOMENTUM = 0.9f;

  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);

  private final GraphBuilder graph;
  private final String at;

  private ProximalStep(GraphBuilder graph, String at) {
    this.graph = graph;
    this.at = at;
  }

  /**
   * Adds the nodes that change a scale. Returns the node that is to be run.
   *
   * @param gradient of the mean loss
   */
  static String write(GraphBuilder graph, Parameter p, TensorRef gradient, double strength) {
    return new ProximalStep(graph, OpenGraph.OWN + "proximal/" + p.name() + "/")
        .write(p, gradient.toString(), (float) strength);
  }

  private String write(Parameter p, String gradient, float strength) {
    String rate = TrainingGraph.LEARNING_RATE;
    String scale = GraphBuilder.readName(p.name());
    String slot = Optimiser.slotOf(VELOCITY, p).name();
    String momentum = graph.constant(at + "momentum", ShapedArray.scalar(MOMENTUM));
    String carried = op("Mul", "carried", GraphBuilder.readName(slot), momentum);
    String moved = op("Sub", "moved", scale, op("Mul", "descent", gradient, rate));
    String weight = graph.constant(at + "strength", ShapedArray.scalar(strength));
    String z = soft(moved, op("Mul", "threshold", rate, weight));
    String velocity = op("AddV2", "velocity", op("Sub", "way", z, scale), carried);
    String ahead = op("AddV2", "ahead", z, op("Mul", "lead", velocity, momentum));
    String next = graph.addFloat("Relu", at + "next", ahead);
    String kept = assign("keep", slot, velocity);
    return assign("update", p.name(), next, "^" + kept);
  }

  private String soft(String tensor, String threshold) {
    String size = graph.addFloat("Abs", at + "size", tensor);
    String left = graph.addFloat("Relu", at + "left", op("Sub", "less", size, threshold));
    return op("Mul", "soft", graph.addFloat("Sign", at + "sign", tensor), left);
  }

  private String op(String op, String name, String a, String b) {
    return graph.addFloat(op, at + name, a, b);
  }

  private String assign(String name, String... inputs) {
    return graph.add("AssignVariableOp", at + name, Map.of("dtype", FLOAT), inputs);
  }
}
