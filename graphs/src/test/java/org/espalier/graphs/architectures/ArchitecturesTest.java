package org.espalier.graphs.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.ops.GraphFacts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.NodeDef;

class ArchitecturesTest {
  private static final int[][] SMALL = {
    {28, 28, 1}, {32, 32, 3}, {33, 29, 3}, {47, 47, 1}, {64, 64, 3}
  };
  private static final int[][] LARGE = {
    {224, 224, 3}, {32, 32, 3}, {65, 33, 1}, {225, 231, 3}, {64, 64, 3}
  };

  static List<String> names() {
    return Graphs.WIRED.architectures().names();
  }

  /** Whatever the input and the width, the shape of every node is known, up to the batch. */
  @ParameterizedTest
  @MethodSource("names")
  void everyInputAndWidthInfers(String name) {
    Architecture architecture = Graphs.WIRED.architectures().get(name);
    assertThat(architecture.name()).isEqualTo(name);
    int[][] inputs = architecture.defaults().equals(Options.IMAGENET) ? LARGE : SMALL;
    double[] factors = {0.25, 0.3, 1, 1.5};
    for (int i = 0; i < inputs.length; i++) {
      int[] in = inputs[i];
      Options options = new Options(in[0], in[1], in[2], 7, factors[i % factors.length]);
      Network network = architecture.build(options);
      assertThat(network.imageShape()).isEqualTo(Shape.of(-1, in[0], in[1], in[2]));
      GraphFacts facts = GraphFacts.of(network, Graphs.WIRED.rules());
      for (NodeDef node : facts.order()) {
        Shape shape = facts.shape(TensorRef.of(node.getName())).orElseThrow();
        boolean batch = shape.rank() > 0 && shape.dim(0) == Shape.UNKNOWN;
        assertThat((batch ? shape.with(0, 1) : shape).isKnown()).as(node.getName()).isTrue();
      }
      assertThat(facts.shape(network.output(Network.LOGITS))).contains(Shape.of(-1, 7));
    }
  }

  @Test
  void namesAreUniqueAndAnyDepthIsFound() {
    assertThat(names()).doesNotHaveDuplicates().contains("vgg16", "resnet56", "resnet110-b");
    assertThat(Graphs.network("resnet8").parameters()).hasSize(5 + 6 * 5 + 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet21", "resnet2", "resnet-20", "vgg", "", "VGG16 "})
  void anUnknownNameIsAnsweredWithNearOnes(String name) {
    assertThatThrownBy(() -> Graphs.WIRED.architectures().get(name))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown architecture '" + name + "'; nearest: ");
  }

  @ParameterizedTest
  @CsvSource({
    "vgg16, 15, pool4",
    "vgg16-imagenet, 31, pool5",
    "conv6, 7, pool3",
    "lenet5, 15, pool2"
  })
  void anInputThatVanishesIsRefused(String name, int size, String where) {
    Architecture architecture = Graphs.WIRED.architectures().get(name);
    Options larger = architecture.defaults().withInput(size + 1, size + 1, 3);
    assertThat(architecture.build(larger).parameters()).isNotEmpty();
    assertThatThrownBy(() -> architecture.build(larger.withInput(size, size, 3)))
        .isInstanceOf(UsageException.class)
        .hasMessage("the input is too small: nothing is left of the image at '" + where + "'");
  }

  /** Every other name would be built as if nothing had been asked. */
  @ParameterizedTest
  @MethodSource("names")
  void shortcutsAreChosenOrRefused(String name) {
    ArchitectureSpec spec = ArchitectureSpec.of(name).withShortcut(PaddedShortcut.SUBSAMPLE_MIDDLE);
    if (name.matches("resnet(20|32|44|56|110)(-a|-b|-sfp)?")) {
      Network usual = ArchitectureSpec.of(name).build(Graphs.WIRED.architectures());
      Network other = spec.build(Graphs.WIRED.architectures());
      assertThat(other.parameters()).isEqualTo(usual.parameters());
      assertThat(other.graph().def()).isNotEqualTo(usual.graph().def());
      assertThat(spec.withWidth(0.5).build(Graphs.WIRED.architectures()).graph().def())
          .isNotEqualTo(
              ArchitectureSpec.of(name)
                  .withWidth(0.5)
                  .build(Graphs.WIRED.architectures())
                  .graph()
                  .def());
    } else {
      assertThatThrownBy(() -> spec.build(Graphs.WIRED.architectures()))
          .isInstanceOf(UsageException.class)
          .hasMessage(name + " has no shortcut without weights, so 'shortcut' says nothing");
    }
  }

  /** What a name stands for can be said too. */
  @ParameterizedTest
  @CsvSource({"resnet20, AVERAGE", "resnet20-sfp, SUBSAMPLE", "resnet56-a, AVERAGE"})
  void theUsualShortcutIsTheSame(String name, PaddedShortcut usual) {
    Network said =
        ArchitectureSpec.of(name).withShortcut(usual).build(Graphs.WIRED.architectures());
    assertThat(said.graph().def()).isEqualTo(Graphs.network(name).graph().def());
  }

  @Test
  void anInputThatIsTooLargeToFlattenIsRefused() {
    Architecture architecture = Graphs.WIRED.architectures().get("lenet-300-100");
    assertThatThrownBy(() -> architecture.build(Options.MNIST.withInput(99999, 99999, 3)))
        .isInstanceOf(UsageException.class)
        .hasMessage("the input is too large: 'flat' has 29999400003 values");
  }
}
