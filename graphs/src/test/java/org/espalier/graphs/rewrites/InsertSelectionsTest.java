package org.espalier.graphs.rewrites;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.ops.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.NodeDef;

/** A branch that leaves a trunk may read fewer of its channels; the trunk stays. */
class InsertSelectionsTest {
  private static final GraphRewrite INSERT = new InsertSelections(Graphs.WIRED.rules());
  private static final GraphRewrite DROP = new DropIdleSelections(Graphs.WIRED.rules());

  private static List<NodeDef> selections(Network network) {
    return network.graph().nodes().stream()
        .filter(n -> Attributes.flag(n, Op.SELECTION, false))
        .toList();
  }

  /**
   * A pre-activation ResNet has a branch for each block, a projection for each stage, and the end;
   * a DenseNet one for each layer, two transitions, and the end.
   */
  @ParameterizedTest
  @CsvSource({
    "preresnet11, 7",
    "preresnet20, 10",
    "preresnet29, 13",
    "densenet7, 6",
    "densenet13, 12",
    "densenet-bc-10, 6",
    "densenet-bc-16, 9",
    "vgg11, 0"
  })
  void onePerBranch(String name, int branches) {
    Network network = Graphs.network(name, 0.5);
    Network selecting = INSERT.apply(network).network();
    assertThat(selections(selecting)).hasSize(branches);
    assertThat(selecting.parameters()).isEqualTo(network.parameters());
    assertThat(Graphs.WIRED.costs().of(selecting)).isEqualTo(Graphs.WIRED.costs().of(network));
    // There is nothing left to do for a second one.
    assertThat(INSERT.apply(selecting).network().graph()).isEqualTo(selecting.graph());
  }

  @ParameterizedTest
  @ValueSource(strings = {"preresnet11", "preresnet20", "densenet7", "densenet-bc-10"})
  void theTrunkStaysAndTheBranchesAreCut(String name) {
    Network network = Graphs.network(name, 0.5);
    ChannelAnalysis before = Graphs.analysis(network);
    ChannelAnalysis after = Graphs.analysis(INSERT.apply(network).network());
    List<String> shared =
        before.prunable().stream()
            .filter(g -> g.isCoupled() || g.members(Member.Role.CONSUMER).size() > 1)
            .map(ChannelGroup::id)
            .toList();
    assertThat(shared).isNotEmpty();
    for (String id : shared) {
      assertThat(Graphs.group(after, id).prunable()).as(id).isFalse();
      assertThat(Graphs.group(after, id).reason()).contains("select");
    }
    assertThat(after.prunable())
        .filteredOn(g -> g.id().endsWith(":in"))
        .hasSameSizeAs(selections(after.network()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"preresnet11", "preresnet20", "densenet7", "densenet-bc-10"})
  void idleOnesGoWithoutATrace(String name) {
    Network network = Graphs.network(name, 0.5);
    Network back = DROP.apply(INSERT.apply(network).network()).network();
    assertThat(back.graph()).isEqualTo(network.graph());
    assertThat(back.outputs()).isEqualTo(network.outputs());
  }

  /** Those that select something stay, and read the trunk at its full width. */
  @ParameterizedTest
  @ValueSource(strings = {"preresnet11", "densenet7"})
  void thoseThatSelectStay(String name) {
    Network network = Graphs.network(name, 0.5);
    Rewritten selecting = INSERT.apply(network);
    ChannelAnalysis analysis = Graphs.analysis(selecting.network());
    List<ChannelGroup> read =
        analysis.prunable().stream().filter(g -> g.id().endsWith(":in")).toList();
    ChannelGroup first = read.get(0);
    Cut cut = new Cut("test", java.util.Map.of(), List.of(Cut.Group.of(first, new int[] {1, 3})));
    Rewritten small = selecting.then(new RemoveChannels(cut, Graphs.WIRED.rules())).then(DROP);
    assertThat(selections(small.network())).hasSize(1);
    ChannelAnalysis after = Graphs.analysis(small.network());
    assertThat(after.facts().shape(TensorRef.of(selections(small.network()).get(0).getName())))
        .get()
        .satisfies(s -> assertThat(s.last()).isEqualTo(2));
    Weights weights = small.carry().apply(network.initialise(1));
    weights.matching(small.network().parameters(), "carried");
    // What made the channels is as it was.
    for (ChannelGroup group : Graphs.analysis(network).groups()) {
      for (Member m : group.members(Member.Role.PRODUCER)) {
        assertThat(small.network().parameter(m.parameter().name()).shape().last())
            .isEqualTo(m.parameter().shape().last());
      }
    }
  }

  /** What is fed is no trunk: no colour is dropped for a branch. */
  @Test
  void imagesThatSeveralLayersReadAreNoTrunk() {
    SmallGraph g = new SmallGraph();
    String a = g.conv("images", "a", 3, 4);
    String b = g.conv("images", "b", 3, 4);
    Network network = g.end(g.conv(g.nodes.addFloat("Mul", "product", a, b), "c", 4, 5));
    assertThat(selections(INSERT.apply(network).network())).isEmpty();
  }

  /** A branch that meets the trunk again before a layer of its own is none. */
  @Test
  void aGateIsNoBranch() {
    SmallGraph g = new SmallGraph();
    String trunk =
        g.nodes.addFloat("AddV2", "sum", g.conv("images", "a", 3, 4), g.conv("images", "b", 3, 4));
    String gated = g.nodes.addFloat("Mul", "gated", trunk, g.nodes.addFloat("Sigmoid", "s", trunk));
    Network network = g.end(g.conv(gated, "c", 4, 5));
    Network selecting = INSERT.apply(network).network();
    assertThat(selections(selecting)).extracting(NodeDef::getName).containsExactly("c/select");
  }
}
