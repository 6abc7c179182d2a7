package org.espalier.graphs.rewrites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;

/** What may be folded, and what must not. */
class FoldBatchNormTest {
  private static boolean folds(Network network) {
    return new FoldBatchNorm()
        .apply(network).network().graph().nodes().stream()
            .noneMatch(n -> n.getOp().startsWith("FusedBatchNorm"));
  }

  @Test
  void aGraphWithoutEpsilonMeansTensorFlowsDefault() {
    SmallGraph g = new SmallGraph();
    Network network = g.end(g.norm(g.conv("images", "a", 3, 1), "a/bn", 1, Map.of()));
    Weights weights = network.initialise(1);
    float[] values = {2f, 0.5f, 0.25f, 0.01f};
    String[] parts = {"scale", "offset", "mean", "variance"};
    for (int i = 0; i < 4; i++) {
      weights = weights.with("a/bn/" + parts[i], ShapedArray.filled(Shape.of(1), values[i]));
    }
    Rewritten folded = new FoldBatchNorm().apply(network);
    assertThat(folds(network)).isTrue();
    double expected = 0.5 - 0.25 * 2 / Math.sqrt(0.01 + 1e-4);
    assertThat((double) folded.carry().apply(weights).get("a/bias").values()[0])
        .isCloseTo(expected, within(1e-5));
  }

  @Test
  void aLayerThatIsAlsoAnOutputStaysAsItIs() {
    SmallGraph g = new SmallGraph();
    String conv = g.conv("images", "a", 3, 4);
    String norm = g.norm(conv, "a/bn", 4, Map.of());
    Network network =
        new Network(
            "two",
            g.nodes.build(),
            Map.of("images", TensorRef.of("images")),
            Map.of("logits", TensorRef.of(norm), "features", TensorRef.of(conv)));
    assertThat(folds(network)).isFalse();
  }

  @Test
  void aLayerThatFeedsTwoStaysAsItIs() {
    SmallGraph g = new SmallGraph();
    String conv = g.conv("images", "a", 3, 4);
    String norm = g.norm(conv, "a/bn", 4, Map.of());
    assertThat(folds(g.end(g.nodes.addFloat("AddV2", "sum", conv, norm)))).isFalse();
  }

  @Test
  void trainingModeStaysUntilTheInferenceForm() {
    SmallGraph g = new SmallGraph();
    Network network = g.end(g.norm(g.conv("images", "a", 3, 4), "a/bn", 4, Map.of()));
    Network training = new TrainingForm().apply(network).network();
    assertThat(folds(training)).isFalse();
    assertThat(folds(new InferenceForm().apply(training).network())).isTrue();
  }

  /** Older graphs hold older batch norms. */
  @Test
  void theInferenceFormKnowsEveryVersion() {
    SmallGraph g = new SmallGraph();
    Network network = g.end(g.norm(g.conv("images", "a", 3, 4), "a/bn", 4, Map.of()));
    var old = network.graph().def().toBuilder();
    old.getNodeBuilderList().stream()
        .filter(n -> n.getOp().equals("FusedBatchNormV3"))
        .forEach(
            n ->
                n.setOp("FusedBatchNorm")
                    .putAttr("is_training", Attributes.flag(true))
                    .putAttr(TrainingForm.MARK, Attributes.flag(true)));
    Network written = network.withGraph(new NodeGraph(old.build()));
    assertThat(folds(written)).isFalse();
    assertThat(folds(new InferenceForm().apply(written).network())).isTrue();
  }
}
