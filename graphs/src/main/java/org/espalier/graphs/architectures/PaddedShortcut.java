package org.espalier.graphs.architectures;

/**
 * What a shortcut without parameters does where a stage of a ResNet begins (He et al. 2016, Deep
 * Residual Learning, section 3.3, option A). The paper leaves open how pixels become fewer and
 * where the new channels of zeros lie; published weights are worth nothing in a network that
 * decides otherwise, and no weight tells.
 */
public enum PaddedShortcut {
  /** Averages of 2x2 pixels, new channels behind the old. */
  AVERAGE,
  /** Every second pixel, new channels behind the old. */
  SUBSAMPLE,
  /** Averages of 2x2 pixels, half of the new channels before the old ones and half behind. */
  AVERAGE_MIDDLE,
  /** Every second pixel, half of the new channels before the old ones and half behind. */
  SUBSAMPLE_MIDDLE;

  private boolean averages() {
    return this == AVERAGE || this == AVERAGE_MIDDLE;
  }

  private boolean middle() {
    return this == AVERAGE_MIDDLE || this == SUBSAMPLE_MIDDLE;
  }

  /** An odd number of new channels has the odd one behind. */
  Value around(Layers layers, Value in, String at, int out, int stride) {
    Value small =
        averages()
            ? layers.pools.average(in, at + "/shortcut", stride, false) // the reference counts none
            : layers.pools.subsample(in, at + "/shortcut", stride);
    int added = out - in.channels();
    int before = middle() ? added / 2 : 0;
    return layers.addZeroChannels(small, at + "/zeros", before, added - before);
  }
}
