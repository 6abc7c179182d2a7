package org.espalier.framework.training;

import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Model;
import org.espalier.graphs.Shape;

/** A network that only scores batches of raw pixels. */
final class EvaluationSession implements AutoCloseable {
  private final Shape images;
  private final OpenGraph open;

  EvaluationSession(Model model, Feed feed, Machine machine) {
    images = model.network().imageShape();
    EvaluationGraph written = EvaluationGraph.write(model.network(), feed);
    open =
        OpenGraph.prepared(
            written.graph(), machine, g -> written.variables().write(g, model.weights()));
  }

  TrainingSession.Outcome evaluate(byte[] pixels, int[] labels, int count) {
    return TrainingSession.evaluate(open, images, pixels, labels, count);
  }

  @Override
  public void close() {
    open.close();
  }
}
