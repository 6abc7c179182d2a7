package org.espalier.pruning.comparison;

import org.espalier.framework.training.TrainingHook;
import org.espalier.framework.training.TrainingJob;

/** Hears of the progress of a comparison. */
public interface ComparisonWatcher {
  /** Something worth a line: what starts, where a floor acted. */
  void note(String line);

  /** A hook for a training that is about to start or to be taken up. */
  TrainingHook training(String title, TrainingJob job);
}
