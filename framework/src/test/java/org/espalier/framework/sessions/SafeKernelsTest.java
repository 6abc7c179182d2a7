package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Convolutions that oneDNN computes wrongly are computed rightly, by others; the rest stay. */
class SafeKernelsTest {
  private static final int IMAGES = 2;

  /** Square images and kernels, without padding. */
  private record Convolution(int size, int kernel, int in, int groups, int out, int stride) {
    int given() {
      return (size - kernel) / stride + 1;
    }

    ShapedArray images() {
      return random("images", Shape.of(IMAGES, size, size, in));
    }

    ShapedArray weights() {
      return random("kernel", Shape.of(kernel, kernel, in / groups, out));
    }

    /** What comes back from behind. */
    ShapedArray back() {
      return random("back", Shape.of(IMAGES, given(), given(), out));
    }

    /** Nodes for what it gives and for both of its gradients; "moved" reads what it gives. */
    NodeGraph graph() {
      return graph(IMAGES);
    }

    /**
     * @param told how many images the transposed convolution is said to make; where that is not how
     *     many there are, "back" is fed, or TensorFlow would see it
     */
    NodeGraph graph(int told) {
      GraphBuilder g = new GraphBuilder();
      g.constant("images", images());
      g.constant("kernel", weights());
      if (told == IMAGES) {
        g.constant("back", back());
      } else {
        g.placeholder("back", DataType.DT_FLOAT, back().shape().with(0, Shape.UNKNOWN));
      }
      g.constant("image_sizes", Shape.of(4), told, size, size, in);
      g.constant("kernel_sizes", Shape.of(4), kernel, kernel, in / groups, out);
      add(g, "Conv2D", "forward", "images", "kernel");
      g.addFloat("Neg", "moved", "forward");
      if (groups == 1) {
        add(g, "Conv2DBackpropInput", "for_images", "image_sizes", "kernel", "back");
      }
      add(g, "Conv2DBackpropFilter", "for_kernel", "images", "kernel_sizes", "back");
      return g.build();
    }

    private void add(GraphBuilder g, String op, String name, String... inputs) {
      g.add(
          op,
          name,
          Map.of(
              "T", Attributes.type(DataType.DT_FLOAT),
              "strides", Attributes.numbers(1, stride, stride, 1),
              "padding", Attributes.text("VALID")),
          inputs);
    }

    /** What takes part in a product: indices into images, kernel and what is given. */
    private interface Product {
      void of(int image, int weight, int given);
    }

    private void products(Product each) {
      int inside = in / groups;
      int outside = out / groups;
      for (int n = 0; n < IMAGES; n++) {
        for (int y = 0; y < given(); y++) {
          for (int x = 0; x < given(); x++) {
            for (int o = 0; o < out; o++) {
              for (int i = 0; i < kernel * kernel * inside; i++) {
                int row = y * stride + i / inside / kernel;
                int column = x * stride + i / inside % kernel;
                int channel = o / outside * inside + i % inside;
                each.of(
                    ((n * size + row) * size + column) * in + channel,
                    i * out + o,
                    ((n * given() + y) * given() + x) * out + o);
              }
            }
          }
        }
      }
    }

    double[] moved() {
      double[] sums = new double[back().values().length];
      products((i, w, o) -> sums[o] -= (double) at(images(), i) * at(weights(), w));
      return sums;
    }

    double[] forImages() {
      double[] sums = new double[images().values().length];
      products((i, w, o) -> sums[i] += (double) at(back(), o) * at(weights(), w));
      return sums;
    }

    double[] forKernel() {
      double[] sums = new double[weights().values().length];
      products((i, w, o) -> sums[w] += (double) at(back(), o) * at(images(), i));
      return sums;
    }

    private static float at(ShapedArray array, int index) {
      return array.values()[index];
    }

    private static ShapedArray random(String name, Shape shape) {
      RandomStream random = RandomStream.of(1, name);
      float[] values = new float[(int) shape.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return new ShapedArray(shape, values);
    }
  }

  private static void check(OpenGraph open, String node, double[] expected) {
    TensorRef ref = TensorRef.of(node);
    check(node, open.call().fetch(ref).run().get(ref), expected);
  }

