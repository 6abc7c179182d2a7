package org.espalier.graphs.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.Signature;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.ops.ToldShapes;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** A cost is right, or says that it is not. */
class CostModelTest {
  private static final List<Optional<Shape>> SAME =
      List.of(Optional.of(Shape.of(Shape.BATCH, 8, 8, 4)));

  /** conv1, an op that nobody knows, conv2, conv3. */
  private static Network network() {
    SmallGraph g = new SmallGraph();
    String x = g.nodes.addFloat("Mystery", "riddle", g.conv("images", "conv1", 3, 4));
    return g.end(g.conv(g.conv(x, "conv2", 4, 6), "conv3", 6, 2));
  }

  private static Network told(Network network, List<Optional<Shape>> shapes) {
    return ToldShapes.ask(network, Graphs.WIRED.rules(), node -> shapes);
  }

  private static Cost cost(Network network) {
    return Graphs.WIRED.costs().of(network);
  }

  private static final long TRUE = 64 * 9 * (3 * 4 + 4 * 6 + 6 * 2);

  @Test
  void whatIsBehindAnUnknownOpIsAtLeastSoMuch() {
    Cost cost = cost(network());
    assertThat(cost.isAtLeast()).isTrue();
    assertThat(cost.macs()).isLessThan(TRUE);
    assertThat(cost.open())
        .containsExactly(
            "the size of what 'conv2' (Conv2D) works on is known only at run time",
            "the size of what 'conv3' (Conv2D) works on is known only at run time");
    assertThat(new CutCost(Graphs.analysis(network())).open()).isEqualTo(cost.open());
  }

  @Test
  void withTheShapesToldItIsCounted() {
    Cost cost = cost(told(network(), SAME));
    assertThat(cost.isAtLeast()).isFalse();
    assertThat(cost.macs()).isEqualTo(TRUE);
  }

  @Test
  void onlyWhatIsMissingIsAskedFor() {
    List<String> asked = new ArrayList<>();
    Network told =
        ToldShapes.ask(
            network(),
            Graphs.WIRED.rules(),
            node -> {
              asked.add(node.getName());
              return SAME;
            });
    assertThat(asked).containsExactly("riddle");
    assertThat(told.graph().nodes().stream().filter(n -> n.containsAttr(Network.TOLD)).count())
        .isEqualTo(1);
    Network whole = Graphs.network("resnet20");
    assertThat(told(whole, SAME)).isSameAs(whole);
  }

  /** The unknown op keeps what it reads; what is behind it is cut, and its cost stays right. */
  @Test
  void aCutLeavesToldShapesRight() {
    Network network = told(network(), SAME);
    ChannelAnalysis analysis = Graphs.analysis(network);
    Cut cut = Graphs.randomCut(analysis, 2);
    Network small = new RemoveChannels(cut, Graphs.WIRED.rules()).apply(analysis).network();
    int left = small.parameter("conv2/kernel").shape().last();
    assertThat(left).isLessThan(6);
    assertThat(cost(small).isAtLeast()).isFalse();
    assertThat(cost(small).macs())
        .isEqualTo(64 * 9 * (3 * 4 + 4 * left + left * 2))
        .isEqualTo(new CutCost(analysis).macs(cut));
  }

  @Test
  void anotherAssumedSizeForgetsThem() {
    assertThat(cost(told(network(), SAME).assuming(8, 8)).isAtLeast()).isTrue();
    assertThat(cost(told(network(), SAME).assumingNothing()).isAtLeast()).isTrue();
  }

  /** A rule's own knowledge comes first: after a cut it is the newer. */
  @Test
  void onlyOpenSizesAreTakenFromWhatWasTold() {
    SmallGraph g = new SmallGraph();
    String size = g.nodes.placeholder("size", DataType.DT_INT32, Shape.of(2));
    String x = g.nodes.addFloat("ResizeBilinear", "resize", g.conv("images", "conv1", 3, 4), size);
    Network network = g.end(g.conv(x, "conv2", 4, 6));
    assertThat(cost(network).isAtLeast()).isTrue();
    Network told = told(network, List.of(Optional.of(Shape.of(Shape.BATCH, 5, 6, 99))));
    assertThat(cost(told).isAtLeast()).isFalse();
    assertThat(cost(told).macs()).isEqualTo(64 * 9 * 12 + 30 * 9 * 24);
  }

