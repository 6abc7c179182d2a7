package org.espalier.framework.training;

import java.util.Map;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Writes what is minimised and what is counted behind a network's outputs. */
final class LossNodes {
  static final String PIXELS = OpenGraph.OWN + "pixels";
  static final String LABELS = OpenGraph.OWN + "labels";
  static final String LOSS = "loss";
  static final String CORRECT = "correct";
  static final String TRAIN = OpenGraph.OWN + "train/";
  static final String EVAL = OpenGraph.OWN + "eval/";

  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  private LossNodes() {}

  /** What the loss looks at: the classifier's output, or what a last softmax reads. */
  static TensorRef scores(Network network) {
    NodeGraph index = network.graph();
    NodeDef last = index.node(network.logits().node());
    while (last.getOp().equals("Identity")) {
      last = index.node(TensorRef.nodeOf(last.getInput(0)));
    }
    return last.getOp().equals("Softmax") ? TensorRef.parse(last.getInput(0)) : network.logits();
  }

  /** Mean cross-entropy for training, and sums that add up over batches for evaluation. */
  static void labels(GraphBuilder g, String logits, String prefix) {
    String oneHot = oneHot(g, logits, prefix);
    String perImage = prefix + "cross_entropy";
    g.addFloat("SoftmaxCrossEntropyWithLogits", perImage, logits, oneHot);
    String zero = g.constant(prefix + "batch_axis", Shape.of(1), 0);
    reduce(g, prefix.equals(TRAIN) ? "Mean" : "Sum", prefix + LOSS, perImage, zero);
    hits(g, logits, prefix);
  }

  private static void reduce(GraphBuilder g, String op, String name, String values, String axes) {
    Map<String, AttrValue> attributes =
        Map.of("T", FLOAT, "Tidx", INT, "keep_dims", Attributes.flag(false));
    g.add(op, name, attributes, values, axes);
  }

  /** How many images of the batch are right. */
  static void hits(GraphBuilder g, String logits, String prefix) {
    String last = g.constant(prefix + "class_axis", Shape.of(), 1);
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
    String axis = g.constant(prefix + "hits_axis", Shape.of(1), 0);
    reduce(g, "Sum", prefix + CORRECT, prefix + "hits_as_numbers", axis);
  }

  /** The mean distance to a teacher's answers; see {@link Loss#teacher}. */
  static void distance(GraphBuilder g, String logits, String answers, double temperature) {
    String axes = g.constant(TRAIN + "distance_axes", Shape.of(1), 0);
    if (temperature == 0) {
      String square = g.addFloat("SquaredDifference", TRAIN + "squares", logits, answers);
      String both = g.constant(TRAIN + "all_axes", Shape.of(2), 0, 1);
      reduce(g, "Mean", TRAIN + LOSS, square, both);
      return;
    }
    String cool = g.constant(TRAIN + "cooling", ShapedArray.scalar((float) (1 / temperature)));
    String soft = g.addFloat("Mul", TRAIN + "soft_logits", logits, cool);
    String softAnswers = g.addFloat("Mul", TRAIN + "soft_answers", answers, cool);
    String wanted = g.addFloat("Softmax", TRAIN + "wanted", softAnswers);
    String perImage =
        g.addFloat("SoftmaxCrossEntropyWithLogits", TRAIN + "cross_entropy", soft, wanted);
    float square = (float) (temperature * temperature);
    String heat = g.constant(TRAIN + "heat", ShapedArray.scalar(square));
    reduce(g, "Mean", TRAIN + "soft_loss", perImage, axes);
    g.addFloat("Mul", TRAIN + LOSS, TRAIN + "soft_loss", heat);
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
}
