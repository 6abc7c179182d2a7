package org.espalier.framework.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.settings.Setting;

/**
 * All that defines a training, but for network, data and seed. The defaults are those of Liu et al.
 * 2019 for CIFAR (section 4, and their code).
 *
 * @param milestones where the learning rate drops
 * @param interventions change the training between steps, in this order
 */
public record Recipe(
    @Setting(value = "Epochs to train.", defaultValue = "160") int epochs,
    @Setting(
            value = "Images in a step; the last step of an epoch takes what is left.",
            defaultValue = "64")
        int batchSize,
    @Setting(value = "Learning rate at the start.", defaultValue = "0.1") double learningRate,
    @Setting(
            value =
                "Where the learning rate drops: shares of all epochs, or steps such as 80ep or"
                    + " 32000it. A share stands for a whole epoch, never the first one, and no two"
                    + " for the same: 1 epoch keeps its rate, 2 have one drop.",
            defaultValue = "0.5,0.75")
        List<Milestone> milestones,
    @Setting(value = "Factor of the learning rate at each milestone.", defaultValue = "0.1")
        double learningRateDecay,
    @Setting(
            value =
                "Where a smaller learning rate at the start ends: 5ep, up to which it rises, or"
                    + " 1ep:0.1, up to which it is a tenth. 0ep: there is none.",
            defaultValue = "0ep")
        WarmUp warmUp,
    @Setting(value = "How gradients change the weights.", standard = Sgd.class, inline = true)
        Optimiser optimiser,
    @Setting(
            value = "Weight decay (L2) of all trained parameters, batch norm and biases too.",
            defaultValue = "0.0001")
        double weightDecay,
    @Setting(
            "Penalties on parameters of a kind, such as l1:bn-scale:0.0001 (Network Slimming) or"
                + " proximal-l1:branch-scale:0.01 (Sparse Structure Selection); default: none.")
        List<Penalty> penalties,
    @Setting("What changes the training between steps; default: nothing.")
        List<Intervention> interventions,
    @Setting(
            value =
                "What happens to training images: standard (what the data set says; of CIFAR and"
                    + " Fashion-MNIST: pad 4, crop, flip) or none.",
            defaultValue = "standard")
        Variation augmentation) {

  /** What Liu et al. 2019 train CIFAR networks with: 160 epochs at rate 0.1. */
  public static final Recipe CIFAR = Settings.defaults(Recipe.class);

  /** For trying things out: 8 epochs at rate 0.05. */
  public static final Recipe SHORT = CIFAR.withEpochs(8).withLearningRate(0.05);

  /** What Liu et al. 2019 train pruned CIFAR networks on with: 40 epochs at rate 0.001. */
  public static final Recipe FINE_TUNING = Settings.defaults(FineTuning.class).of(CIFAR);

  /** How training images are varied. */
  public enum Variation {
    /** As is right for the data set: mirroring destroys what tells left from right. */
    STANDARD,
    NONE;

    /** What is done to the images of a data set. */
    public Augmentation of(Dataset data) {
      return this == NONE ? Augmentation.NONE : data.augmentation();
    }
  }

  public Recipe {
    milestones = List.copyOf(milestones);
    penalties = List.copyOf(penalties);
    interventions = List.copyOf(interventions);
    checkProximal(penalties);
    require(epochs >= 1, "epochs must be at least 1, found " + epochs);
    require(batchSize >= 1, "batchSize must be at least 1, found " + batchSize);
    require(
        learningRate > 0 && Double.isFinite(learningRate),
        "learningRate must be above 0, found " + learningRate);
    require(
        learningRateDecay > 0 && learningRateDecay <= 1,
        "learningRateDecay must be above 0 and at most 1, found " + learningRateDecay);
    require(
        weightDecay >= 0 && Double.isFinite(weightDecay),
        "weightDecay must be at least 0, found " + weightDecay);
  }

  /** One penalty decides how a scale is changed, and then no other has a say in it. */
  private static void checkProximal(List<Penalty> penalties) {
    long onScales = penalties.stream().filter(p -> p.kind() == ParameterKind.BRANCH_SCALE).count();
    boolean proximal = penalties.stream().anyMatch(p -> p.norm() == Penalty.Norm.PROXIMAL_L1);
    require(
        !proximal || onScales == 1,
        "penalties: proximal-l1 is the only penalty that branch-scale can have, found " + onScales);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * The learning rate of a step.
   *
   * @param step how many were done before it
   */
  public double learningRateAt(long step, int stepsPerEpoch) {
    double rate = learningRate * warmUp.factor(step, stepsPerEpoch);
    for (long drop : drops(stepsPerEpoch)) {
      if (step >= drop) {
        rate *= learningRateDecay;
      }
    }
    return rate;
  }

  /**
   * How many steps come before each drop. Shares of few epochs are rounded down to none at all, or
   * several of them to one: the training would begin at a hundredth of its rate. Such a drop waits
   * for the next epoch, and so one that no epoch is left for does not come.
   */
  private List<Long> drops(int stepsPerEpoch) {
    List<Long> drops = new ArrayList<>();
    milestones.stream()
        .filter(milestone -> !milestone.isShare())
        .forEach(milestone -> drops.add(milestone.step().toIterations(stepsPerEpoch)));
    milestones.stream()
        .filter(Milestone::isShare)
        .mapToInt(milestone -> milestone.epoch(epochs))
        .sorted()
        .forEach(
            epoch -> {
              long drop = (long) Math.max(1, epoch) * stepsPerEpoch;
              while (drops.contains(drop)) {
                drop += stepsPerEpoch;
              }
              drops.add(drop);
            });
    return drops;
  }

  /** The penalty that decides how a parameter is changed, in the place of the optimiser. */
  Optional<Penalty> proximal(Parameter p) {
    return penalties.stream().filter(penalty -> penalty.replacesOptimiser(p)).findFirst();
  }

  /** The same schedule, stretched or shrunk to other epochs; a warm-up stays as long as it is. */
  public Recipe withEpochs(int other) {
    List<Milestone> stretched = milestones.stream().map(m -> m.stretched(epochs, other)).toList();
    return Settings.with(this, Map.of("epochs", other, "milestones", stretched));
  }

  public Recipe withLearningRate(double rate) {
    return Settings.with(this, "learningRate", rate);
  }

  /** Another learning rate that never changes. */
  public Recipe withConstantRate(double rate) {
    return Settings.with(
        this, Map.of("learningRate", rate, "milestones", List.of(), "warmUp", WarmUp.NONE));
  }

  public Recipe withWarmUp(WarmUp other) {
    return Settings.with(this, "warmUp", other);
  }

  public Recipe withMilestones(List<Milestone> others) {
    return Settings.with(this, "milestones", others);
  }

  public Recipe withWeightDecay(double decay) {
    return Settings.with(this, "weightDecay", decay);
  }

  public Recipe withBatchSize(int images) {
    return Settings.with(this, "batchSize", images);
  }

  public Recipe withOptimiser(Optimiser other) {
    return Settings.with(this, "optimiser", other);
  }

  public Recipe withPenalties(List<Penalty> others) {
    return Settings.with(this, "penalties", others);
  }

  public Recipe withInterventions(List<Intervention> others) {
    return Settings.with(this, "interventions", others);
  }

  public Recipe withAugmentation(Variation other) {
    return Settings.with(this, "augmentation", other);
  }
}