  @ParameterizedTest
  @CsvSource({"Conv", "SparseTensorDenseMatMul", "BlockLSTM", "_FusedConv2D", "XlaDotV2", "Riddle"})
  void workOfAnOpWithoutARuleIsNotForgotten(String op) {
    SmallGraph g = new SmallGraph();
    String kernel =
        g.nodes.parameter(
            new Parameter("w", Shape.of(3, 4), ParameterKind.OTHER, Initializer.ones()));
    String x = g.nodes.addFloat(op, "odd", g.conv("images", "conv1", 3, 4), kernel);
    Network network = told(g.end(g.conv(x, "conv2", 4, 6)), SAME);
    assertThat(cost(network).open())
        .containsExactly("no rule counts the work of 'odd' (%s)".formatted(op));
  }

  @Test
  void anOpWithoutARuleThatMovesThingsDoesNoWork() {
    SmallGraph g = new SmallGraph();
    String bias =
        g.nodes.parameter(new Parameter("b", Shape.of(4), ParameterKind.OTHER, Initializer.ones()));
    String x = g.nodes.addFloat("Riddle", "odd", g.conv("images", "conv1", 3, 4), bias);
    assertThat(cost(told(g.end(g.conv(x, "conv2", 4, 6)), SAME)).isAtLeast()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'abcd,de->abce', '4,5', 1280",
    "'abcd,ed->abce', '5,4', 1280",
    "'...d,de->...e', '4,5', 1280",
    "'abcd,bcd->a', '8,8,4', 256",
    "'a...d,...d->a...', '8,4', 256",
  })
  void anEinsumCostsWhatItsEquationSays(String equation, String shape, long macs) {
    SmallGraph g = new SmallGraph();
    int[] sizes = java.util.Arrays.stream(shape.split(",")).mapToInt(Integer::parseInt).toArray();
    String w =
        g.nodes.parameter(
            new Parameter("w", Shape.of(sizes), ParameterKind.OTHER, Initializer.ones()));
    Map<String, AttrValue> attributes = Map.of("equation", Attributes.text(equation));
    String x = g.nodes.add("Einsum", "sum", attributes, g.conv("images", "conv1", 3, 4), w);
    Cost cost = cost(g.end(x));
    assertThat(cost.isAtLeast()).isFalse();
    assertThat(cost.macs()).isEqualTo(64 * 9 * 12 + macs);
  }

  /** The bias counts where it is added, for its layer, and not where it is handed on. */
  @Test
  void layersAreWhatWorksOrComputesWithParameters() {
    SmallGraph g = new SmallGraph();
    String bias =
        g.nodes.parameter(new Parameter("b", Shape.of(4), ParameterKind.BIAS, Initializer.ones()));
    String x = g.nodes.addFloat("Identity", "same", g.conv("images", "conv1", 3, 4));
    String read = g.nodes.addFloat("Identity", "read", bias);
    Cost cost = cost(g.end(g.nodes.addFloat("AddV2", "sum", x, read)));
    assertThat(cost.layers())
        .extracting(layer -> layer.name() + " " + layer.parameters() + " " + layer.nodes())
        .containsExactly("conv1 112 [conv1, sum]");
    assertThat(cost.parameters()).isEqualTo(112);
  }

  @Test
  void whatOnlyAnotherSignatureComputesIsNotCounted() {
    SmallGraph g = new SmallGraph();
    String x = g.conv("images", "conv1", 3, 4);
    Network one = g.end(x);
    String beside = g.conv(x, "conv2", 4, 6);
    Network two =
        g.end(x)
            .withOthers(
                List.of(
                    new Signature(
                        "beside",
                        Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
                        Map.of("more", TensorRef.of(beside)))));
    assertThat(cost(two).macs()).isEqualTo(cost(one).macs()).isEqualTo(64 * 9 * 12);
    assertThat(cost(two).layers()).isEqualTo(cost(one).layers()).hasSize(1);
  }

  @Test
  void moreThanCanBeCountedIsAnError() {
    assertThatThrownBy(() -> cost(huge(1 << 30, 1 << 30)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("does more work than can be counted");
  }

  private static Network huge(int rows, int channels) {
    SmallGraph g = new SmallGraph();
    String x = g.nodes.placeholder("x", DataType.DT_FLOAT, Shape.of(-1, rows, channels));
    String y = g.nodes.placeholder("y", DataType.DT_FLOAT, Shape.of(-1, channels, rows));
    g.nodes.addFloat("BatchMatMulV2", "product", x, y);
    return g.end("product");
  }
}
