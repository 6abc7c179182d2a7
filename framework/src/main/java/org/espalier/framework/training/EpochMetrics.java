package org.espalier.framework.training;

/**
 * What one epoch yielded. Training loss and accuracy are means over the epoch's steps, each taken
 * before its step; test loss and accuracy are those of the weights at the end of the epoch.
 *
 * @param epoch counted from 1: how many were done
 * @param step steps done since the start
 * @param seconds that the epoch took, its evaluation included
 * @param imagesPerSecond of training alone
 */
public record EpochMetrics(
    int epoch,
    long step,
    double learningRate,
    double trainLoss,
    double trainAccuracy,
    double testLoss,
    double testAccuracy,
    double seconds,
    double imagesPerSecond) {}
