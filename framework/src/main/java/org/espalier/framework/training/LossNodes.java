package org.espalier.framework.training;

import java.util.Map;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** Writes what is minimised and what is counted behind a network's outputs. */
final class LossNodes {
  static final String PIXELS = OpenGraph.OWN + "pixels";
  static final String LABELS = OpenGraph.OWN + "labels";
  static final String LOSS = "loss";
  static final String CORRECT = "correct";
  static final String TRAIN = OpenGraph.OWN + "train/";
  static final String EVAL = OpenGraph.OWN + "eval/";

  /** Before the nodes of a network that is evaluated beside its training: no name of ours. */
  static final String EVALUATED = OpenGraph.OWN + "evaluated/";

  /** Far above the least float32, far below any probability that matters. */
  private static final float LEAST = 1e-30f;

  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  private LossNodes() {}

  /**
   * The logits that a loss reads, [images, count].
   *
   * @param network prefix of the network's nodes
   * @param prefix of what is added
   */
  static String logits(GraphBuilder g, Answers answers, String network, String prefix) {
    String at = network + answers.tensor();
    if (!answers.isFlat()) {
      String shape = g.constant(prefix + "flat_shape", Shape.of(2), -1, answers.count());
      at = g.add("Reshape", prefix + "flat", Map.of("T", FLOAT, "Tshape", INT), at, shape);
    }
    return switch (answers.kind()) {
      case LOGITS, SIGMOID_LOGITS -> at;
      case PROBABILITIES -> log(g, at, prefix + "log");
      case SIGMOID_PROBABILITIES -> {
        String one = g.constant(prefix + "whole", ShapedArray.scalar(1f));
        String others = g.addFloat("Sub", prefix + "others", one, at);
        yield g.addFloat(
            "Sub",
            prefix + "odds",
            log(g, at, prefix + "log"),
            log(g, others, prefix + "log_others"));
      }
    };
  }

  /** The logarithm, which stays finite where a probability is too small for a float32. */
  private static String log(GraphBuilder g, String probabilities, String name) {
    String least = g.constant(name + "/least", ShapedArray.scalar(LEAST));
    String limited = g.addFloat("Maximum", name + "/limited", probabilities, least);
    return g.addFloat("Log", name, limited);
  }

  /** Mean cross-entropy for training, and sums that add up over batches for evaluation. */
  static void labels(GraphBuilder g, Answers answers, String logits, String prefix) {
    String perImage = prefix + "cross_entropy";
    if (answers.kind().isBinary()) {
      String wanted = answers.count() == 1 ? column(g, prefix) : oneHot(g, answers.count(), prefix);
      binary(g, logits, wanted, perImage);
    } else {
      g.addFloat(
          "SoftmaxCrossEntropyWithLogits", perImage, logits, oneHot(g, answers.count(), prefix));
    }
    String zero = g.constant(prefix + "batch_axis", Shape.of(1), 0);
    reduce(g, prefix.equals(TRAIN) ? "Mean" : "Sum", prefix + LOSS, perImage, zero);
    hits(g, answers, logits, prefix);
  }

  /** Sigmoid cross-entropy, the mean over the numbers of an image: softplus(x) - x z. */
  private static void binary(GraphBuilder g, String logits, String wanted, String perImage) {
    String plus = g.addFloat("Softplus", perImage + "/softplus", logits);
    String times = g.addFloat("Mul", perImage + "/product", logits, wanted);
    String each = g.addFloat("Sub", perImage + "/each", plus, times);
    String axis = g.constant(perImage + "/axis", Shape.of(1), 1);
    reduce(g, "Mean", perImage, each, axis);
  }

  private static void reduce(GraphBuilder g, String op, String name, String values, String axes) {
    Map<String, AttrValue> attributes =
        Map.of("T", FLOAT, "Tidx", INT, "keep_dims", Attributes.flag(false));
    g.add(op, name, attributes, values, axes);
  }

  /** How many images of the batch are right. */
  static void hits(GraphBuilder g, Answers answers, String logits, String prefix) {
    String predicted = prefix + "predicted";
    if (answers.count() == 1) {
      String even = g.constant(prefix + "even", ShapedArray.scalar(0f));
      g.add("Greater", prefix + "is_second", Map.of("T", FLOAT), logits, even);
      Map<String, AttrValue> types = Map.of("SrcT", Attributes.type(DataType.DT_BOOL), "DstT", INT);
      g.add("Cast", prefix + "second", types, prefix + "is_second");
      String one = g.constant(prefix + "row", Shape.of(1), -1);
      g.add("Reshape", predicted, Map.of("T", INT, "Tshape", INT), prefix + "second", one);
    } else {
      String last = g.constant(prefix + "class_axis", Shape.of(), 1);
      Map<String, AttrValue> types = Map.of("T", FLOAT, "Tidx", INT, "output_type", INT);
      g.add("ArgMax", predicted, types, logits, last);
    }
    g.add("Equal", prefix + "hits", Map.of("T", INT), predicted, LABELS);
    g.add(
        "Cast",
        prefix + "hits_as_numbers",
        Map.of("SrcT", Attributes.type(DataType.DT_BOOL), "DstT", FLOAT),
        prefix + "hits");
    String axis = g.constant(prefix + "hits_axis", Shape.of(1), 0);
    reduce(g, "Sum", prefix + CORRECT, prefix + "hits_as_numbers", axis);
  }

  /** The mean distance to a teacher's answers; see {@link Loss#teacher}. */
  static void distance(
      GraphBuilder g, Answers asked, String logits, String answers, double temperature) {
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
    String perImage = TRAIN + "cross_entropy";
    if (asked.kind().isBinary()) {
      binary(g, soft, g.addFloat("Sigmoid", TRAIN + "wanted", softAnswers), perImage);
    } else {
      String wanted = g.addFloat("Softmax", TRAIN + "wanted", softAnswers);
      g.addFloat("SoftmaxCrossEntropyWithLogits", perImage, soft, wanted);
    }
    float square = (float) (temperature * temperature);
    String heat = g.constant(TRAIN + "heat", ShapedArray.scalar(square));
    reduce(g, "Mean", TRAIN + "soft_loss", perImage, axes);
    g.addFloat("Mul", TRAIN + LOSS, TRAIN + "soft_loss", heat);
  }

  /** Labels as a column of numbers, [images, 1]. */
  private static String column(GraphBuilder g, String prefix) {
    Map<String, AttrValue> types = Map.of("SrcT", INT, "DstT", FLOAT);
    g.add("Cast", prefix + "labels_as_numbers", types, LABELS);
    String shape = g.constant(prefix + "column_shape", Shape.of(2), -1, 1);
    return g.add(
        "Reshape",
        prefix + "column",
        Map.of("T", FLOAT, "Tshape", INT),
        prefix + "labels_as_numbers",
        shape);
  }

  private static String oneHot(GraphBuilder g, int classes, String prefix) {
    String depth = g.constant(prefix + "classes", Shape.of(), classes);
    String on = g.constant(prefix + "one", ShapedArray.scalar(1f));
    String off = g.constant(prefix + "zero", ShapedArray.scalar(0f));
    return g.add(
        "OneHot",
        prefix + "one_hot",
        Map.of("T", FLOAT, "TI", INT, "axis", Attributes.number(-1)),
        LABELS,
        depth,
        on,
        off);
  }
}
