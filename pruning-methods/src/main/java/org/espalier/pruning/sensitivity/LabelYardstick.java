package org.espalier.pruning.sensitivity;

import org.espalier.framework.data.Dataset;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.SensitivityTable.Score;
import org.espalier.framework.training.EvaluationSession;
import org.espalier.framework.training.Evaluator;
import org.espalier.graphs.Model;
import org.espalier.graphs.Weights;

/** Accuracy on the test images of a data set. */
final class LabelYardstick implements Yardstick {
  private final Dataset data;
  private final EvaluationSession session;

  LabelYardstick(Model model, Dataset data, Workshop shop) {
    this.data = data;
    session = shop.evaluation(model, data);
  }

  @Override
  public void set(Weights some) {
    session.set(some);
  }

  @Override
  public Score score() {
    Evaluator.Score score = session.score();
    return Score.ofLabels(score.accuracy(), score.loss());
  }

  @Override
  public String on() {
    return "test images of " + data.name();
  }

  @Override
  public int images() {
    return data.test().size();
  }

  @Override
  public void close() {
    session.close();
  }
}
