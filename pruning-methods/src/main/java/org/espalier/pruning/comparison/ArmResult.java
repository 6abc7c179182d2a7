package org.espalier.pruning.comparison;

import org.espalier.framework.runs.RunSummary;

/**
 * One arm with one seed.
 *
 * @param accuracy on the test images after the last epoch, a fraction
 * @param loss mean cross-entropy on the test images
 * @param epochs of this arm's own training
 * @param macs multiply-accumulates for one image
 * @param trainingMacs of this arm's own training; see {@link RunSummary}
 * @param run the folder, relative to the comparison's
 */
public record ArmResult(
    String arm,
    long seed,
    double accuracy,
    double loss,
    int epochs,
    long parameters,
    long macs,
    long flops,
    long trainingMacs,
    double trainingSeconds,
    String run) {

  static ArmResult of(String arm, long seed, RunSummary s, String run) {
    return new ArmResult(
        arm,
        seed,
        s.accuracy(),
        s.loss(),
        s.epochs(),
        s.parameters(),
        s.macs(),
        s.flops(),
        s.trainingMacs(),
        s.trainingSeconds(),
        run);
  }
}
