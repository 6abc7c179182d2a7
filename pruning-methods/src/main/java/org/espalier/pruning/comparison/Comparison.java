package org.espalier.pruning.comparison;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.FineTuning;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.FreshScale;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Amounts;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.PruningMethod;

/**
 * The question of Liu et al. 2019, section 3: a network is trained, pruned, and the small network
 * is trained on, or from scratch. For every seed, method and amount.
 *
 * @param recipe of the unpruned network, and so of Scratch-E
 * @param cap if given, Scratch-B gets at most this many times the epochs
 * @param prunedArchitecture if given, scratch arms train this, a predefined target (section 4.1),
 *     and no cut is needed for them
 * @param select as in {@link org.espalier.pruning.PruneSpec}
 * @param sparsity of the training before the cut
 * @param arms if empty, all that can be told but {@link ComparedArm#SCRATCH_B_TOTAL}
 * @param scale by how much all of this is made smaller
 * @param betweenEpochs if above 0, groups are cut one by one with a training after each but the
 *     last
 * @param freshScale as in {@link org.espalier.framework.experiments.Train}
 */
public record Comparison(
    @Setting(value = "", inline = true) ArchitectureSpec network,
    @Setting(value = "", inline = true) DataSpec images,
    @Setting(value = "", inline = true) Recipe recipe,
    @Setting(value = "", inline = true) FineTuning fineTuning,
    @Setting("Pruning method, one or several: {pruning methods}; default: l1-norm.")
        List<PruningMethod> method,
    @Setting(value = "", inline = true) Amounts amounts,
    @Setting(
            "Scratch-B gets at most this many times the epochs of Scratch-E (2 on ImageNet in the paper);"
                + " default: no limit.")
        Optional<Double> cap,
    @Setting(value = "Seeds; every arm is run once for each.", defaultValue = "1,2,3,4,5")
        List<Long> seeds,
    @Setting(
            "A published pruned architecture, which the scratch arms train; without an amount nothing"
                + " is cut, and there are no other pruned arms. Default: what the cut leaves.")
        Optional<String> prunedArchitecture,
    @Setting(
            value =
                "Let a branch that leaves a trunk read a selection of its channels, so that the branch"
                    + " can be cut and the trunk keeps its width.",
            defaultValue = "false")
        boolean select,
    @Setting(value = "", inline = true) Sparsity sparsity,
    @Setting(
            "Which arms: unpruned, sparsity-trained, pruned, fine-tuned, scratch-e, scratch-b,"
                + " scratch-b-total (as much computation as training and fine-tuning together);"
                + " default: all that there are but the last.")
        List<ComparedArm> arms,
    @Setting(
            "Run it smaller: a factor such as 0.05 of images, epochs and multiply-accumulates, or"
                + " factors such as images=0.1,epochs=0.05,width=0.25. Results say so.")
        Optional<Scale> scale,
    @Setting(
            value =
                "Cut one group after the other, in the order of the preset or the ratios, and train so"
                    + " many epochs at the rate of fine-tuning in between, as ThiNet does; 0: cut all at"
                    + " once.",
            defaultValue = "0")
        int betweenEpochs,
    @Setting(
            value =
                "How widely fresh weights of masked kernels are spread in scratch arms: by the weights"
                    + " that are left (density) or as if none were masked (dense).",
            defaultValue = "density")
        FreshScale freshScale) {
  public static final String UNPRUNED = "unpruned";
  public static final String PRUNED = "pruned";
  public static final String FINE_TUNED = "fine-tuned";
  public static final String SCRATCH_E = "scratch-e";
  public static final String SCRATCH_B = "scratch-b";
  public static final String SCRATCH_B_TOTAL = ComparedArm.SCRATCH_B_TOTAL.label();

  public Comparison {
    Budget.checkCap(cap);
    Plan.checkSeeds(seeds);
    method = method.isEmpty() ? List.of(new L1Norm()) : List.copyOf(method);
    arms = List.copyOf(arms);
    scale = scale.filter(s -> !s.equals(Scale.NONE));
    if (method.stream().map(m -> m.drawingBy(1)).distinct().count() < method.size()) {
      throw new UsageException(
          "method must be one or more, all different; found one twice. What a method draws at random"
              + " is drawn by the comparison's own seeds");
    }
    if (prunedArchitecture.isEmpty()) {
      amounts.checkGiven();
    }
    scale.ifPresent(s -> checkTargets(s, amounts));
    checkArms(arms, possible(amounts, sparsity));
    checkBetween(betweenEpochs, amounts, arms);
    if (betweenEpochs > 0 && method.stream().anyMatch(PruningMethod::masksWeights)) {
      throw new UsageException(
          "betweenEpochs go with methods that cut one group after the other, not with such as mask"
              + " weights");
    }
    boolean mayMask =
        method.stream().anyMatch(PruningMethod::masksWeights)
            || !sparsity.of(recipe).interventions().isEmpty();
    if (freshScale != FreshScale.DENSITY && !mayMask) {
      throw new UsageException(
          "fresh-scale says nothing where no weights are masked, and none of these methods masks"
              + " any; leave it out");
    }
  }

  /** Of what a cut leaves, with all arms, at full scale. */
  public Comparison(
      ArchitectureSpec network,
      DataSpec images,
      Recipe recipe,
      FineTuning fineTuning,
      List<PruningMethod> method,
      Amounts amounts,
      Optional<Double> cap,
      List<Long> seeds) {
    this(
        network,
        images,
        recipe,
        fineTuning,
        method,
        amounts,
        cap,
        seeds,
        Optional.empty(),
        false,
        Sparsity.NONE,
        List.of(),
        Optional.empty(),
        0,
        FreshScale.DENSITY);
  }

  /** A number of the whole network says nothing of a narrower one, which may have less. */
  private static void checkTargets(Scale scale, Amounts amounts) {
    boolean whole =
        amounts.all().stream()
            .flatMap(a -> Stream.concat(a.targetMacs().stream(), a.targetParameters().stream()))
            .anyMatch(target -> target > 1);
    if (whole && scale.width() != 1) {
      throw new UsageException(
          "scale makes the network narrower, so give target-macs and target-parameters as shares of"
              + " it, at most 1");
    }
  }

  private static Set<ComparedArm> possible(Amounts amounts, Sparsity sparsity) {
    Set<ComparedArm> possible = EnumSet.allOf(ComparedArm.class);
    if (amounts.all().isEmpty()) {
      possible.removeAll(EnumSet.of(ComparedArm.PRUNED, ComparedArm.FINE_TUNED));
    }
    if (sparsity.isNone()) {
      possible.remove(ComparedArm.SPARSITY_TRAINED);
    }
    return possible;
  }

  private static void checkArms(List<ComparedArm> arms, Set<ComparedArm> possible) {
    if (arms.stream().distinct().count() < arms.size()) {
      throw new UsageException("arms must all be different; found one twice");
    }
    for (ComparedArm arm : arms) {
      if (!possible.contains(arm)) {
        throw new UsageException(
            "arms name "
                + arm.label()
                + (arm == ComparedArm.SPARSITY_TRAINED
                    ? ", but no training before the cut has penalties or interventions of its own"
                    : ", but no amount says what is cut"));
      }
    }
  }

  private static void checkBetween(int epochs, Amounts amounts, List<ComparedArm> arms) {
    if (epochs < 0) {
      throw new UsageException("betweenEpochs must be at least 0, found " + epochs);
    }
    if (epochs > 0
        && (amounts.all().stream().anyMatch(a -> a.namedShares().isEmpty())
            || amounts.limits().roundTo() > 1)) {
      throw new UsageException(
          "betweenEpochs needs groups by name and widths as they are: a preset or ratios, without"
              + " ratio and round-to");
    }
    if (epochs > 0 && arms.contains(ComparedArm.SCRATCH_B_TOTAL)) {
      throw new UsageException(
          "betweenEpochs go with networks of many sizes, so how many epochs scratch-b-total has"
              + " cannot be told; leave one of them out");
    }
  }

  /** Whether an arm is wanted. */
  boolean has(ComparedArm arm) {
    return arms.isEmpty()
        ? possible(amounts, sparsity).contains(arm) && arm != ComparedArm.SCRATCH_B_TOTAL
        : arms.contains(arm);
  }

  /** The same on a smaller scale. */
  public Comparison scaled(Scale by) {
    return Settings.with(this, "scale", Optional.of(by));
  }

  /**
   * Refuses what no data are needed to refuse.
   *
   * @throws UsageException if an architecture is not known, or too narrow for anything to go
   */
  public void check(Architectures architectures) {
    List<ArchitectureSpec> all = new ArrayList<>(List.of(network));
    prunedArchitecture.ifPresent(name -> all.add(small(name)));
    for (ArchitectureSpec spec : all) {
      if (scale.isEmpty()) {
        architectures.get(spec.architecture());
      } else {
        ArchitectureSpec narrow = spec.withWidth(spec.adaptation().width() * scale.get().width());
        scale.get().check(spec.build(architectures), narrow.build(architectures));
      }
    }
  }

  /** An architecture, adapted as the large one. */
  ArchitectureSpec small(String name) {
    return new ArchitectureSpec(name, network.adaptation());
  }

  /** All that is to be done. */
  public Plan plan(String name) {
    return scale.isPresent()
        ? smaller(scale.get()).plan(name)
        : new ComparisonPlan(this).drawn(name);
  }

  /** The same with smaller settings in the place of the scale. */
  private Comparison smaller(Scale by) {
    Recipe whole =
        recipe
            .withMilestones(recipe.milestones().stream().map(by::milestone).toList())
            .withWarmUp(by.warmUp(recipe));
    Map<String, Object> changes = new HashMap<>();
    changes.put("network", network.withWidth(network.adaptation().width() * by.width()));
    changes.put("images", by.images() == 1 ? images : images.sharing(by.images()));
    changes.put("recipe", whole.withEpochs(by.epochs(recipe.epochs())));
    changes.put(
        "fineTuning",
        new FineTuning(by.epochs(fineTuning.fineTuneEpochs()), fineTuning.fineTuneLearningRate()));
    changes.put("betweenEpochs", betweenEpochs == 0 ? 0 : by.epochs(betweenEpochs));
    changes.put("scale", Optional.empty());
    return Settings.with(this, changes);
  }
}
