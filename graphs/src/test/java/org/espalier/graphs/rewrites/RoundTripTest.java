package org.espalier.graphs.rewrites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A network survives being written as a graph, after any rewrite. */
class RoundTripTest {
  static List<String> architectures() {
    return Graphs.WIRED.architectures().names();
  }

  private static void roundTrips(Network network) {
    Network read = Network.of(network.marked());
    assertThat(read.name()).isEqualTo(network.name());
    assertThat(read.graph()).isEqualTo(network.graph());
    assertThat(read.inputs()).isEqualTo(network.inputs());
    assertThat(read.outputs()).isEqualTo(network.outputs());
    assertThat(read.parameters()).isEqualTo(network.parameters());
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void afterEveryRewrite(String name) {
    Network network = Graphs.network(name, 0.25);
    roundTrips(network);
    GraphRewrite cut =
        new RemoveChannels(Graphs.randomCut(Graphs.analysis(network), 2), Graphs.WIRED.rules());
    Rewritten now = new Rewritten(network, w -> w);
    for (GraphRewrite rewrite :
        List.of(
            cut,
            InsertMasks.onKernels(network),
            new TrainingForm(),
            new InferenceForm(),
            new FoldBatchNorm())) {
      now = now.then(rewrite);
      roundTrips(now.network());
      assertThat(now.network().name()).isEqualTo(name);
      // The weights go along, and every shape still infers.
      Weights weights = now.carry().apply(network.initialise(1));
      weights.matching(now.network().parameters(), rewrite.name());
      Graphs.WIRED.costs().of(now.network());
    }
    everyFoldableNormIsFolded(now.network());
    assertThat(new InferenceForm().apply(now.network()).network().graph())
        .isEqualTo(now.network().graph());
  }

  /** Before a layer, or behind one that others read too, batch norm has nothing to go into. */
  private static void everyFoldableNormIsFolded(Network network) {
    NodeGraph index = network.graph();
    assertThat(network.graph().nodes())
        .filteredOn(n -> n.getOp().startsWith("FusedBatchNorm"))
        .extracting(n -> index.node(TensorRef.nodeOf(n.getInput(0))))
        .noneMatch(n -> n.getOp().equals("Conv2D") && index.consumers(n.getName()).size() == 1);
    if (!network.name().matches("(preresnet|densenet).*|.*-sss")) {
      assertThat(network.graph().nodes()).noneMatch(n -> n.getOp().startsWith("FusedBatchNorm"));
    }
  }

  @Test
  void trainingFormAndInferenceFormUndoEachOther() {
    Network network = Graphs.network("vgg11", 0.25);
    Network training = new TrainingForm().apply(network).network();
    assertThat(training.graph()).isNotEqualTo(network.graph());
    assertThat(new InferenceForm().apply(training).network().graph()).isEqualTo(network.graph());
  }

  @Test
  void twoNamesForOneTensor() {
    SmallGraph g = new SmallGraph();
    String end = g.conv("images", "conv", 3, 4);
    roundTrips(
        new Network(
            "twice",
            g.nodes.build(),
            Map.of("images", TensorRef.of("images")),
            Map.of("logits", TensorRef.of(end), "features", TensorRef.of(end))));
  }

  @Test
  void anyOtherGraphIsRefused() {
    assertThatThrownBy(() -> Network.of(Graphs.network("vgg11").graph()))
        .isInstanceOf(BadInputException.class)
        .hasMessage("the graph names no inputs or no outputs; is it Espalier's?");
  }
}
