package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Whatever stands behind the logits, the loss is that of the logits. */
class AnswersTest {
  private static final int IMAGES = 6;
  private static final Normalisation SCALE = Normalisation.none(1);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  private static final Shape SHAPE = Shape.of(Shape.UNKNOWN, 28, 28, 1);
  private static final Network PLAIN = TestNetworks.network("resnet8", 28, 1, 0.125);
  private static final Weights WEIGHTS = TestNetworks.weights(PLAIN, 3);

  /** The ways in which a classifier of classes that exclude each other may end. */
  enum End {
    SOFTMAX((g, x) -> softmax(g, x, "p")),
    RESHAPED((g, x) -> reshape(g, "r", softmax(g, x, "p"), -1, 10)),
    THERE_AND_BACK(
        (g, x) -> reshape(g, "s", reshape(g, "r", softmax(g, x, "p"), -1, 1, 1, 10), -1, 10)),
    OTHER_SHAPE((g, x) -> reshape(g, "r", softmax(g, x, "p"), -1, 1, 10)),
    SOFTMAX_OF_MAPS(
        (g, x) -> reshape(g, "s", softmax(g, reshape(g, "r", x, -1, 1, 1, 10), "p"), -1, 10)),
    NAMED((g, x) -> g.addFloat("Identity", "b", g.addFloat("Identity", "a", softmax(g, x, "p")))),
    LOGARITHMS((g, x) -> g.addFloat("LogSoftmax", "p", x)),
    WRITTEN_OUT(
        (g, x) -> {
          String e = g.addFloat("Exp", "e", g.addFloat("Sub", "d", x, over(g, "Max", "m", x)));
          return g.addFloat("RealDiv", "p", e, over(g, "Sum", "t", e));
        }),
    MEAN_OF_TWO(
        (g, x) -> {
          String sum = g.addFloat("AddV2", "sum", softmax(g, x, "p"), softmax(g, x, "q"));
          return g.addFloat("Mul", "mean", sum, g.constant("half", ShapedArray.scalar(0.5f)));
        }),
    LIMITED(
        (g, x) ->
            g.addFloat(
                "Maximum", "l", softmax(g, x, "p"), g.constant("c", ShapedArray.scalar(1e-7f)))),
    OF_A_SHAPE_KNOWN_AT_RUN_TIME(
        (g, x) -> {
          AttrValue type = Attributes.type(DataType.DT_FLOAT);
          String axes = g.constant("r/axes", Shape.of(2), 0, 1);
          Map<String, AttrValue> over =
              Map.of("T", type, "Tidx", INT, "keep_dims", Attributes.flag(false));
          String most = g.add("Max", "r/most", over, x, axes);
          String zero = g.addFloat("Mul", "r/none", most, g.constant("r/0", ShapedArray.scalar(0)));
          String none = g.add("Cast", "r/int", Map.of("SrcT", type, "DstT", INT), zero);
          String shape = g.constant("r/shape", Shape.of(3), -1, 10, 1);
          String sum = g.add("AddV2", "r/sum", Map.of("T", INT), none, shape);
          return g.add("Reshape", "r", Map.of("T", type, "Tshape", INT), softmax(g, x, "p"), sum);
        });

    private final BiFunction<GraphBuilder, String, String> write;

    End(BiFunction<GraphBuilder, String, String> write) {
      this.write = write;
    }
  }

  private static String softmax(GraphBuilder g, String x, String name) {
    return g.addFloat("Softmax", name, x);
  }

  private static String reshape(GraphBuilder g, String name, String x, int... shape) {
    String to = g.constant(name + "/shape", Shape.of(shape.length), shape);
    AttrValue type = Attributes.type(DataType.DT_FLOAT);
    return g.add("Reshape", name, Map.of("T", type, "Tshape", INT), x, to);
  }

  private static String over(GraphBuilder g, String op, String name, String x) {
    String axis = g.constant(name + "/axis", Shape.of(1), 1);
    AttrValue type = Attributes.type(DataType.DT_FLOAT);
    return g.add(
        op, name, Map.of("T", type, "Tidx", INT, "keep_dims", Attributes.flag(true)), x, axis);
  }

