package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.files.Npy;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.StandardRules;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.savedmodels.SavedModelExporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;

/** What must hold for every model that others wrote: one small one for each family. */
class CorpusTest {
  private static final OpRules RULES = StandardRules.create();

  @TempDir Path temp;

  /** A model with the inputs and outputs that Python recorded. */
  private record Fixture(
      Model model, Map<String, ShapedArray> inputs, Map<String, ShapedArray> outputs) {

    static Fixture of(String name) {
      Path folder = SavedModelImporterTest.fixture(name);
      Path frozen = folder.resolve("model.pb");
      Model model =
          new SavedModelImporter(RULES)
              .read(Files.exists(frozen) ? frozen : folder, ReadOptions.DEFAULT);
      Network network = model.network();
      return new Fixture(
          model,
          recorded(folder, "input", List.copyOf(network.inputs().keySet())),
          recorded(folder, "output", List.copyOf(network.outputs().keySet())));
    }

    private static Map<String, ShapedArray> recorded(Path folder, String what, List<String> keys) {
      Map<String, ShapedArray> recorded = new LinkedHashMap<>();
      for (String key : keys) {
        Path own = folder.resolve(what + "." + key + ".npy");
        Path only = folder.resolve(what + ".npy");
        // Of several outputs, "nested" recorded the one named last.
        Path file = Files.exists(own) ? own : key.equals("once") ? null : only;
        if (file != null) {
          recorded.put(key, Npy.readFloats(file));
        }
      }
      return recorded;
    }
  }

  private static Cut randomCut(ChannelAnalysis analysis, long seed) {
    List<Cut.Group> groups = new ArrayList<>();
    for (ChannelGroup g : analysis.prunable()) {
      RandomStream random = RandomStream.of(seed, g.id());
      int keep = 1 + random.nextInt(Math.max(1, g.channels() - 1));
      int[] kept = Arrays.copyOf(random.permutation(g.channels()), keep);
      groups.add(Cut.Group.of(g, IntStream.of(kept).sorted().toArray()));
    }
    return new Cut("random", Map.of(), groups);
  }

  /**
   * @param prunable how many groups may be cut
   */
  @ParameterizedTest
  @CsvSource({
    "residual, 2",
    "separable, 3",
    "dense, 4",
    "inception, 9",
    "mobile, 4",
    "squeeze_excite, 3",
    "nchw, 2",
    "nchw_keras, 2",
    "flatten_dense, 2",
    "shared, 2",
    "two_outputs, 2",
    "two_inputs, 2",
    "grouped, 3",
    "split, 5",
    "prelu, 3",
    "resize, 6",
    "pads, 5",
    "attention_gate, 2",
    "layernorm, 1",
    "groupnorm, 1",
    "nested, 0",
    "folded, 2",
    "frozen, 1",
    "tf1-ref, 1",
    "tf1-resource, 1",
    "tf1_train_flag_v1, 1",
    "tf1_train_flag_v2, 1",
    "keras2_residual, 1",
    "tf1_slim_frozen, 3",
    "keras3_saved, 2",
    "detector, 2",
    "attention, 4",
    "cross_attention, 5",
    "grouped_queries, 4",
    "attention_by_hand, 3",
    "attention_split, 4",
    "contractions, 4",
    "bilinear, 1",
    "unet, 7",
    "generator, 3",
    "rows, 3",
    "volumes, 4",
    "fully_conv, 4",
    "computed_kernels, 4",
    "masked_kernels, 5",
    "quantised_kernels, 4",
    "half_frozen, 2",
    "parts, 3",
    "odd_ops, 5",
    "old_ops, 5",
    "recurrent, 2",
    "decided, 1",
    "tf1_loops, 3"
  })
  void computesWhatPythonComputedBeforeAndAfterAnyCut(String name, int prunable) {
    Fixture fixture = Fixture.of(name);
    Model model = fixture.model();
    Map<String, ShapedArray> found;
    try (Predictor predictor = new Predictor(model, Machine.all())) {
      found = predictor.outputs(fixture.inputs());
    }
    assertThat(Agreement.of(name, fixture.outputs(), found).relative()).isLessThan(1e-5);

    ChannelAnalysis analysis = ChannelAnalysis.of(model.network(), RULES);
    assertThat(analysis.prunable()).hasSize(prunable);
    CostModel costs = new CostModel(RULES);
    for (long seed = 1; seed <= 4 && prunable > 0; seed++) {
      Cut cut = randomCut(analysis, seed);
      Model removed = model.rewritten(new RemoveChannels(cut, RULES));
      Agreement proof = CutCheck.of(analysis, model.weights(), cut, removed, 3, Machine.all());
      assertThat(proof.relative()).isLessThan(1e-4);
      assertThat(proof.largest()).isPositive();
      assertThat(costs.of(removed.network()).macs())
          .isLessThan(costs.of(model.network()).macs())
          .isEqualTo(new CutCost(analysis).macs(cut));
      assertThat(costs.of(removed.network()).parameters())
          .isLessThan(costs.of(model.network()).parameters())
          .isEqualTo(new CutCost(analysis).parameters(cut));
    }
  }

