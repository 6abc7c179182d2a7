package org.espalier.framework.sessions;

import java.util.Map;
import org.espalier.framework.training.Threads;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;

/** What TensorFlow says of itself. */
public final class TensorFlowInfo {
  private TensorFlowInfo() {}

  public static String version() {
    return TensorFlow.version();
  }

  /** Whether TensorFlow threw it because a graph or its inputs cannot be computed with. */
  static boolean isRefusal(RuntimeException e) {
    // They share no class of their own: some are IllegalArgumentExceptions.
    return e.getClass().getPackageName().equals("org.tensorflow.exceptions")
        && !e.getClass().getSimpleName().equals("TFResourceExhaustedException");
  }

  /** Runs a session that computes nothing, so that TensorFlow says now what it says only once. */
  public static void runEmptySession(Threads threads) {
    GraphBuilder g = new GraphBuilder();
    g.constant("zero", ShapedArray.scalar(0f));
    g.add("NoOp", "nothing", Map.of(), "^zero");
    try (Graph graph = new Graph()) {
      graph.importGraphDef(g.build());
      try (Session session = new Session(graph, SessionConfig.of(threads))) {
        session.runner().addTarget("nothing").run().close();
      }
    }
  }
}
