package org.espalier.framework.training;

/**
 * What was measured at a step. Training loss and accuracy are means over the steps of the epoch so
 * far, each taken before its step; test loss and accuracy are those of the weights at this step.
 *
 * @param epoch how many were done; not whole in the middle of one
 * @param step steps done since the start
 * @param learningRate of the last step
 * @param testLoss NaN where the test images were not looked at
 * @param testAccuracy NaN where the test images were not looked at
 * @param seconds that the epoch took so far, evaluations included
 * @param imagesPerSecond of training alone
 */
public record Measurement(
    double epoch,
    long step,
    double learningRate,
    double trainLoss,
    double trainAccuracy,
    double testLoss,
    double testAccuracy,
    double seconds,
    double imagesPerSecond) {

  /** Whether the test images were looked at. */
  public boolean isTested() {
    return !Double.isNaN(testAccuracy);
  }

  /** Whether an epoch was just done. */
  public boolean isWholeEpoch() {
    return epoch == Math.rint(epoch);
  }
}