  private static void check(String node, ShapedArray computed, double[] expected) {
    float[] found = computed.values();
    assertThat(found).as(node).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).as(node).isCloseTo(expected[i], within(1e-4));
    }
  }

  private static boolean isChanged(NodeGraph nodes, String op) {
    try (Graph taken = SafeKernels.taken(nodes)) {
      List<String> names = nodes.nodes().stream().map(NodeDef::getName).toList();
      boolean found = false;
      for (Iterator<GraphOperation> all = taken.operations(); all.hasNext(); ) {
        String name = all.next().name();
        found |= !names.contains(name) && name.startsWith(OpenGraph.OWN + "safe/" + op);
      }
      return found;
    }
  }

  /** Each row is wrong, or ends the process, where oneDNN is left to it on AVX-512. */
  @ParameterizedTest
  @CsvSource({
    "5, 3, 4, 2, 2, 1, forward",
    "5, 1, 6, 2, 2, 2, forward",
    "6, 3, 9, 3, 3, 2, forward",
    "5, 3, 1, 1, 1, 1, for_images",
    "4, 2, 1, 1, 1, 2, for_images",
    "5, 1, 6, 1, 12, 2, for_kernel",
    "7, 1, 15, 1, 3, 3, for_kernel"
  })
  void theyComputeTheSame(
      int size, int kernel, int in, int groups, int out, int stride, String unsafe) {
    Convolution c = new Convolution(size, kernel, in, groups, out, stride);
    for (String node : new String[] {"forward", "for_images", "for_kernel"}) {
      assertThat(isChanged(c.graph(), node)).as(node).isEqualTo(isUnsafe(c, node, unsafe));
    }
    try (OpenGraph open = new OpenGraph(c.graph(), Machine.all())) {
      check(open, "moved", c.moved());
      if (groups == 1) {
        check(open, "for_images", c.forImages());
      }
      if (groups == 1 || !unsafe.equals("forward")) {
        check(open, "for_kernel", c.forKernel());
      }
    }
  }

  private static boolean isUnsafe(Convolution c, String node, String unsafe) {
    boolean narrow = c.kernel() == 1 && c.stride() > 1 && c.in() / c.groups() < 16;
    return node.equals(unsafe) || node.equals("for_kernel") && narrow;
  }

  /** Told another number of images than it reads, oneDNN's kernel ends the process. */
  @ParameterizedTest
  @CsvSource({"5, 3, 4, 2, 1", "4, 2, 1, 1, 1", "5, 3, 4, 2, 7"})
  void asManyImagesAreMadeAsAreRead(int size, int kernel, int in, int out, int told) {
    Convolution c = new Convolution(size, kernel, in, 1, out, 1);
    assertThat(FixedBatch.of(c.graph(told))).contains(told);
    assertThat(isChanged(c.graph(told), "for_images")).isTrue();
    try (OpenGraph open = new OpenGraph(c.graph(told), Machine.all())) {
      TensorRef made = TensorRef.of("for_images");
      Call call = open.call().feed("back", c.back(), DataType.DT_FLOAT).fetch(made);
      check("for_images", call.run().get(made), c.forImages());
    }
  }

  /** Depthwise: each channel by itself, and so often as its image is read. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aDepthwiseGradientMakesAsManyImagesAsItReads(int told) {
    ShapedArray read = Convolution.random("read", Shape.of(3, 4, 4, 2));
    GraphBuilder g = new GraphBuilder();
    g.placeholder("fed", DataType.DT_FLOAT, Shape.of(-1, 4, 4, 2));
    g.constant("kernel", ShapedArray.filled(Shape.of(1, 1, 2, 1), 3));
    g.constant("sizes", Shape.of(4), told, 4, 4, 2);
    g.add(
        "DepthwiseConv2dNativeBackpropInput",
        "made",
        Map.of(
            "T", Attributes.type(DataType.DT_FLOAT),
            "strides", Attributes.numbers(1, 1, 1, 1),
            "padding", Attributes.text("SAME")),
        "sizes",
        "kernel",
        "fed");
    double[] expected = new double[read.values().length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = 3 * read.values()[i];
    }
    assertThat(FixedBatch.of(g.build())).contains(told);
    try (OpenGraph open = new OpenGraph(g.build(), Machine.all())) {
      TensorRef made = TensorRef.of("made");
      Call call = open.call().feed("fed", read, DataType.DT_FLOAT).fetch(made);
      check("made", call.run().get(made), expected);
    }
  }

  /** Two planes of 4x4 points, each spread over 2x2x2 with a stride of one. */
  @Test
  void volumesFromOneChannelToOneAreComputedRightly() {
    int planes = 2;
    int side = 4;
    ShapedArray fed = Convolution.random("volume", Shape.of(1, planes, side, side, 1));
    ShapedArray kernel = Convolution.random("spread", Shape.of(2, 2, 2, 1, 1));
    GraphBuilder g = new GraphBuilder();
    g.constant("fed", fed);
    g.constant("kernel", kernel);
    g.constant("size", Shape.of(5), 1, planes + 1, side + 1, side + 1, 1);
    g.add(
        "Conv3DBackpropInputV2",
        "volume",
        Map.of(
            "T", Attributes.type(DataType.DT_FLOAT),
            "strides", Attributes.numbers(1, 1, 1, 1, 1),
            "padding", Attributes.text("VALID")),
        "size",
        "kernel",
        "fed");
    double[] expected = new double[(planes + 1) * (side + 1) * (side + 1)];
    for (int i = 0; i < fed.values().length; i++) {
      for (int k = 0; k < kernel.values().length; k++) {
        int plane = i / side / side + k / 4;
        int row = i / side % side + k / 2 % 2;
        int column = i % side + k % 2;
        expected[(plane * (side + 1) + row) * (side + 1) + column] +=
            (double) fed.values()[i] * kernel.values()[k];
      }
    }
    assertThat(isChanged(g.build(), "volume")).isTrue();
    try (OpenGraph open = new OpenGraph(g.build(), Machine.all())) {
      check(open, "volume", expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5, 3, 4, 2, 4, 1", // two outputs each
    "5, 3, 4, 1, 1, 1", // one group
    "5, 3, 4, 4, 4, 1", // one input each
    "5, 3, 2, 1, 1, 1",
    "5, 3, 1, 1, 2, 1",
    "5, 1, 16, 1, 3, 2",
    "5, 1, 6, 1, 12, 1",
    "5, 3, 6, 1, 12, 2"
  })
  void othersStay(int size, int kernel, int in, int groups, int out, int stride) {
    Convolution c = new Convolution(size, kernel, in, groups, out, stride);
    for (String node : new String[] {"forward", "for_images", "for_kernel"}) {
      assertThat(isChanged(c.graph(), node)).as(node).isFalse();
    }
    try (OpenGraph open = new OpenGraph(c.graph(), Machine.all())) {
      check(open, "moved", c.moved());
    }
  }

  /**
   * Of a kernel whose height is known only at run time nothing can be said, and nothing is done.
   */
  @Test
  void aKernelOfUnknownSizeStays() {
    GraphBuilder g = new GraphBuilder();
    g.placeholder("images", DataType.DT_FLOAT, Shape.of(IMAGES, 5, 5, 4));
    g.placeholder("kernel", DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 3, 2, 2));
    g.add(
        "Conv2D",
        "forward",
        Map.of(
            "T", Attributes.type(DataType.DT_FLOAT),
            "strides", Attributes.numbers(1, 1, 1, 1),
            "padding", Attributes.text("VALID")),
        "images",
        "kernel");
    assertThat(isChanged(g.build(), "forward")).isFalse();
  }

  /** TensorFlow lets it in, and says what is wrong once it runs. */
  @Test
  void aKernelOfOneAxisStays() {
    GraphBuilder g = new GraphBuilder();
    g.placeholder("images", DataType.DT_FLOAT, Shape.of(IMAGES, 1, 5, 5, 4));
    g.placeholder("kernel", DataType.DT_FLOAT, Shape.of(4));
    g.constant("size", Shape.of(5), IMAGES, 1, 5, 5, 4);
    g.add(
        "Conv3DBackpropInputV2",
        "spread",
        Map.of(
            "T", Attributes.type(DataType.DT_FLOAT),
            "strides", Attributes.numbers(1, 1, 1, 1, 1),
            "padding", Attributes.text("SAME")),
        "size",
        "kernel",
        "images");
    assertThat(isChanged(g.build(), "spread")).isFalse();
  }
}
