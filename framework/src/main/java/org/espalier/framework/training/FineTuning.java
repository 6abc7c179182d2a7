package org.espalier.framework.training;

import org.espalier.graphs.settings.Setting;

/**
 * How a pruned network that keeps its weights is trained on; defaults of Liu et al. 2019 for CIFAR.
 */
public record FineTuning(
    @Setting(value = "Epochs of fine-tuning.", defaultValue = "40") int fineTuneEpochs,
    @Setting(value = "Constant learning rate of fine-tuning.", defaultValue = "0.001")
        double fineTuneLearningRate) {
  public FineTuning {
    if (fineTuneEpochs < 1) {
      throw new IllegalArgumentException(
          "fineTuneEpochs must be at least 1, found " + fineTuneEpochs);
    }
    if (!(fineTuneLearningRate > 0) || !Double.isFinite(fineTuneLearningRate)) {
      throw new IllegalArgumentException(
          "fineTuneLearningRate must be above 0, found " + fineTuneLearningRate);
    }
  }

  /** The recipe that trained the large network, for few epochs at a small constant rate. */
  public Recipe of(Recipe large) {
    return large.withEpochs(fineTuneEpochs).withConstantRate(fineTuneLearningRate);
  }
}
