package org.espalier.framework.training;

/**
 * How long a training is.
 *
 * @param batchSize images of a step; the last one of an epoch takes what is left
 */
public record Extent(int epochs, int batchSize, int imagesPerEpoch) {
  public int stepsPerEpoch() {
    return (imagesPerEpoch + batchSize - 1) / batchSize;
  }

  /** Steps of the whole training. */
  public long steps() {
    return (long) epochs * stepsPerEpoch();
  }

  /** Images that are left after a number of steps. */
  public long imagesAfter(long step) {
    long wholeEpochs = step / stepsPerEpoch();
    return imagesPerEpoch * (epochs - wholeEpochs) - step % stepsPerEpoch() * batchSize;
  }
}
