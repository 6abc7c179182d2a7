package org.espalier.report;

import java.util.OptionalDouble;

/**
 * One arm of a comparison, trained with one seed.
 *
 * @param arm its name, for example {@code scratch-e}
 * @param accuracy on the test set at the last epoch, a fraction
 * @param epochs that this arm itself trained; 0 where it did not train
 * @param parameters of the network; 0 where not known
 * @param macs multiply-accumulates of conv and dense layers for one image; 0 where not known
 * @param trainingMacs multiply-accumulates of this arm's own training; 0 where it did not train
 * @param trainingSeconds wall-clock time of this arm's own training, where known
 */
public record ArmRow(
    String arm,
    long seed,
    double accuracy,
    int epochs,
    long parameters,
    long macs,
    double trainingMacs,
    OptionalDouble trainingSeconds) {}
