package org.espalier.pruning.sensitivity;

import org.espalier.framework.runs.SensitivityTable.Score;
import org.espalier.graphs.Weights;

/** A network in an open session, and what it is measured by. */
interface Yardstick extends AutoCloseable {
  /** Sets the weights that are named; all others stay. */
  void set(Weights some);

  /** What the network scores with the weights of now. */
  Score score();

  /** What is computed, in words. */
  String on();

  /** How many images. */
  int images();

  @Override
  void close();
}
