package org.espalier.framework.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Feed;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** What is seen at random places is what the layers there read and make. */
class LookTest {
  private static final Machine ONE = Machine.threads(1);
  private static final int IMAGES = 12;
  private static final Places PLACES = new Places(6, 5);

  private static ImageSet images(int count, int size, int channels) {
    RandomStream random = RandomStream.root(9);
    byte[] pixels = new byte[count * size * size * channels];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> i % 10);
    return new ImageSet("noise", size, size, channels, 10, pixels, labels);
  }

  private static Sample sample(
      Network network, Weights weights, int size, int channels, int batch) {
    ImageSet set = images(IMAGES, size, channels);
    return new ComputedSample(
        network,
        weights,
        set,
        Feed.of(set, Normalisation.none(channels)),
        ONE,
        batch,
        List.of(),
        line -> {});
  }

  private static List<LayerReader> readers(ChannelAnalysis analysis) {
    LayerReaders readers = new LayerReaders(analysis);
    return analysis.prunable().stream()
        .filter(g -> readers.unreadable(g).isEmpty())
        .flatMap(g -> readers.of(g).stream())
        .distinct()
        .toList();
  }

  /** A row of the patches times the kernel is that row of the outputs, for every layer. */
  private static void patchesTimesKernelAreOutputs(
      Network network, int size, int channels, int layers) {
    Weights weights = TestNetworks.weights(network, 3);
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    List<LayerReader> readers = readers(analysis);
    assertThat(readers).hasSize(layers);
    List<Look> looks = new ArrayList<>();
    for (LayerReader r : readers) {
      looks.add(r.inputs());
      looks.add(r.outputs());
    }
    int[] seenImages = {0};
    sample(network, weights, size, channels, 5)
        .look(
            "test",
            looks.stream().distinct().toList(),
            PLACES,
            seen -> {
              assertThat(seen.first()).isEqualTo(seenImages[0]);
              seenImages[0] += seen.images();
              readers.forEach(r -> holds(r, seen, weights.get(r.kernel())));
            });
    assertThat(seenImages[0]).isEqualTo(IMAGES);
  }

  private static void holds(LayerReader layer, Seen seen, ShapedArray kernel) {
    float[] x = seen.values(layer.inputs());
    float[] y = seen.values(layer.outputs());
    int n = layer.patchSize();
    int outputs = layer.outputCount();
    assertThat(seen.rows(layer.inputs())).isEqualTo(seen.rows(layer.outputs()));
    assertThat(seen.rows(layer.inputs()) % seen.images()).isZero();
    assertThat(seen.rows(layer.inputs()) / seen.images()).isBetween(1, 6);
    double largest = 0;
    for (float v : y) {
      largest = Math.max(largest, Math.abs(v));
    }
    assertThat(largest).as(layer.kernel()).isPositive();
    for (int row = 0; row < seen.rows(layer.inputs()); row++) {
      for (int o = 0; o < outputs; o += 3) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
          sum += (double) x[row * n + i] * kernel.values()[i * outputs + o];
        }
        assertThat((double) y[row * outputs + o])
            .as(layer.kernel())
            .isCloseTo(sum, within(1e-5 * largest));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "vgg11, 32, 3, 9",
    "resnet8, 10, 1, 10",
    "preresnet11, 16, 1, 13",
    "densenet7, 16, 1, 9",
    "lenet5, 28, 1, 3",
    "resnet18, 64, 3, 20",
  })
  void patchesTimesKernelAreOutputs(String name, int size, int channels, int layers) {
    patchesTimesKernelAreOutputs(
        TestNetworks.network(name, size, channels, 0.125), size, channels, layers);
  }

  /** Writes layers that no architecture has. Images are 9x9x3. */
  private static final class Odd {
    private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
    private final GraphBuilder g = new GraphBuilder();

    private String conv(
        String in, String name, int from, int to, String padding, Map<String, AttrValue> more) {
      Map<String, AttrValue> attributes =
          new HashMap<>(
              Map.of(
                  "T",
                  FLOAT,
                  "strides",
                  Attributes.numbers(1, 1, 1, 1),
                  "padding",
                  Attributes.text(padding)));
      attributes.putAll(more);
      return g.add(
          "Conv2D", name, attributes, in, kernel(name, ParameterKind.CONV_KERNEL, 3, 2, from, to));
    }

    private String kernel(String name, ParameterKind kind, int... shape) {
      return g.parameter(
          new Parameter(name + "/kernel", Shape.of(shape), kind, new Initializer.Uniform(0.5)));
    }

    private Network end(String logits) {
      return new Network(
          "odd",
          g.build(),
          Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
          Map.of(Network.LOGITS, TensorRef.of(logits)));
    }
  }

  @Test
  void alsoOfOddWindows() {
    Odd odd = new Odd();
    odd.g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(-1, 9, 9, 3));
    String a = odd.conv(Network.IMAGES, "a", 3, 4, "SAME", Map.of());
    String b = odd.conv(a, "b", 4, 5, "SAME", Map.of("strides", Attributes.numbers(1, 2, 3, 1)));
    String c =
        odd.conv(
            b,
            "c",
            5,
            4,
            "EXPLICIT",
            Map.of("explicit_paddings", Attributes.numbers(0, 0, 2, 1, 1, 3, 0, 0)));
    String d = odd.conv(c, "d", 4, 4, "SAME", Map.of("dilations", Attributes.numbers(1, 2, 1, 1)));
    String order = odd.g.constant("order", Shape.of(4), 0, 3, 1, 2);
    AttrValue ints = Attributes.type(DataType.DT_INT32);
    String turned =
        odd.g.add("Transpose", "turned", Map.of("T", Odd.FLOAT, "Tperm", ints), d, order);
    String first =
        odd.conv(
            turned,
            "e",
            4,
            6,
            "VALID",
            Map.of(
                "data_format", Attributes.text("NCHW"), "strides", Attributes.numbers(1, 1, 1, 2)));
    String back = odd.g.constant("back_order", Shape.of(4), 0, 2, 3, 1);
    String last =
        odd.g.add("Transpose", "back", Map.of("T", Odd.FLOAT, "Tperm", ints), first, back);
    String vectors = odd.kernel("f", ParameterKind.DENSE_KERNEL, 6, 7);
    String many = odd.g.addFloat("BatchMatMulV2", "f", last, vectors);
    String axes = odd.g.constant("axes", Shape.of(2), 1, 2);
    String mean = odd.g.add("Mean", "mean", Map.of("T", Odd.FLOAT, "Tidx", ints), many, axes);
    odd.g.addFloat("MatMul", "out", mean, odd.kernel("out", ParameterKind.DENSE_KERNEL, 7, 10));
    patchesTimesKernelAreOutputs(odd.end("out"), 9, 3, 6);
  }

  @Test
  void batchesDecideNothing() {
    Network network = TestNetworks.network("resnet8", 10, 1, 0.25);
    Weights weights = TestNetworks.weights(network, 3);
    List<LayerReader> readers = readers(ChannelAnalysis.of(network, TestNetworks.WIRED.rules()));
    List<float[]> all = new ArrayList<>();
    for (int batch : new int[] {1, 5, 50}) {
      float[][] rows = new float[1][0];
      Look look = readers.get(2).inputs();
      sample(network, weights, 10, 1, batch)
          .look(
              "test",
              List.of(look),
              PLACES,
              seen -> {
                int before = rows[0].length;
                float[] more = seen.values(look);
                rows[0] = Arrays.copyOf(rows[0], before + more.length);
                System.arraycopy(more, 0, rows[0], before, more.length);
              });
      all.add(rows[0]);
    }
    assertThat(all.get(0)).hasSize(IMAGES * 6 * readers.get(2).patchSize());
    for (float[] other : all) {
      for (int i = 0; i < other.length; i++) {
        assertThat(other[i]).isCloseTo(all.get(0)[i], within(1e-5f));
      }
    }
  }

  /** Zeros in the weights do what masks do. */
  @Test
  void otherWeightsAreThoseOfAnotherNetwork() {
    Network network = TestNetworks.network("resnet8", 10, 1, 0.25);
    Weights weights = TestNetworks.weights(network, 3);
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    Cut cut = TestNetworks.randomCut(analysis, 2);
    Masks masks = Masks.silencing(cut, analysis);
    Network masked = new InsertMasks(masks.byParameter().keySet()).apply(network).network();
    Weights put =
        masks.put(
            masked,
            new InsertMasks(masks.byParameter().keySet()).apply(network).carry().apply(weights));
    Look logits = Look.at(network.logits(), Window.Layout.VECTORS);
    List<float[]> found = new ArrayList<>();
    sample(network, weights, 10, 1, 50)
        .with(masks.applied(weights))
        .look("test", List.of(logits), PLACES, s -> found.add(s.values(logits)));
    sample(masked, put, 10, 1, 50)
        .look("test", List.of(logits), PLACES, s -> found.add(s.values(logits)));
    sample(network, weights, 10, 1, 50)
        .look("test", List.of(logits), PLACES, s -> found.add(s.values(logits)));
    assertThat(found.get(0)).containsExactly(found.get(1)).isNotEqualTo(found.get(2));
  }

  private static SampledEvidence evidence(Network network, ImageSet set) {
    Dataset data =
        new Dataset("d", set, set, Normalisation.none(set.channels()), Augmentation.NONE);
    return new SampledEvidence(
        ChannelAnalysis.of(network, TestNetworks.WIRED.rules()),
        Weights.empty(),
        Optional.of(data),
        ONE);
  }

  @Test
  void aSampleIsDrawnWithTheSharesOfClassesAndSaysWhatItLacks() {
    Network network = TestNetworks.network("resnet8", 10, 1, 0.25);
    SampledEvidence evidence = evidence(network, images(100, 10, 1));
    ComputedSample one = (ComputedSample) evidence.sample(20, 1);
    assertThat(one.set().classCounts()).containsOnly(2);
    assertThat(one.notes()).isEmpty();
    assertThat(one.set()).isEqualTo(((ComputedSample) evidence.sample(20, 1)).set());
    assertThat(one.set()).isNotEqualTo(((ComputedSample) evidence.sample(20, 2)).set());
    assertThat(evidence.sample(101, 1).notes())
        .containsExactly("101 images were to be looked at, and noise has 100");
    assertThat(evidence.sample(7, 1).images()).isEqualTo(7);
    assertThat(evidence.sample(7, 1).notes())
        .containsExactly(
            "a sample of 7 images has none of 3 of the 10 classes, of class 7 for one");
    assertThat(evidence.sample(100, 1).notes()).isEmpty();
  }

  /** The first feature maps of VGG hold 224 x 224 x 64 values. */
  @Test
  void largeImagesAreLookedAtInSmallBatches() {
    Network large = TestNetworks.WIRED.architectures().get("vgg16-imagenet").build();
    assertThat(((ComputedSample) evidence(large, images(11, 224, 3)).sample(11, 1)).batch())
        .isEqualTo(10);
    Network small = TestNetworks.network("resnet8", 10, 1, 0.25);
    assertThat(((ComputedSample) evidence(small, images(11, 10, 1)).sample(11, 1)).batch())
        .isEqualTo(50);
  }

  private static ChannelGroup group(ChannelAnalysis analysis, String id) {
    return analysis.groups().stream().filter(g -> g.id().equals(id)).findFirst().orElseThrow();
  }

  /** Eight columns and eight channels: a plain sum lies along the last axis, whichever that is. */
  @Test
  void aSumAlongColumnsTakesUpNoIntercept() {
    assertThat(summed("NHWC").intercept()).contains(new LayerReader.Intercept("shift", false));
    assertThat(summed("NCHW").intercept()).isEmpty();
  }

  private static LayerReader summed(String layout) {
    Odd odd = new Odd();
    odd.g.placeholder(
        Network.IMAGES,
        DataType.DT_FLOAT,
        layout.equals("NHWC") ? Shape.of(-1, 9, 9, 3) : Shape.of(-1, 3, 9, 9));
    Map<String, AttrValue> format = Map.of("data_format", Attributes.text(layout));
    String a = odd.conv(Network.IMAGES, "a", 3, 4, "SAME", format);
    String b = odd.conv(a, "b", 4, 8, "VALID", format);
    String shift =
        odd.g.parameter(
            new Parameter("shift", Shape.of(8), ParameterKind.BIAS, Initializer.zeros()));
    odd.g.addFloat("AddV2", "sum", b, shift);
    odd.g.addFloat("Relu", "end", "sum");
    ChannelAnalysis analysis = ChannelAnalysis.of(odd.end("end"), TestNetworks.WIRED.rules());
    return new LayerReaders(analysis).of(group(analysis, "a")).get(0);
  }

  @Test
  void layersThatCannotBeLookedAtSayWhy() {
    Odd odd = new Odd();
    odd.g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(-1, 9, 9, 3));
    String a = odd.conv(Network.IMAGES, "a", 3, 4, "SAME", Map.of());
    String b = odd.conv(a, "b", 2, 6, "SAME", Map.of());
    String c = odd.conv(b, "c", 6, 6, "SAME", Map.of());
    odd.g.add(
        "Conv2D",
        "again",
        Map.of(
            "T",
            Odd.FLOAT,
            "strides",
            Attributes.numbers(1, 1, 1, 1),
            "padding",
            Attributes.text("SAME")),
        c,
        GraphBuilder.readName("c/kernel"));
    ChannelAnalysis analysis = ChannelAnalysis.of(odd.end("again"), TestNetworks.WIRED.rules());
    LayerReaders readers = new LayerReaders(analysis);
    assertThat(readers.unreadable(group(analysis, "a"))).contains("'b' convolves in groups");
    assertThat(readers.unreadable(group(analysis, "b"))).contains("'c/kernel' is read by 2 nodes");

    Network network = TestNetworks.network("resnet8", 10, 1, 0.25);
    String kernel = "stage1/block1/conv2/kernel";
    Network masked = new InsertMasks(Set.of(kernel)).apply(network).network();
    ChannelAnalysis ofMasked = ChannelAnalysis.of(masked, TestNetworks.WIRED.rules());
    assertThat(new LayerReaders(ofMasked).unreadable(group(ofMasked, "stage1/block1/conv1")))
        .contains("the kernel of 'stage1/block1/conv2' is masked");
  }
}
