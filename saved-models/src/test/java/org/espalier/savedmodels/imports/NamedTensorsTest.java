package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.savedmodels.imports.FrozenGraph.in;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.ops.rules.StandardRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

/** Inputs and outputs by the names that a signature, a graph or {@code inspect} gives them. */
class NamedTensorsTest {
  @TempDir Path temp;

  private static Model read(Path path, List<String> inputs, List<String> outputs) {
    return new SavedModelImporter(StandardRules.create())
        .read(
            path,
            new ReadOptions(Optional.empty(), inputs, outputs, List.of(), Optional.empty(), false));
  }

  private Model read(FrozenGraph graph, List<String> inputs, List<String> outputs) {
    return read(graph.write(temp.resolve("model.pb")), inputs, outputs);
  }

  private static Map<String, ShapedArray> outputs(Model model, Map<String, ShapedArray> inputs) {
    try (Predictor predictor = new Predictor(model, Machine.threads(1))) {
      return predictor.outputs(inputs);
    }
  }

  /** Six channels, split into two halves, of which the second is made positive and read twice. */
  private static FrozenGraph halves() {
    return new FrozenGraph()
        .placeholder("x", Shape.of(-1, 2, 2, 6))
        .constant("axis", DataType.DT_INT32, Attributes.ints(Shape.of(), 3))
        .node("Split", "split", in("axis", "x"), "num_split", Attributes.number(2))
        .node("Relu", "second", in("split:1"))
        .node("AddV2", "y", in("second", "split:1"));
  }

  @Test
  void oneOutputOfSeveralIsFedAndKeepsItsShape() {
    Model model = read(halves(), List.of("split:1"), List.of("y"));
    Network network = model.network();
    assertThat(network.inputs().keySet()).containsExactly("split:1");
    assertThat(Attributes.shape(network.graph().node(network.input("split:1").node()), "shape"))
        .contains(Shape.of(-1, 2, 2, 3));
    ShapedArray fed = FrozenGraph.values("fed", 2, 2, 2, 3);
    float[] y = outputs(model, Map.of("split:1", fed)).get("y").values();
    for (int i = 0; i < y.length; i++) {
      assertThat(y[i]).isEqualTo(Math.max(0, fed.values()[i]) + fed.values()[i]);
    }
  }

  /** The other outputs of a node are computed as before. */
  @Test
  void whatIsNotFedIsComputed() {
    FrozenGraph graph = halves().node("AddV2", "both", in("split", "split:1"));
    Model model = read(graph, List.of("x", "split:1"), List.of("both"));
    ShapedArray x = FrozenGraph.values("x", 1, 2, 2, 6);
    ShapedArray fed = FrozenGraph.values("fed", 1, 2, 2, 3);
    float[] both = outputs(model, Map.of("x", x, "split:1", fed)).get("both").values();
    for (int pixel = 0; pixel < 4; pixel++) {
      for (int c = 0; c < 3; c++) {
        assertThat(both[pixel * 3 + c])
            .isEqualTo(x.values()[pixel * 6 + c] + fed.values()[pixel * 3 + c]);
      }
    }
  }

  @Test
  void aNodeHasSoManyOutputs() {
    assertThatThrownBy(() -> read(halves(), List.of("split:2"), List.of("y")))
        .isInstanceOf(UsageException.class)
        .hasMessage("node 'split' (Split) has 2 outputs, so there is no 'split:2'");
    assertThatThrownBy(() -> read(halves(), List.of("splitt"), List.of("y")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown node 'splitt'; nearest: split");
  }

  /** A tensor that is computed on the way takes the shape that TensorFlow tells of it. */
  @Test
  void aTensorOnTheWayIsFedInItsShape() {
    Model model = read(halves(), List.of("second:0", "split:1"), List.of("y"));
    assertThat(
            Attributes.shape(
                model.network().graph().node(model.network().input("second").node()), "shape"))
        .contains(Shape.of(-1, 2, 2, 3));
  }

  /** An output may be named as the signature names it, and then keeps that name. */
  @Test
  void outputsGoByTheNamesOfTheSignature() {
    Path path = SavedModelImporterTest.fixture("two_outputs");
    Model whole = read(path, List.of(), List.of());
    List<String> keys = List.copyOf(whole.network().outputs().keySet());
    assertThat(keys).hasSize(2);
    for (String key : keys) {
      Network one = read(path, List.of(), List.of(key)).network();
      assertThat(one.outputs().keySet()).containsExactly(key);
      assertThat(one.inputs()).isEqualTo(whole.network().inputs());
      assertThat(one.graph().nodes()).hasSizeLessThan(whole.network().graph().nodes().size());
    }
  }

  /** What inspect prints lies within a function, and is found there. */
  @Test
  void outputsWithinFunctionsGoByTheNamesOfTheFlatGraph() {
    Path path = SavedModelImporterTest.fixture("residual");
    Model whole = read(path, List.of(), List.of());
    String inner =
        whole.network().graph().nodes().stream()
            .filter(node -> node.getOp().equals("Mean"))
            .findFirst()
            .orElseThrow()
            .getName();
    Network cut = read(path, List.of(), List.of(inner + ":0")).network();
    assertThat(cut.outputs().keySet()).containsExactly(inner);
    assertThat(cut.outputs().get(inner).node()).isEqualTo(inner);
    assertThat(cut.parameters()).hasSizeLessThan(whole.network().parameters().size());
    assertThatThrownBy(() -> read(path, List.of(), List.of(inner + ":1")))
        .isInstanceOf(UsageException.class)
        .hasMessage("node '" + inner + "' (Mean) has no output '" + inner + ":1'");
    assertThatThrownBy(() -> read(path, List.of(), List.of(inner + "x")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown node '" + inner + "x'; nearest: " + inner);
  }
}
