package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** A teacher's distance by hand; also a kernel of one row, with weight decay. */
class TeacherTest {
  private static final int IMAGES = 6;
  private static final Normalisation SCALE = Normalisation.none(1);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  private static ImageSet images() {
    RandomStream random = RandomStream.of(7, "images");
    byte[] pixels = new byte[IMAGES * 784];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    return new ImageSet("some", 28, 28, 1, 3, pixels, new int[] {0, 1, 2, 2, 1, 0});
  }

  private static double binary(double logit, double wanted) {
    double p = 1 / (1 + Math.exp(-logit));
    return -wanted * Math.log(p) - (1 - wanted) * Math.log(1 - p);
  }

  /** The mean of all pixels times a weight for each of three classes. */
  private static Network brightness(String end) {
    GraphBuilder g = new GraphBuilder();
    String x = g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 28, 28, 1));
    AttrValue type = Attributes.type(DataType.DT_FLOAT);
    Map<String, AttrValue> over =
        Map.of("T", type, "Tidx", INT, "keep_dims", Attributes.flag(false));
    String mean = g.add("Mean", "mean", over, x, g.constant("axes", Shape.of(2), 1, 2));
    Parameter kernel =
        new Parameter("k", Shape.of(1, 3), ParameterKind.DENSE_KERNEL, Initializer.zeros());
    g.addFloat(end, end, g.addFloat("MatMul", "y", mean, g.parameter(kernel)));
    return new Network(
        "brightness",
        g.build(),
        Map.of(Network.IMAGES, TensorRef.of(x)),
        Map.of(Network.LOGITS, TensorRef.of(end)));
  }

  /** Hinton's distance: softened by the temperature, and times its square. */
  @ParameterizedTest
  @CsvSource({"Sigmoid, 2", "Sigmoid, 3", "Sigmoid, 0", "Softmax, 2", "Softmax, 0"})
  void theDistanceToATeacher(String end, double temperature) {
    ImageSet images = images();
    float[] mine = {3, -2, 1};
    float[] theirs = {-1, 4, 2};
    Weights start = Weights.of(Map.of("k", new ShapedArray(Shape.of(1, 3), mine)));
    Weights teacher = Weights.of(Map.of("k", new ShapedArray(Shape.of(1, 3), theirs)));
    Network network = brightness(end);
    double expected = 0;
    for (int i = 0; i < IMAGES; i++) {
      double mean = 0;
      for (int p = 0; p < 784; p++) {
        mean += (images.pixels()[784 * i + p] & 0xff) / 255.0 / 784;
      }
      expected += distance(end, temperature, mean, mine, theirs) / IMAGES;
    }
    try (TrainingSession session =
        new TrainingSession(
            network,
            Feed.fitting(network, SCALE),
            Recipe.CIFAR.withAugmentation(Recipe.Variation.NONE),
            Loss.teacher(new Model(network, teacher), temperature),
            TestNetworks.WIRED.rules(),
            Machine.all())) {
      session.write(start);
      session.write(session.zeroSlots());
      double loss = session.step(images.pixels(), images.labels(), IMAGES, 0.1f, 1).loss();
      assertThat(loss).isCloseTo(expected, within(1e-4));
    }
  }

  private static double distance(String end, double t, double mean, float[] mine, float[] theirs) {
    double sum = 0;
    double asked = 0;
    double found = 0;
    for (int c = 0; c < 3; c++) {
      asked += Math.exp(mean * theirs[c] / t);
      found += Math.exp(mean * mine[c] / t);
    }
    for (int c = 0; c < 3; c++) {
      double z = mean * mine[c];
      double wanted = mean * theirs[c];
      if (t == 0) {
        sum += (z - wanted) * (z - wanted) / 3;
      } else if (end.equals("Sigmoid")) {
        sum += t * t * binary(z / t, 1 / (1 + Math.exp(-wanted / t))) / 3;
      } else {
        sum += t * t * Math.exp(wanted / t) / asked * (Math.log(found) - z / t);
      }
    }
    return sum;
  }
}
