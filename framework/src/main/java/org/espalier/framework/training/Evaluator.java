package org.espalier.framework.training;

import org.espalier.framework.data.Batch;
import org.espalier.framework.data.Batches;
import org.espalier.framework.data.Images;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Model;

/** Accuracy and loss of a network on a set of images. */
public final class Evaluator {
  private Evaluator() {}

  /**
   * What a network scores.
   *
   * @param accuracy a fraction
   * @param loss the mean cross-entropy
   */
  public record Score(double accuracy, double loss, int images) {}

  /** Evaluates once; opens and closes a session of its own. */
  public static Score score(
      Model model, Images images, Normalisation normalisation, int batchSize, Machine machine) {
    try (EvaluationSession session =
        new EvaluationSession(model, images, normalisation, batchSize, machine)) {
      return session.score();
    }
  }

  /** One batch: pixels, labels, how many. */
  interface BatchScore {
    TrainingSession.Outcome of(byte[] pixels, int[] labels, int count);
  }

  static Score score(Images images, int batchSize, BatchScore batchScore) {
    double loss = 0;
    int correct = 0;
    try (Batches batches = images.inOrder(batchSize)) {
      while (batches.hasNext()) {
        Batch b = batches.next();
        TrainingSession.Outcome o = batchScore.of(b.images(), b.labels(), b.size());
        loss += o.loss() * b.size();
        correct += o.correct();
      }
    }
    return new Score((double) correct / images.size(), loss / images.size(), images.size());
  }
}
