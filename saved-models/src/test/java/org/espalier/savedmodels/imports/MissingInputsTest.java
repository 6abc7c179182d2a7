package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/** The part of a graph that restores weights is read as it lies in the file: nobody checked it. */
class MissingInputsTest {
  private static List<NodeDef.Builder> nodes(GraphDef.Builder graph) {
    List<NodeDef.Builder> nodes = new ArrayList<>(graph.getNodeBuilderList());
    graph
        .getLibraryBuilder()
        .getFunctionBuilderList()
        .forEach(f -> nodes.addAll(f.getNodeDefBuilderList()));
    nodes.removeIf(n -> n.getInputCount() == 0);
    return nodes;
  }

  private static Map<String, CheckpointKey> keys(GraphDef graph) {
    Map<String, FunctionDef> library = new HashMap<>();
    graph.getLibrary().getFunctionList().forEach(f -> library.put(f.getSignature().getName(), f));
    return CheckpointKeys.of(graph, library);
  }

  /** A variable that it restores may be lost, and all others are found where they were. */
  @ParameterizedTest
  @ValueSource(
      strings = {"tf1-resource", "tf1-ref", "tf1_train_flag_v1", "squeeze_excite", "mobile"})
  void costTheVariableThatTheyRestoreAndNoOther(String name) throws IOException {
    Path file = SavedModelImporterTest.fixture(name).resolve("saved_model.pb");
    GraphDef graph = SavedModel.parseFrom(Files.readAllBytes(file)).getMetaGraphs(0).getGraphDef();
    Map<String, CheckpointKey> whole = keys(graph);
    assertThat(whole).isNotEmpty();
    int lost = 0;
    for (int i = 0; i < nodes(graph.toBuilder()).size(); i++) {
      GraphDef.Builder changed = graph.toBuilder();
      NodeDef.Builder node = nodes(changed).get(i);
      List<String> read = List.copyOf(node.getInputList());
      for (int inputs = 0; inputs < read.size(); inputs++) {
        node.clearInput().addAllInput(read.subList(0, inputs));
        Map<String, CheckpointKey> found = new HashMap<>(keys(changed.build()));
        found.keySet().retainAll(whole.keySet());
        lost += found.size() < whole.size() ? 1 : 0;
        found.forEach((variable, key) -> assertThat(key).isEqualTo(whole.get(variable)));
      }
    }
    assertThat(lost).isPositive();
  }
}
