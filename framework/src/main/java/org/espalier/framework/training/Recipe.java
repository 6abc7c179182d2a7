package org.espalier.framework.training;

import java.util.List;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.settings.Setting;

/**
 * All that defines a training, but for network, data and seed: stochastic gradient descent as
 * PyTorch defines it. The defaults are those of Liu et al. 2019 for CIFAR (section 4, and their
 * code).
 *
 * @param milestones where the learning rate drops, as shares of all epochs; epoch {@code int(share
 *     x epochs)} is the first with the lower rate
 */
public record Recipe(
    @Setting(value = "Epochs to train.", defaultValue = "160") int epochs,
    @Setting(
            value = "Images in a step; the last step of an epoch takes what is left.",
            defaultValue = "64")
        int batchSize,
    @Setting(value = "Learning rate at the start.", defaultValue = "0.1") double learningRate,
    @Setting(
            value = "Where the learning rate drops, as shares of all epochs.",
            defaultValue = "0.5,0.75")
        List<Double> milestones,
    @Setting(value = "Factor of the learning rate at each milestone.", defaultValue = "0.1")
        double learningRateDecay,
    @Setting(value = "Momentum of SGD.", defaultValue = "0.9") double momentum,
    @Setting(value = "Use Nesterov's momentum.", defaultValue = "false") boolean nesterov,
    @Setting(
            value = "Weight decay (L2) of all trained parameters, batch norm and biases too.",
            defaultValue = "0.0001")
        double weightDecay,
    @Setting(
            value = "What happens to training images: standard (pad 4, crop, flip) or none.",
            defaultValue = "standard")
        Variation augmentation) {

  /** How training images are varied. */
  public enum Variation {
    STANDARD(Augmentation.STANDARD),
    NONE(Augmentation.NONE);

    private final Augmentation augmentation;

    Variation(Augmentation augmentation) {
      this.augmentation = augmentation;
    }

    public Augmentation augmentation() {
      return augmentation;
    }
  }

  public Recipe {
    milestones = List.copyOf(milestones);
    require(epochs >= 1, "epochs must be at least 1, found " + epochs);
    require(batchSize >= 1, "batchSize must be at least 1, found " + batchSize);
    require(
        learningRate > 0 && Double.isFinite(learningRate),
        "learningRate must be above 0, found " + learningRate);
    require(
        learningRateDecay > 0 && learningRateDecay <= 1,
        "learningRateDecay must be above 0 and at most 1, found " + learningRateDecay);
    require(momentum >= 0 && momentum < 1, "momentum must be in [0, 1), found " + momentum);
    require(
        weightDecay >= 0 && Double.isFinite(weightDecay),
        "weightDecay must be at least 0, found " + weightDecay);
    for (double m : milestones) {
      require(m > 0 && m <= 1, "milestones are shares above 0 and at most 1, found " + m);
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The learning rate of an epoch, counted from 0. */
  public double learningRateAt(int epoch) {
    double rate = learningRate;
    for (double milestone : milestones) {
      if (epoch >= (int) (milestone * epochs)) {
        rate *= learningRateDecay;
      }
    }
    return rate;
  }

  /** The same schedule, stretched or shrunk to other epochs. */
  public Recipe withEpochs(int other) {
    return new Recipe(
        other,
        batchSize,
        learningRate,
        milestones,
        learningRateDecay,
        momentum,
        nesterov,
        weightDecay,
        augmentation);
  }

  /** Another learning rate that never drops. */
  public Recipe withConstantRate(double rate) {
    return new Recipe(
        epochs,
        batchSize,
        rate,
        List.of(),
        learningRateDecay,
        momentum,
        nesterov,
        weightDecay,
        augmentation);
  }
}