  /** The shapes that the rules infer are TensorFlow's own, where both know one. */
  @ParameterizedTest
  @CsvSource({
    "residual",
    "separable",
    "dense",
    "inception",
    "mobile",
    "squeeze_excite",
    "nchw",
    "nchw_keras",
    "flatten_dense",
    "shared",
    "two_outputs",
    "two_inputs",
    "grouped",
    "split",
    "prelu",
    "resize",
    "pads",
    "attention_gate",
    "layernorm",
    "groupnorm",
    "nested",
    "folded",
    "keras2_residual",
    "attention",
    "grouped_queries",
    "attention_split",
    "contractions",
    "bilinear",
    "unet",
    "generator",
    "rows",
    "volumes",
    "fully_conv",
    "quantised_kernels",
    "parts",
    "odd_ops",
    "old_ops"
  })
  void shapesAreThoseThatTensorFlowInfers(String name) {
    Network network = Fixture.of(name).model().network();
    GraphFacts facts = GraphFacts.of(network, RULES);
    int compared = 0;
    try (Graph graph = new Graph()) {
      graph.importGraphDef(network.graph().def());
      for (var operation : (Iterable<GraphOperation>) graph::operations) {
        if (operation.type().equals("VarHandleOp")) {
          continue; // a handle, where the rules speak of the values
        }
        for (int i = 0; i < operation.numOutputs(); i++) {
          Optional<Shape> ours = facts.shape(new TensorRef(operation.name(), i));
          var theirs = operation.output(i).shape();
          if (ours.isEmpty() || theirs.isUnknown()) {
            continue;
          }
          assertThat(ours.get().rank()).as(operation.name()).isEqualTo(theirs.numDimensions());
          for (int a = 0; a < ours.get().rank(); a++) {
            if (!Shape.isOpen(ours.get().dim(a)) && theirs.get(a) >= 0) {
              assertThat((long) ours.get().dim(a)).as(operation.name()).isEqualTo(theirs.get(a));
              compared++;
            }
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(10);
  }

  /** The exporter itself compares what the file computes with what the network computes. */
  @ParameterizedTest
  @CsvSource({
    "residual",
    "squeeze_excite",
    "nchw",
    "shared",
    "two_outputs",
    "two_inputs",
    "resize",
    "nested",
    "folded",
    "tf1-ref",
    "keras2_residual",
    "attention",
    "contractions",
    "unet",
    "volumes",
    "fully_conv",
    "quantised_kernels",
    "parts",
    "odd_ops",
    "recurrent",
    "decided"
  })
  void goesBackToASavedModelWithItsSignature(String name) {
    Model model = Fixture.of(name).model();
    ChannelAnalysis analysis = ChannelAnalysis.of(model.network(), RULES);
    Model small = model.rewritten(new RemoveChannels(randomCut(analysis, 1), RULES));
    Path written = new SavedModelExporter(RULES).export(small, temp, 1, Map.of()).folder();
    Network read = new SavedModelImporter(RULES).read(written, ReadOptions.DEFAULT).network();
    assertThat(read.signature()).isEqualTo(model.network().signature());
    assertThat(read.inputs().keySet()).isEqualTo(model.network().inputs().keySet());
    assertThat(read.outputs().keySet()).isEqualTo(model.network().outputs().keySet());
    assertThat(new CostModel(RULES).of(read).macs())
        .isEqualTo(new CostModel(RULES).of(small.network()).macs());
  }
}
