package org.espalier.framework.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Gradients;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.sessions.VariableStore;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.SmallMapsAsDense;
import org.espalier.graphs.rewrites.TrainingForm;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Writes the graph that trains a network: images scaled, the training form with its loss,
 * gradients, SGD with momentum as PyTorch defines it, moving statistics; and beside it the same
 * network in inference form on the same variables, to evaluate with.
 *
 * @param graph all of it
 * @param variables to set and read the network's parameters and the momentum
 */
public record TrainingGraph(NodeGraph graph, VariableStore variables, VariableStore momentum) {
  static final String PIXELS = OpenGraph.OWN + "pixels";
  static final String LABELS = OpenGraph.OWN + "labels";
  static final String LEARNING_RATE = OpenGraph.OWN + "learning_rate";
  static final String LOSS = "loss";
  static final String CORRECT = "correct";
  static final String STEP = OpenGraph.OWN + "step";
  static final String TRAIN = OpenGraph.OWN + "train/";
  static final String EVAL = OpenGraph.OWN + "eval/";
  static final String MOMENTUM = OpenGraph.OWN + "momentum/";

  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  /** What the optimiser needs to know; the learning rate is fed at each step. */
  public record Optimiser(float momentum, boolean nesterov, float weightDecay) {}

  static TrainingGraph write(
      Network network, Normalisation normalisation, Optimiser optimiser, OpRules rules) {
    GraphBuilder g = new GraphBuilder();
    Shape images = network.imageShape();
    g.placeholder(PIXELS, DataType.DT_UINT8, images);
    g.placeholder(LABELS, DataType.DT_INT32, Shape.of(Shape.UNKNOWN));
    g.placeholder(LEARNING_RATE, DataType.DT_FLOAT, Shape.of());
    String scaled = PixelScaling.write(g, PIXELS, normalisation);
    GraphRewrite faster = new SmallMapsAsDense(rules);
    Network training = new TrainingForm().apply(network).then(faster).network();
    copy(g, training, scaled, "");
    writeLoss(g, scores(network).toString(), TRAIN);
    copy(g, faster.apply(network).network(), scaled, EVAL);
    TensorRef logits = scores(network);
    writeLoss(g, EVAL + logits, EVAL);

    List<Parameter> trained = network.parameters(ParameterKind::isTrained);
    List<TensorRef> reads =
        trained.stream().map(p -> TensorRef.of(GraphBuilder.readName(p.name()))).toList();
    Gradients gradients = Gradients.add(g.build(), TensorRef.of(TRAIN + LOSS), reads);

    GraphBuilder full = new GraphBuilder(gradients.graph());
    List<String> updates = new ArrayList<>(writeStatistics(full, training));
    for (int i = 0; i < trained.size(); i++) {
      updates.add(writeUpdate(full, trained.get(i), gradients.of().get(i), optimiser));
    }
    full.add("NoOp", STEP, Map.of(), updates.stream().map(u -> "^" + u).toArray(String[]::new));
    VariableStore variables = VariableStore.addTo(full, network.parameters());
    VariableStore momentum =
        VariableStore.addTo(full, trained.stream().map(TrainingGraph::momentumOf).toList());
    return new TrainingGraph(full.build(), variables, momentum);
  }

  /** What the loss looks at: the classifier's output, or what a last softmax reads. */
  private static TensorRef scores(Network network) {
    NodeGraph index = network.graph();
    NodeDef last = index.node(network.logits().node());
    while (last.getOp().equals("Identity")) {
      last = index.node(TensorRef.nodeOf(last.getInput(0)));
    }
    return last.getOp().equals("Softmax") ? TensorRef.parse(last.getInput(0)) : network.logits();
  }

  /** A graph that only evaluates. */
  record Evaluation(NodeGraph graph, VariableStore variables) {}

  static Evaluation writeEvaluation(Network network, Normalisation normalisation) {
    GraphBuilder g = new GraphBuilder();
    g.placeholder(PIXELS, DataType.DT_UINT8, network.imageShape());
    g.placeholder(LABELS, DataType.DT_INT32, Shape.of(Shape.UNKNOWN));
    copy(g, network, PixelScaling.write(g, PIXELS, normalisation), "");
    writeLoss(g, scores(network).toString(), EVAL);
    VariableStore variables = VariableStore.addTo(g, network.parameters());
    return new Evaluation(g.build(), variables);
  }

  /** The optimiser's memory of a parameter. */
  static Parameter momentumOf(Parameter p) {
    return new Parameter(MOMENTUM + p.name(), p.shape(), ParameterKind.OTHER, Initializer.zeros());
  }

  /** The network's nodes under a prefix, with the scaled images in place of its input. */
  private static void copy(GraphBuilder g, Network network, String images, String prefix) {
    String input = network.images().node();
    for (NodeDef node : network.graph().nodes()) {
      if (node.getName().equals(input)) {
        g.add("Identity", prefix + input, Map.of("T", FLOAT), images);
        continue;
      }
      NodeDef.Builder copy = node.toBuilder().setName(prefix + node.getName()).clearInput();
      for (String in : node.getInputList()) {
        copy.addInput(TensorRef.isControl(in) ? "^" + prefix + in.substring(1) : prefix + in);
      }
      g.add(copy.build());
    }
  }

