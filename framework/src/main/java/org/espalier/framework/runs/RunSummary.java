package org.espalier.framework.runs;

/**
 * How a run ended: {@code summary.json}. Its presence says that the run is finished.
 *
 * @param accuracy on the test images after the last epoch, a fraction
 * @param loss on the test images after the last epoch
 * @param macs for one image
 * @param flops for one image, reference convention
 * @param trainingMacs of the whole training: three times the forward pass (forward, gradient by
 *     inputs, gradient by weights) for every training image of every epoch; evaluations not counted
 * @param trainingSeconds wall time of all epochs, evaluations included
 * @param weightsDigest SHA-256 of the final weights
 */
public record RunSummary(
    double accuracy,
    double loss,
    int epochs,
    long parameters,
    long macs,
    long flops,
    long trainingMacs,
    double trainingSeconds,
    String weightsDigest) {}
