package org.espalier.framework.sessions;

import org.tensorflow.TensorFlow;

/** What TensorFlow says of itself. */
public final class TensorFlowInfo {
  private TensorFlowInfo() {}

  public static String version() {
    return TensorFlow.version();
  }
}
