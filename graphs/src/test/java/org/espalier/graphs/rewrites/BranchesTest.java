package org.espalier.graphs.rewrites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.cost.Cost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Residual branches: which there are, their scales, and networks without some of them. */
class BranchesTest {
  private static final GraphRewrite INSERT = new InsertBranchScales(Graphs.WIRED.rules());
  private static final GraphRewrite FOLD = new FoldScales();

  private static List<String> scaled(Network network) {
    return RemoveBranches.scaled(network, Graphs.WIRED.rules());
  }

  private static Rewritten without(Network network, List<String> scales) {
    return new RemoveBranches(scales, Graphs.WIRED.rules()).apply(network);
  }

  /** One for each block, whatever leads around it; two layers side by side are no branch. */
  @ParameterizedTest
  @CsvSource({
    "resnet20, 9",
    "resnet20-sfp, 9",
    "resnet50-cifar, 24",
    "preresnet20, 6",
    "preresnet29, 9",
    "densenet7, 0",
    "vgg11, 0"
  })
  void onePerBlock(String name, int branches) {
    Network network = Graphs.network(name, 0.25);
    assertThat(scaled(network)).isEmpty();
    Rewritten inserted = INSERT.apply(network);
    assertThat(scaled(inserted.network())).hasSize(branches);
    assertThat(inserted.network().parameters(k -> k == ParameterKind.BRANCH_SCALE))
        .hasSize(branches)
        .allSatisfy(p -> assertThat(p.shape()).isEqualTo(Shape.of()));
    assertThat(INSERT.apply(inserted.network()).network().graph())
        .as("those that have one keep it")
        .isEqualTo(inserted.network().graph());
    Weights weights = inserted.carry().apply(network.initialise(1));
    assertThat(weights).isEqualTo(inserted.network().initialise(1));
    assertThat(inserted.network().parameters())
        .extracting(Parameter::name)
        .containsSubsequence(network.parameters().stream().map(Parameter::name).toList());
  }

  @Test
  void theBranchIsScaledAndNotTheShortcut() {
    Network scaled = INSERT.apply(Graphs.network("resnet50-cifar", 0.25)).network();
    for (String sum : List.of("stage1/block1/sum", "stage2/block1/sum", "stage3/block4/sum")) {
      String block = sum.substring(0, sum.length() - 4);
      assertThat(scaled.graph().node(sum + "/branch").getInput(0)).startsWith(block + "/conv2/bn");
      assertThat(scaled.graph().node(sum).getInputList()).contains(sum + "/branch");
    }
  }

  /** The architecture that has scales of its own is what the rewrite takes it for. */
  @Test
  void scalesOfAnArchitectureAreFound() {
    Network network = Graphs.network("preresnet50-sss", 0.1);
    assertThat(scaled(network)).hasSize(16).contains("stage1/block1/branch/scale");
    assertThat(INSERT.apply(network).network().graph()).isEqualTo(network.graph());
  }

  /** The networks that Huang and Wang's training leaves come out, size by size. */
  @ParameterizedTest
  @CsvSource({
    "resnet41-sss, 11 12 13",
    "resnet32-sss, 11 13 33 34 42 43",
    "resnet26-sss, 11 12 13 21 24 31 42 43"
  })
  void thePublishedNetworksComeOut(String left, String gone) {
    List<String> scales = new ArrayList<>();
    for (String block : gone.split(" ")) {
      scales.add("stage" + block.charAt(0) + "/block" + block.charAt(1) + "/branch/scale");
    }
    Network whole = Graphs.network("preresnet50-sss");
    Network small = without(whole, scales).then(FOLD).network();
    Cost found = Graphs.WIRED.costs().of(small);
    Cost expected = Graphs.WIRED.costs().of(Graphs.network(left));
    assertThat(List.of(found.parameters(), found.macs(), found.flops()))
        .isEqualTo(List.of(expected.parameters(), expected.macs(), expected.flops()));
  }

  /** A cut that names branches costs what the network costs that comes of it. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "preresnet29"})
  void aCutOfBranchesAndChannelsCostsWhatItLeaves(String name) {
    Network network = INSERT.apply(Graphs.network(name, 0.5)).network();
    ChannelAnalysis analysis = Graphs.analysis(network);
    List<String> gone = scaled(network).subList(1, 4);
    Cut channels = Graphs.randomCut(analysis, 5);
    Cut cut = new Cut("test", Map.of(), channels.groups(), gone);
    Network small = new RemoveChannels(cut, Graphs.WIRED.rules()).apply(analysis).network();
    Cost cost = Graphs.WIRED.costs().of(small);
    CutCost counted = new CutCost(analysis);
    assertThat(counted.macs(cut)).isEqualTo(cost.macs()).isLessThan(counted.macs(channels));
    assertThat(counted.parameters(cut)).isEqualTo(cost.parameters());
    assertThat(scaled(small)).hasSize(scaled(network).size() - 3);
    assertThat(cut.completed(analysis).branches()).isEqualTo(gone);
    assertThat(Masks.silencing(cut, analysis).byParameter())
        .containsEntry(gone.get(0), ShapedArray.scalar(0f))
        .doesNotContainKey(scaled(network).get(0));
  }

  @Test
  void whatIsNoBranchIsNotRemoved() {
    assertThatThrownBy(() -> without(Graphs.network("resnet20", 0.25), List.of("stem/kernel")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("resnet20: 'stem/kernel' is not the scale of a residual branch");
  }

  /** Two layers side by side: neither leads around the other. */
  @Test
  void equalsAreNoBranches() {
    SmallGraph g = new SmallGraph();
    String sum =
        g.nodes.addFloat("AddV2", "sum", g.conv("images", "a", 3, 4), g.conv("images", "b", 3, 4));
    assertThat(scaled(INSERT.apply(g.end(sum)).network())).isEmpty();
  }

