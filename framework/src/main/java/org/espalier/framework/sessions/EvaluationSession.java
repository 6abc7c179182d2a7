package org.espalier.framework.sessions;

import org.espalier.framework.data.Normalisation;
import org.espalier.framework.training.Threads;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.Weights;
import org.tensorflow.Graph;
import org.tensorflow.Session;

/** A network that only scores batches of raw pixels. */
final class EvaluationSession implements AutoCloseable {
  private final Shape images;
  private final Graph graph = new Graph();
  private final Session session;

  EvaluationSession(
      Network network, Weights weights, Normalisation normalisation, Threads threads) {
    images = network.imageShape();
    Weights fitting = weights.matching(network.parameters(), network.name());
    TrainingGraph.Evaluation written = TrainingGraph.writeEvaluation(network, normalisation);
    graph.importGraphDef(written.graph());
    session = new Session(graph, SessionConfig.of(threads));
    written.variables().write(session, fitting);
  }

  TrainingSession.Outcome evaluate(byte[] pixels, int[] labels, int count) {
    return TrainingSession.evaluate(session, images, pixels, labels, count);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
