package org.espalier.graphs.rewrites;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.ops.GraphFacts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

class RemoveChannelsTest {
  static List<String> architectures() {
    return Graphs.WIRED.architectures().names();
  }

  private static Rewritten cut(ChannelAnalysis analysis, Cut cut) {
    return new RemoveChannels(cut, Graphs.WIRED.rules()).apply(analysis);
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void everyGroupShrinksToWhatTheCutKeeps(String name) {
    Network network = Graphs.network(name, 0.5);
    ChannelAnalysis analysis = Graphs.analysis(network);
    Cut cut = Graphs.randomCut(analysis, 11);
    Rewritten smaller = cut(analysis, cut);
    ChannelAnalysis after = Graphs.analysis(smaller.network());
    assertThat(after.groups())
        .extracting(ChannelGroup::id)
        .isEqualTo(analysis.groups().stream().map(ChannelGroup::id).toList());
    for (Cut.Group g : cut.groups()) {
      assertThat(Graphs.group(after, g.id()).channels()).isEqualTo(g.kept().size());
    }
    Cost big = Graphs.WIRED.costs().of(network);
    Cost small = Graphs.WIRED.costs().of(smaller.network());
    assertThat(small.parameters()).isLessThan(big.parameters());
    assertThat(small.macs()).isLessThan(big.macs());
    assertThat(small.flops()).isLessThan(big.flops());
    assertThat(smaller.network().outputs()).isEqualTo(network.outputs());

    // Weights of any kind go along, in shapes that fit.
    Weights carried = smaller.carry().apply(network.initialise(1));
    carried.matching(smaller.network().parameters(), "carried");
    assertThat(carried.names()).hasSameSizeAs(smaller.network().parameters());

    // No shape has grown, and every node is needed.
    GraphFacts before = analysis.facts();
    for (NodeDef node : after.facts().order()) {
      TensorRef ref = TensorRef.of(node.getName());
      Shape now = after.facts().shape(ref).orElseThrow();
      before
          .shape(ref)
          .ifPresent(s -> assertThat(now.elements()).isLessThanOrEqualTo(s.elements()));
    }
    assertThat(after.facts().graph().ancestors(List.of("logits", "images")))
        .hasSameSizeAs(smaller.network().graph().nodes());
  }

  @Test
  void keptChannelsKeepTheirValues() {
    Network network = Graphs.network("resnet20");
    ChannelAnalysis analysis = Graphs.analysis(network);
    Weights weights = network.initialise(3);
    int[] kept = {1, 5, 6};
    Cut cut =
        new Cut(
            "chosen",
            Map.of(),
            List.of(Cut.Group.of(Graphs.group(analysis, "stage1/block2/conv1"), kept)));
    Weights carried = cut(analysis, cut).carry().apply(weights);
    String layer = "stage1/block2/conv1";
    String reader = "stage1/block2/conv2/kernel";
    assertThat(carried.get(layer + "/kernel"))
        .isEqualTo(weights.get(layer + "/kernel").gather(3, kept));
    assertThat(carried.get(layer + "/bn/scale"))
        .isEqualTo(weights.get(layer + "/bn/scale").gather(0, kept));
    assertThat(carried.get(reader)).isEqualTo(weights.get(reader).gather(2, kept));
    assertThat(carried.filter(n -> !n.startsWith(layer) && !n.equals(reader)))
        .isEqualTo(weights.filter(n -> !n.startsWith(layer) && !n.equals(reader)));
  }

  /** Fewer zeros are appended where a stage begins: as many as are left of the channels there. */
  @Test
  void thePaddingOfChannelsShrinks() {
    ChannelAnalysis analysis = Graphs.analysis(Graphs.network("resnet20"));
    ChannelGroup added = Graphs.group(analysis, "stage2/block1/conv2");
    Cut cut = new Cut("chosen", Map.of(), List.of(Cut.Group.of(added, new int[] {0, 3, 9})));
    Network smaller = cut(analysis, cut).network();
    assertThat(paddings(smaller, "stage2/block1/zeros")).containsExactly(0, 0, 0, 0, 0, 0, 0, 3);
    assertThat(paddings(smaller, "stage3/block1/zeros")).containsExactly(0, 0, 0, 0, 0, 0, 0, 32);
    assertThat(paddings(smaller, "stage2/block1/conv1/pad"))
        .containsExactly(0, 0, 1, 1, 1, 1, 0, 0);
  }

  private static int[] paddings(Network network, String node) {
    GraphFacts facts = GraphFacts.of(network, Graphs.WIRED.rules());
    return facts.op(facts.graph().node(node)).integers(1);
  }

  /** Graphs of others may write paddings in 64 bits, and pass them through an identity. */
  @Test
  void paddingsKeepTheirType() {
    SmallGraph g = new SmallGraph();
    String x = g.conv("images", "conv1", 3, 4);
    g.nodes.add(
        "Const",
        "wide",
        Map.of(
            "dtype",
            Attributes.type(DataType.DT_INT64),
            "value",
            Attributes.longs(Shape.of(4, 2), 0, 0, 0, 0, 0, 0, 2, 2)));
    g.nodes.add("Identity", "same", Map.of("T", Attributes.type(DataType.DT_INT64)), "wide");
    x =
        g.nodes.add(
            "Pad",
            "pad",
            Map.of("T", SmallGraph.FLOAT, "Tpaddings", Attributes.type(DataType.DT_INT64)),
            x,
            "same");
    x = g.nodes.addFloat("AddV2", "sum", x, g.conv("images", "conv2", 3, 8));
    ChannelAnalysis analysis = Graphs.analysis(g.end(g.conv(x, "conv3", 8, 2)));
    ChannelGroup added = Graphs.group(analysis, "conv2");
    assertThat(added.channels()).isEqualTo(4);
    Cut cut = new Cut("chosen", Map.of(), List.of(Cut.Group.of(added, new int[] {1, 2, 3})));
    Network smaller = cut(analysis, cut).network();
    assertThat(paddings(smaller, "pad")).containsExactly(0, 0, 0, 0, 0, 0, 1, 2);
    String constant =
        smaller.graph().nodes().stream()
            .filter(n -> n.getName().equals("pad"))
            .findFirst()
            .orElseThrow()
            .getInput(1);
    assertThat(smaller.graph().nodes())
        .filteredOn(n -> n.getName().equals(constant))
        .allSatisfy(
            n -> assertThat(n.getAttrOrThrow("dtype").getType()).isEqualTo(DataType.DT_INT64));
  }

  @Test
  void aCutThatKeepsAllChangesNothing() {
    Network network = Graphs.network("resnet20");
    ChannelAnalysis analysis = Graphs.analysis(network);
    Cut all =
        new Cut(
            "all",
            Map.of(),
            analysis.groups().stream()
                .map(g -> Cut.Group.of(g, IntStream.range(0, g.channels()).toArray()))
                .toList());
    assertThat(cut(analysis, all).network().graph()).isEqualTo(network.graph());
    assertThat(all.changed()).isEmpty();
  }

  @Test
  void cuttingTwiceIsCuttingOnce() {
    ChannelAnalysis analysis = Graphs.analysis(Graphs.network("resnet20", 0.5));
    Cut first = Graphs.randomCut(analysis, 1);
    Rewritten once = cut(analysis, first);
    ChannelAnalysis middle = Graphs.analysis(once.network());
    Cut second = Graphs.randomCut(middle, 2);
    Rewritten twice = once.then(new RemoveChannels(second, Graphs.WIRED.rules()));
    Cut both =
        new Cut(
            "both",
            Map.of(),
            IntStream.range(0, first.groups().size())
                .mapToObj(
                    i -> {
                      Cut.Group a = first.groups().get(i);
                      List<Integer> kept =
                          second.groups().get(i).kept().stream().map(a.kept()::get).toList();
                      return new Cut.Group(a.id(), a.channels(), kept, a.members());
                    })
                .toList());
    Rewritten direct = cut(analysis, both);
    assertThat(twice.network().parameters()).isEqualTo(direct.network().parameters());
    Weights weights = analysis.network().initialise(5);
    assertThat(twice.carry().apply(weights)).isEqualTo(direct.carry().apply(weights));
    assertThat(twice.network().parameters()).extracting(Parameter::name).isNotEmpty();
  }
}
