package org.espalier.framework.training;

import java.util.List;
import java.util.Map;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * Writes into the graph how a gradient changes a parameter. An implementation is a record of its
 * settings with a {@link org.espalier.graphs.settings.Named name}. It keeps nothing between steps
 * but its slots, which are variables of the graph: checkpoints hold them.
 */
public interface Optimiser {
  /** What it remembers of each parameter, by name: variables of its shape, zero at the start. */
  List<String> slots();

  /**
   * Numbers that are fed at a step beside the learning rate, by name.
   *
   * @param step counted from 1
   */
  default Map<String, Float> fed(long step) {
    return Map.of();
  }

  /** Adds the nodes that change a parameter. Returns the node that is to be run. */
  String update(Update update);

  /**
   * One parameter and its gradient, weight decay and penalties included.
   *
   * @param graph to add nodes to
   * @param gradient the tensor
   */
  record Update(GraphBuilder graph, Parameter parameter, TensorRef gradient) {
    /** A name for a node of this update. */
    public String name(String node) {
      return OpenGraph.OWN + node + "/" + parameter.name();
    }

    /** The variable of a slot. */
    public String slot(String slot) {
      return slotOf(slot, parameter).name();
    }

    /** The learning rate, a scalar. */
    public String learningRate() {
      return TrainingGraph.LEARNING_RATE;
    }

    /** A node that changes a float32 variable by one of TensorFlow's ops for that. */
    public String apply(String op, boolean nesterov, String... inputs) {
      return graph.add(
          op,
          name("update"),
          Map.of(
              "T", Attributes.type(DataType.DT_FLOAT),
              "use_locking", Attributes.flag(false),
              "use_nesterov", Attributes.flag(nesterov)),
          inputs);
    }

    /** A number of {@link Optimiser#fed}, a scalar. */
    public String fed(String number) {
      return fedName(number);
    }
  }

  /**
   * A gradient and what is added to it. TensorFlow takes a term of shape [1, n] behind a product of
   * matrices for a bias and then refuses it, so such a sum is written otherwise.
   */
  static String sum(GraphBuilder g, Parameter p, String name, String gradient, String term) {
    if (p.shape().rank() == 2 && p.shape().dim(0) == 1) {
      Map<String, AttrValue> types =
          Map.of("T", Attributes.type(DataType.DT_FLOAT), "N", Attributes.number(2));
      return g.add("AddN", name, types, gradient, term);
    }
    return g.addFloat("AddV2", name, gradient, term);
  }

  /** The node that a number is fed to. */
  static String fedName(String number) {
    return OpenGraph.OWN + "fed/" + number;
  }

  /** The parameter of which a variable remembers something. */
  static String parameterOf(String slot) {
    return slot.substring(slot.indexOf('/', OpenGraph.OWN.length()) + 1);
  }

  /** The variable that remembers something of a parameter. */
  static Parameter slotOf(String slot, Parameter p) {
    return new Parameter(
        OpenGraph.OWN + slot + "/" + p.name(), p.shape(), ParameterKind.OTHER, Initializer.zeros());
  }
}