  private static Network ending(BiFunction<GraphBuilder, String, String> write) {
    GraphBuilder g = new GraphBuilder(PLAIN.graph());
    String end = write.apply(g, PLAIN.logits().toString());
    return PLAIN.withGraph(g.build(), Map.of(Network.LOGITS, TensorRef.of(end)));
  }

  private static ImageSet images(int classes) {
    RandomStream random = RandomStream.of(7, "images");
    byte[] pixels = new byte[IMAGES * 28 * 28];
    int[] labels = new int[IMAGES];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = (i * 7 + 1) % classes;
    }
    return new ImageSet("some", 28, 28, 1, classes, pixels, labels);
  }

  private static Evaluator.Score score(Network network, ImageSet images) {
    return Evaluator.score(new Model(network, WEIGHTS), images, SCALE, IMAGES, Machine.all());
  }

  /** What one step without momentum does to a kernel, and the loss that it saw. */
  private static ShapedArray step(Network network, ImageSet images) {
    try (TrainingSession session = Sessions.sgd(network, SCALE, 0, false, 0)) {
      session.write(WEIGHTS);
      session.write(session.zeroSlots());
      session.step(images.pixels(), images.labels(), IMAGES, 0.1f, 1);
      return session.readSlots().get(Sessions.momentumOf("stem/kernel"));
    }
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void theLossAndItsGradientAreThoseOfTheLogits(End end) {
    ImageSet images = images(10);
    Evaluator.Score plain = score(PLAIN, images);
    Evaluator.Score ended = score(ending(end.write), images);
    assertThat(ended.loss()).isCloseTo(plain.loss(), within(1e-5));
    assertThat(ended.accuracy()).isEqualTo(plain.accuracy());
    ShapedArray gradient = step(PLAIN, images);
    assertThat(TestNetworks.error(step(ending(end.write), images), gradient)).isLessThan(1e-4);
  }

  private static String unary(GraphBuilder g, String op, String x) {
    AttrValue type = Attributes.type(DataType.DT_FLOAT);
    return switch (op) {
      case "CheckNumerics" -> {
        AttrValue text = Attributes.text("no number");
        yield g.add(op, op, Map.of("T", type, "message", text), x);
      }
      case "EnsureShape" -> {
        AttrValue shape = Attributes.shape(Shape.of(Shape.UNKNOWN, 10));
        yield g.add(op, op, Map.of("T", type, "shape", shape), x);
      }
      case "Squeeze" -> {
        String axis = g.constant("axis", Shape.of(), 1);
        String more = g.add("ExpandDims", "more", Map.of("T", type, "Tdim", INT), x, axis);
        yield g.add(op, op, Map.of("T", type, "squeeze_dims", Attributes.numbers(1)), more);
      }
      default -> g.addFloat(op, op, x);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Identity",
        "StopGradient",
        "PreventGradient",
        "CheckNumerics",
        "EnsureShape",
        "Squeeze"
      })
  void whatDoesNotComputeIsLookedThrough(String op) {
    for (String function : new String[] {"Softmax", "Sigmoid"}) {
      Answers answers = Answers.of(ending((g, x) -> unary(g, op, g.addFloat(function, "p", x))));
      assertThat(answers.tensor()).isEqualTo(PLAIN.logits());
      assertThat(answers.kind().isBinary()).isEqualTo(function.equals("Sigmoid"));
      assertThat(answers.count()).isEqualTo(10);
      assertThat(answers.isFlat()).isTrue();
    }
  }

  /** Two distributions put together in one of the ways in which ensembles do it. */
  private static String mixed(GraphBuilder g, String op, String p, String q) {
    AttrValue type = Attributes.type(DataType.DT_FLOAT);
    AttrValue two = Attributes.number(2);
    String half = g.constant("half", ShapedArray.scalar(0.5f));
    return switch (op) {
      case "AddN" -> g.addFloat("Mul", "m", g.add(op, op, Map.of("T", type, "N", two), p, q), half);
      case "Mean", "Sum" -> {
        Map<String, AttrValue> attributes =
            Map.of("T", type, "N", two, "axis", Attributes.number(0));
        String both = g.add("Pack", "both", attributes, p, q);
        String axis = g.constant("axis", Shape.of(1), 0);
        Map<String, AttrValue> over =
            Map.of("T", type, "Tidx", INT, "keep_dims", Attributes.flag(false));
        yield g.add(op, op, over, both, axis);
      }
      case "ConcatV2" -> {
        String axis = g.constant("axis", Shape.of(), 1);
        yield g.add(op, op, Map.of("T", type, "Tidx", INT, "N", two), p, q, axis);
      }
      case "ClipByValue" -> {
        String least = g.constant("least", ShapedArray.scalar(1e-7f));
        yield g.addFloat(op, op, p, least, g.constant("most", ShapedArray.scalar(1)));
      }
      default -> g.addFloat(op, op, p, q);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Add",
        "AddV2",
        "AddN",
        "Mul",
        "RealDiv",
        "Mean",
        "Sum",
        "ConcatV2",
        "Maximum",
        "Minimum",
        "ClipByValue"
      })
  void aMixtureOfProbabilitiesIsOne(String op) {
    for (String function : new String[] {"Softmax", "Sigmoid"}) {
      Network network =
          ending(
              (g, x) -> mixed(g, op, g.addFloat(function, "p", x), g.addFloat(function, "q", x)));
      Answers answers = Answers.of(network);
      assertThat(answers.tensor()).isEqualTo(network.logits());
      assertThat(answers.kind())
          .isEqualTo(
              function.equals("Softmax")
                  ? Answers.Kind.PROBABILITIES
                  : Answers.Kind.SIGMOID_PROBABILITIES);
      assertThat(answers.count()).isEqualTo(op.equals("ConcatV2") ? 20 : 10);
    }
  }

  /** Each looks like probabilities, and is none. */
  @Test
  void whatLooksLikeProbabilitiesOnlyIsLogits() {
    List<BiFunction<GraphBuilder, String, String>> others =
        List.of(
            (g, x) -> g.addFloat("AddV2", "s", softmax(g, x, "p"), x),
            (g, x) -> g.addFloat("Mul", "s", softmax(g, x, "p"), g.addFloat("Sigmoid", "q", x)),
            (g, x) -> g.addFloat("RealDiv", "d", g.addFloat("Exp", "e", x), over(g, "Sum", "t", x)),
            (g, x) -> {
              String e = g.addFloat("Exp", "e", x);
              return g.addFloat("RealDiv", "d", e, over(g, "Max", "t", e));
            },
            (g, x) -> {
              String e = g.addFloat("Square", "e", x);
              return g.addFloat("RealDiv", "d", e, over(g, "Sum", "t", e));
            });
    for (BiFunction<GraphBuilder, String, String> write : others) {
      Network network = ending(write);
      assertThat(Answers.of(network))
          .isEqualTo(new Answers(Answers.Kind.LOGITS, network.logits(), true, 10));
    }
  }

  /** What a node waits for is no part of what it computes. */
  @Test
  void controlInputsAreNotMixed() {
    Network network =
        ending(
            (g, x) -> {
              String p = softmax(g, x, "p");
              String least = g.constant("least", ShapedArray.scalar(1e-7f));
              return g.addFloat("Maximum", "m", p, least, "^" + TensorRef.nodeOf(x));
            });
    assertThat(Answers.of(network).kind()).isEqualTo(Answers.Kind.PROBABILITIES);
  }

  /** Where a probability is too small for a float32, the loss stays a number. */
  @Test
  void theLossOfProbabilitiesIsStable() {
    Parameter bias = PLAIN.parameters(kind -> kind == ParameterKind.BIAS).get(0);
    float[] values = {500, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    Weights certain = WEIGHTS.with(bias.name(), new ShapedArray(bias.shape(), values));
    Model model = new Model(ending(End.MEAN_OF_TWO.write), certain);
    double loss = Evaluator.score(model, images(10), SCALE, IMAGES, Machine.all()).loss();
    assertThat(loss).isBetween(50.0, 70.0);
    double soft =
        Evaluator.score(
                new Model(ending(End.RESHAPED.write), certain), images(10), SCALE, 6, Machine.all())
            .loss();
    assertThat(soft).as("of logits there is no limit").isGreaterThan(400);
  }

  private static double[] logits(ImageSet images) {
    float[] scaled = new float[images.pixels().length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (images.pixels()[i] & 0xff) / 255f;
    }
    try (Predictor predictor = new Predictor(new Model(PLAIN, WEIGHTS), Machine.all())) {
      float[] found =
          predictor.logits(new ShapedArray(Shape.of(IMAGES, 28, 28, 1), scaled)).values();
      double[] values = new double[found.length];
      for (int i = 0; i < found.length; i++) {
        values[i] = found[i];
      }
      return values;
    }
  }

  private static double binary(double logit, double wanted) {
    double p = 1 / (1 + Math.exp(-logit));
    return -wanted * Math.log(p) - (1 - wanted) * Math.log(1 - p);
  }

  /** Keras's binary cross-entropy: the mean over the classes. */
  @Test
  void aSigmoidIsABinaryCrossEntropyOfEachClass() {
    ImageSet images = images(10);
    double[] logits = logits(images);
    double loss = 0;
    for (int i = 0; i < logits.length; i++) {
      loss += binary(logits[i], images.labels()[i / 10] == i % 10 ? 1 : 0) / logits.length;
    }
    Evaluator.Score last = score(ending((g, x) -> g.addFloat("Sigmoid", "p", x)), images);
    assertThat(last.loss()).isCloseTo(loss, within(1e-5));
    assertThat(last.accuracy()).isEqualTo(score(PLAIN, images).accuracy());
    Network mixed =
        ending(
            (g, x) -> {
              String p = g.addFloat("Sigmoid", "p", x);
              return g.addFloat("Maximum", "l", p, g.constant("c", ShapedArray.scalar(1e-9f)));
            });
    assertThat(score(mixed, images).loss()).isCloseTo(loss, within(1e-4));
  }

  /** One number tells two classes apart, with a sigmoid or without. */
  @Test
  void oneNumberIsTheLogitOfTheSecondClass() {
    ImageSet images = images(2);
    double[] logits = logits(images);
    double loss = 0;
    int correct = 0;
    for (int i = 0; i < IMAGES; i++) {
      loss += binary(logits[10 * i + 4], images.labels()[i]) / IMAGES;
      correct += (logits[10 * i + 4] > 0 ? 1 : 0) == images.labels()[i] ? 1 : 0;
    }
    Network plain = ending(AnswersTest::fifth);
    Network sigmoid = ending((g, x) -> g.addFloat("Sigmoid", "p", fifth(g, x)));
    for (Network network : new Network[] {plain, sigmoid}) {
      Evaluator.Score score = score(network, images);
      assertThat(score.loss()).isCloseTo(loss, within(1e-5));
      assertThat(score.accuracy()).isEqualTo(correct / (double) IMAGES);
    }
    assertThat(step(sigmoid, images)).isEqualTo(step(plain, images));
    Network limited =
        ending(
            (g, x) -> {
              String p = g.addFloat("Sigmoid", "p", fifth(g, x));
              return g.addFloat("Maximum", "l", p, g.constant("c", ShapedArray.scalar(1e-9f)));
            });
    assertThat(Answers.of(limited).kind()).isEqualTo(Answers.Kind.SIGMOID_PROBABILITIES);
    assertThat(score(limited, images).loss()).isCloseTo(loss, within(1e-4));
    assertThat(score(limited, images).accuracy()).isEqualTo(correct / (double) IMAGES);
  }

  @Test
  void aFeedIsThatOfItsDataSet() {
    ImageSet images = images(4);
    Dataset data = new Dataset("all", images, images, SCALE, Augmentation.NONE);
    assertThat(Feed.of(data)).isEqualTo(new Feed("all", SCALE, 4, SHAPE));
    assertThat(Feed.of(images, SCALE)).isEqualTo(new Feed("some", SCALE, 4, SHAPE));
    assertThat(Feed.fitting(PLAIN, SCALE)).isEqualTo(new Feed("resnet8", SCALE, 10, SHAPE));
    assertThat(Feed.fitting(ending(AnswersTest::fifth), SCALE).classes()).isEqualTo(2);
  }

  private static String fifth(GraphBuilder g, String x) {
    String begin = g.constant("begin", Shape.of(2), 0, 4);
    String size = g.constant("size", Shape.of(2), -1, 1);
    AttrValue type = Attributes.type(DataType.DT_FLOAT);
    return g.add("Slice", "fifth", Map.of("T", type, "Index", INT), x, begin, size);
  }

  @Test
  void asManyClassesAsTheLabelsHave() {
    assertThatThrownBy(() -> score(PLAIN, images(3)))
        .isInstanceOf(BadInputException.class)
        .hasMessage("resnet8 tells 10 classes apart, some has 3");
    assertThatThrownBy(() -> score(ending(AnswersTest::fifth), images(10)))
        .isInstanceOf(BadInputException.class)
        .hasMessage("resnet8 tells 2 classes apart by one number, some has 10");
    Feed feed = new Feed("some", SCALE, 12, SHAPE);
    assertThatThrownBy(
            () ->
                new TrainingSession(
                    PLAIN,
                    feed,
                    Recipe.CIFAR,
                    Loss.labels(),
                    TestNetworks.WIRED.rules(),
                    Machine.all()))
        .isInstanceOf(BadInputException.class)
        .hasMessage("resnet8 tells 10 classes apart, some has 12");
  }

  /** 14 x 14 x 4 is as many bytes as 28 x 28 x 1: nothing but the shape tells them apart. */
  @Test
  void imagesOfTheShapeThatTheNetworkReads() {
    for (int[] size : new int[][] {{14, 14, 4}, {32, 28, 1}, {28, 32, 1}, {28, 28, 3}}) {
      byte[] pixels = new byte[10 * size[0] * size[1] * size[2]];
      int[] labels = new int[10];
      ImageSet other = new ImageSet("other", size[0], size[1], size[2], 10, pixels, labels);
      assertThatThrownBy(() -> score(PLAIN, other))
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "resnet8 reads images of shape [?,28,28,1], other has "
                  + Shape.of(Shape.UNKNOWN, size[0], size[1], size[2]));
    }
  }

  @Test
  void whatIsNoScoreIsRefused() {
    Network classes =
        ending(
            (g, x) -> {
              String axis = g.constant("axis", Shape.of(), 1);
              AttrValue type = Attributes.type(DataType.DT_FLOAT);
              return g.add(
                  "ArgMax", "best", Map.of("T", type, "Tidx", INT, "output_type", INT), x, axis);
            });
    assertThatThrownBy(() -> score(classes, images(10)))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "resnet8: expected scores of classes, float32, in its output 'best', found int32, such"
                + " as numbers of classes");
    Network maps = ending((g, x) -> reshape(g, "maps", x, -1, 2, 5));
    assertThatThrownBy(() -> score(maps, images(10)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected scores of shape [images, classes]");
  }

  private static TrainingGraph training(Network network) {
    Feed feed = Feed.fitting(network, SCALE);
    Loss teacher = Loss.teacher(new Model(network, WEIGHTS), 2);
    TrainingGraph.write(network, feed, Recipe.CIFAR, teacher, TestNetworks.WIRED.rules());
    return TrainingGraph.write(
        network, feed, Recipe.CIFAR, Loss.labels(), TestNetworks.WIRED.rules());
  }

  /** All nodes of ours stand under one name, so that those of a network may have any other. */
  @Test
  void aNodeOfTheNetworkMayBeCalledWhateverOneOfOursIs() {
    Network network = ending(End.MEAN_OF_TWO.write);
    Set<String> theirs = new HashSet<>();
    network.graph().nodes().forEach(node -> theirs.add(node.getName()));
    Set<String> names = new TreeSet<>(Set.of("pixels", "labels", "loss", "step", "one"));
    for (NodeDef node : training(network).graph().nodes()) {
      String[] parts = node.getName().split("/", 3);
      if (parts[0].equals("espalier")) {
        names.add(parts[parts.length - 1]);
        names.add(parts[1]);
      } else if (!theirs.contains(node.getName())) {
        assertThat(node.getName()).startsWith("gradients");
      }
    }
    names.removeAll(theirs);
    names.removeIf(name -> name.startsWith("espalier/")); // of a variable of ours
    Network named =
        ending(
            (g, x) -> {
              String last = x;
              for (String name : names) {
                last = g.addFloat("Identity", name, last);
              }
              return softmax(g, last, "p");
            });
    assertThat(names).contains("cross_entropy", "hits", "classes", "predicted", "learning_rate");
    assertThat(step(named, images(10))).isEqualTo(step(PLAIN, images(10)));
    assertThat(score(named, images(10))).isEqualTo(score(PLAIN, images(10)));
    training(named);
  }
}
