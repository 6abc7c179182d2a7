package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private static NodeGraph graph(String op) {
    GraphBuilder g = new GraphBuilder();
    g.constant("x", ShapedArray.scalar(3f));
    g.constant("other", ShapedArray.scalar(4f));
    g.addFloat(op, "y", "x");
    return g.build();
  }

  private static Gradients of(String op, String tensor) {
    return Gradients.add(graph(op), TensorRef.of("y"), List.of(TensorRef.of(tensor)));
  }

  @Test
  void ofASquareItIsTwice() {
    Gradients gradients = of("Square", "x");
    TensorRef slope = gradients.of().get(0);
    try (OpenGraph open = new OpenGraph(gradients.graph(), Machine.all())) {
      assertThat(open.call().fetch(slope).run().get(slope).values()).containsExactly(6f);
    }
  }

  @Test
  void anOpWithoutAGradientIsBadInputThatNamesIt() {
    assertThatThrownBy(() -> of("Digamma", "x"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("the network cannot be trained; TensorFlow says: ")
        .hasMessageContaining("Digamma");
  }

  @Test
  void whatTheLossDoesNotDependOnIsNamed() {
    assertThatThrownBy(() -> of("Square", "other"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("'other'");
  }
}