  /** Mean cross-entropy for training, and sums that add up over batches for evaluation. */
  private static void writeLoss(GraphBuilder g, String logits, String prefix) {
    String oneHot = oneHot(g, logits, prefix);
    String perImage = prefix + "cross_entropy";
    g.addFloat("SoftmaxCrossEntropyWithLogits", perImage, logits, oneHot);
    String zero = g.constant(prefix + "batch_axis", Shape.of(1), 0);
    String last = g.constant(prefix + "class_axis", Shape.of(), 1);
    boolean training = prefix.equals(TRAIN);
    g.add(
        training ? "Mean" : "Sum",
        prefix + LOSS,
        Map.of("T", FLOAT, "Tidx", INT, "keep_dims", Attributes.flag(false)),
        perImage,
        zero);
    g.add(
        "ArgMax",
        prefix + "predicted",
        Map.of("T", FLOAT, "Tidx", INT, "output_type", INT),
        logits,
        last);
    g.add("Equal", prefix + "hits", Map.of("T", INT), prefix + "predicted", LABELS);
    g.add(
        "Cast",
        prefix + "hits_as_numbers",
        Map.of("SrcT", Attributes.type(DataType.DT_BOOL), "DstT", FLOAT),
        prefix + "hits");
    g.add(
        "Sum",
        prefix + CORRECT,
        Map.of("T", FLOAT, "Tidx", INT, "keep_dims", Attributes.flag(false)),
        prefix + "hits_as_numbers",
        zero);
  }

  /** One-hot labels, as wide as the logits. */
  private static String oneHot(GraphBuilder g, String logits, String prefix) {
    String shape = prefix + "logits_shape";
    g.add("Shape", shape, Map.of("T", FLOAT, "out_type", INT), logits);
    String begin = g.constant(shape + "/begin", Shape.of(1), 1);
    String size = g.constant(shape + "/size", Shape.of(1), 1);
    g.add("Slice", shape + "/classes", Map.of("T", INT, "Index", INT), shape, begin, size);
    g.add(
        "Squeeze",
        prefix + "classes",
        Map.of("T", INT, "squeeze_dims", Attributes.numbers()),
        shape + "/classes");
    String on = g.constant(prefix + "one", ShapedArray.scalar(1f));
    String off = g.constant(prefix + "zero", ShapedArray.scalar(0f));
    return g.add(
        "OneHot",
        prefix + "one_hot",
        Map.of("T", FLOAT, "TI", INT, "axis", Attributes.number(-1)),
        LABELS,
        prefix + "classes",
        on,
        off);
  }

  /** Batch norm's outputs 1 and 2 are the next moving mean and variance. */
  private static List<String> writeStatistics(GraphBuilder g, Network training) {
    NodeGraph index = training.graph();
    List<String> updates = new ArrayList<>();
    for (NodeDef norm : index.nodes()) {
      if (!norm.getOp().equals("FusedBatchNormV3")) {
        continue;
      }
      for (int output = 1; output <= 2; output++) {
        String variable = index.parameterBehind(TensorRef.parse(norm.getInput(output + 2)));
        updates.add(
            g.add(
                "AssignVariableOp",
                OpenGraph.OWN + "update/" + variable,
                Map.of("dtype", FLOAT),
                variable,
                norm.getName() + ":" + output));
      }
    }
    return updates;
  }

  /** v = momentum * v + (gradient + decay * w); w = w - rate * v, or Nesterov's variant. */
  private static String writeUpdate(
      GraphBuilder g, Parameter p, TensorRef gradient, Optimiser optimiser) {
    g.parameter(momentumOf(p));
    String decayed = gradient.toString();
    if (optimiser.weightDecay() != 0) {
      String rate =
          g.constant(
              OpenGraph.OWN + "decay/" + p.name(), ShapedArray.scalar(optimiser.weightDecay()));
      String decay =
          g.addFloat(
              "Mul",
              OpenGraph.OWN + "decay/" + p.name() + "/w",
              GraphBuilder.readName(p.name()),
              rate);
      decayed = g.addFloat("AddV2", OpenGraph.OWN + "decay/" + p.name() + "/sum", decayed, decay);
    }
    String momentum =
        g.constant(
            OpenGraph.OWN + "momentum_rate/" + p.name(), ShapedArray.scalar(optimiser.momentum()));
    return g.add(
        "ResourceApplyMomentum",
        OpenGraph.OWN + "update/" + p.name(),
        Map.of(
            "T",
            FLOAT,
            "use_locking",
            Attributes.flag(false),
            "use_nesterov",
            Attributes.flag(optimiser.nesterov())),
        p.name(),
        momentumOf(p).name(),
        LEARNING_RATE,
        decayed,
        momentum);
  }
}
