package org.espalier.graphs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** What is wrong with a graph is said with the name of the node. */
class GraphErrorsTest {
  private static NodeDef node(String name, String op, String... inputs) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp(op)
        .addAllInput(java.util.List.of(inputs))
        .build();
  }

  private static void fails(GraphDef graph, String message) {
    assertThatThrownBy(() -> Graphs.analysis(SmallGraph.network(new NodeGraph(graph), "images")))
        .isInstanceOf(BadInputException.class)
        .hasMessage(message);
  }

  private static GraphDef.Builder images() {
    return new SmallGraph().nodes.build().def().toBuilder();
  }

  @Test
  void cycle() {
    fails(
        images().addNode(node("a", "Relu", "b")).addNode(node("b", "Relu", "a")).build(),
        "the graph has a cycle through node 'a'");
  }

  @Test
  void duplicateName() {
    fails(images().addNode(node("images", "Relu")).build(), "two nodes are named 'images'");
  }

  @Test
  void missingInput() {
    fails(
        images().addNode(node("a", "Relu", "gone:1")).build(),
        "node 'a' reads 'gone:1', which does not exist");
    fails(
        images().addNode(node("a", "Relu", "images", "^gone")).build(),
        "node 'a' reads '^gone', which does not exist");
  }

  @Test
  void wrongBroadcast() {
    SmallGraph g = new SmallGraph();
    String sum =
        g.nodes.addFloat("AddV2", "sum", g.conv("images", "a", 3, 4), g.conv("images", "b", 3, 5));
    fails(
        g.end(sum).graph().def(),
        "node 'sum' (AddV2) cannot broadcast [?,8,8,4] against [?,8,8,5]");
  }

  @Test
  void wrongKernelAndWrongStatistics() {
    SmallGraph kernel = new SmallGraph();
    fails(
        kernel.end(kernel.conv("images", "a", 4, 4)).graph().def(),
        "node 'a' (Conv2D) has a kernel for 4 channels, but reads 3");
    SmallGraph norm = new SmallGraph();
    fails(
        norm.end(norm.norm("images", "a", 4, Map.of())).graph().def(),
        "node 'a' (FusedBatchNormV3) has 4 values at input 1 for 3 channels");
  }

  @Test
  void missingDataInput() {
    fails(
        images().addNode(node("a", "Conv2D", "images")).build(),
        "node 'a' (Conv2D) has 1 inputs, expected at least 2");
    fails(
        images().addNode(node("a", "Relu")).build(),
        "node 'a' (Relu) has 0 inputs, expected at least 1");
    fails(
        images().addNode(node("a", "Pad", "images")).build(),
        "node 'a' (Pad) has 1 inputs, expected at least 2");
  }
}
