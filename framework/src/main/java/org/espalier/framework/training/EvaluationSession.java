package org.espalier.framework.training;

import org.espalier.framework.data.Images;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.sessions.VariableStore;
import org.espalier.graphs.Model;
import org.espalier.graphs.Shape;
import org.espalier.graphs.Weights;

/** A network that scores a set of images, and again after some of its weights were set anew. */
public final class EvaluationSession implements AutoCloseable {
  private final Images images;
  private final int batchSize;
  private final Shape shape;
  private final VariableStore variables;
  private final OpenGraph open;

  /**
   * Opens a session.
   *
   * @throws org.espalier.graphs.BadInputException if the network does not tell as many classes
   *     apart as the images have
   */
  public EvaluationSession(
      Model model, Images images, Normalisation scaling, int batchSize, Machine machine) {
    this.images = images;
    this.batchSize = batchSize;
    shape = model.network().imageShape();
    EvaluationGraph written = EvaluationGraph.write(model.network(), Feed.of(images, scaling));
    variables = written.variables();
    open = OpenGraph.prepared(written.graph(), machine, g -> variables.write(g, model.weights()));
  }

  /** Sets the weights that are named; all others stay. */
  public void set(Weights some) {
    variables.write(open, some);
  }

  /** What the network scores with the weights of now. */
  public Evaluator.Score score() {
    return Evaluator.score(
        images,
        batchSize,
        (pixels, labels, count) -> TrainingSession.evaluate(open, shape, pixels, labels, count));
  }

  @Override
  public void close() {
    open.close();
  }
}