  /** A bias that is added by a sum, and a sum that spreads one pixel over all, are none either. */
  @Test
  void onlyTensorsOfOneShapeAreAdded() {
    SmallGraph g = new SmallGraph();
    String bias =
        g.nodes.parameter(
            new Parameter("bias", Shape.of(4), ParameterKind.BIAS, Initializer.zeros()));
    String shifted = g.nodes.addFloat("AddV2", "shifted", g.conv("images", "a", 3, 4), bias);
    String axes = g.nodes.constant("axes", Shape.of(2), 1, 2);
    String mean =
        g.nodes.add(
            "Mean",
            "mean",
            Map.of(
                "T",
                SmallGraph.FLOAT,
                "Tidx",
                Attributes.type(org.tensorflow.proto.DataType.DT_INT32),
                "keep_dims",
                Attributes.flag(true)),
            g.conv(shifted, "b", 4, 4),
            axes);
    Network network = g.end(g.nodes.addFloat("AddV2", "sum", shifted, mean));
    assertThat(scaled(INSERT.apply(network).network())).isEmpty();
  }

  /**
   * Each channel that may go and that one layer makes has a scale behind its batch norm. Not where
   * batch norm stands further on, in the branches that read the stem of a pre-activation ResNet.
   */
  @ParameterizedTest
  @ValueSource(strings = {"vgg16-slimming", "vgg11-slimming-imagenet", "preresnet20", "resnet20"})
  void channelsHaveScalesOfTheirOwn(String name) {
    boolean large = name.endsWith("imagenet");
    Network network = Graphs.network(name, large ? 0.05 : 0.25);
    GraphRewrite insert = new InsertChannelScales(Graphs.WIRED.rules());
    Rewritten inserted = insert.apply(network);
    ChannelAnalysis after = Graphs.analysis(inserted.network());
    List<ParameterKind> expected =
        after.prunable().stream()
            .filter(g -> !g.isCoupled() && g.members(Member.Role.PRODUCER).size() == 1)
            .filter(g -> !name.startsWith("pre") || !g.id().equals("stem"))
            .map(
                g ->
                    g.members().stream()
                        .map(m -> m.parameter().kind())
                        .filter(k -> k == ParameterKind.BRANCH_SCALE)
                        .findFirst()
                        .orElse(null))
            .toList();
    assertThat(expected).isNotEmpty().doesNotContainNull();
    assertThat(inserted.network().parameters(k -> k == ParameterKind.BRANCH_SCALE))
        .hasSameSizeAs(expected);
    assertThat(insert.apply(inserted.network()).network().graph())
        .isEqualTo(inserted.network().graph());
    NodeGraph graph = inserted.network().graph();
    assertThat(graph.nodes())
        .filteredOn(n -> n.getName().endsWith("/scaled"))
        .extracting(n -> graph.node(n.getInput(0)).getOp())
        .isSubsetOf("FusedBatchNormV3", "Squeeze");
    Network back = FOLD.apply(inserted.network()).network();
    assertThat(back.graph()).isEqualTo(network.graph());
  }

  /** Into batch norm where there is one, else into kernel and bias; what is shared stays. */
  @Test
  void scalesAreFoldedIntoWhatStandsBeforeThem() {
    Network network = INSERT.apply(Graphs.network("resnet20", 0.25)).network();
    String scale = "stage1/block1/sum/branch/scale";
    Weights weights = network.initialise(3).with(scale, ShapedArray.scalar(0.5f));
    Rewritten folded = FOLD.apply(network);
    Weights carried = folded.carry().apply(weights);
    assertThat(folded.network().graph()).isEqualTo(Graphs.network("resnet20", 0.25).graph());
    assertThat(carried.get("stage1/block1/conv2/bn/scale").values()).containsOnly(0.5f);
    assertThat(carried.get("stage1/block2/conv2/bn/scale").values()).containsOnly(1f);
    assertThat(carried.get("stage1/block1/conv2/kernel"))
        .isEqualTo(weights.get("stage1/block1/conv2/kernel"));
    assertThat(carried.names()).doesNotContain(scale);
  }

  @Test
  void aScaleBehindSomethingThatOthersReadStays() {
    SmallGraph g = new SmallGraph();
    String a = g.conv("images", "a", 3, 4);
    String b = g.conv(a, "b", 4, 4);
    String scale =
        g.nodes.parameter(
            new Parameter("s", Shape.of(), ParameterKind.BRANCH_SCALE, Initializer.ones()));
    String scaled = g.nodes.addFloat("Mul", "scaled", b, scale);
    String sum = g.nodes.addFloat("AddV2", "sum", scaled, a);
    Network shared = g.end(g.nodes.addFloat("AddV2", "end", sum, b));
    assertThat(FOLD.apply(shared).network().graph()).isEqualTo(shared.graph());
    SmallGraph h = new SmallGraph();
    String c = h.conv("images", "a", 3, 4);
    String rest = h.nodes.addFloat("Relu", "relu", h.conv(c, "b", 4, 4));
    String again =
        h.nodes.parameter(
            new Parameter("s", Shape.of(), ParameterKind.BRANCH_SCALE, Initializer.ones()));
    Network curved =
        h.end(h.nodes.addFloat("AddV2", "sum", h.nodes.addFloat("Mul", "m", rest, again), c));
    assertThat(FOLD.apply(curved).network().graph()).isEqualTo(curved.graph());
    assertThat(scaled(curved)).containsExactly("s");
  }
}
