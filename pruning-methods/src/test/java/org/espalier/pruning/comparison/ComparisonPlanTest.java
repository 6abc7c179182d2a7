package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Predefined;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Intervention;
import org.espalier.framework.training.Penalty;
import org.espalier.framework.training.SoftFilterPruning;
import org.espalier.graphs.FreshScale;
import org.espalier.graphs.UsageException;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Amounts;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.Prune;
import org.espalier.pruning.PruningMethod;
import org.espalier.pruning.RandomFilters;
import org.espalier.pruning.weights.KernelKind;
import org.espalier.pruning.weights.Magnitude;
import org.junit.jupiter.api.Test;

/** What each arm starts from and how it is trained, before anything is. */
class ComparisonPlanTest {
  private static final Comparison TWO_SEEDS = TinyComparison.of(List.of(1L, 2L));

  private static Train trained(Plan plan, String arm, long seed) {
    return (Train) task(plan, arm, seed);
  }

  private static Record task(Plan plan, String arm, long seed) {
    return plan.arms().stream()
        .filter(a -> a.name().equals(arm) && a.seed() == seed)
        .map(a -> (Record) a.task())
        .findFirst()
        .orElseThrow();
  }

  private static Comparison with(List<PruningMethod> methods, Optional<Double> cap) {
    Comparison c = TWO_SEEDS;
    return new Comparison(
        c.network(), c.images(), c.recipe(), c.fineTuning(), methods, c.amounts(), cap, c.seeds());
  }

  @Test
  void everySeedHasItsOwnNetworkAndTheArmsOfOneShareIt() {
    Plan plan = TWO_SEEDS.plan("two");
    assertThat(plan.name()).isEqualTo("two");
    assertThat(plan.arms())
        .extracting(a -> a.name() + a.seed())
        .containsExactly(
            "unpruned1",
            "pruned1",
            "fine-tuned1",
            "scratch-e1",
            "scratch-b1",
            "unpruned2",
            "pruned2",
            "fine-tuned2",
            "scratch-e2",
            "scratch-b2");
    for (long seed : TWO_SEEDS.seeds()) {
      Train dense = trained(plan, "unpruned", seed);
      assertThat(dense.start()).isEqualTo(new Fresh(TWO_SEEDS.network(), seed));
      Prune pruned = (Prune) task(plan, "pruned", seed);
      assertThat(pruned.of()).isEqualTo(Result.of(dense));
      for (String arm : List.of("fine-tuned", "scratch-e", "scratch-b")) {
        assertThat(trained(plan, arm, seed).start()).isEqualTo(Result.of(pruned));
      }
    }
  }

  @Test
  void onlyScratchBGetsTheSameComputationAndOnlyFineTuningItsOwnRecipe() {
    Plan plan = with(List.of(new L1Norm()), Optional.of(2.0)).plan("capped");
    Train tuned = trained(plan, "fine-tuned", 1);
    Train e = trained(plan, "scratch-e", 1);
    Train b = trained(plan, "scratch-b", 1);
    assertThat(tuned.recipe()).isEqualTo(TWO_SEEDS.fineTuning().of(TWO_SEEDS.recipe()));
    assertThat(List.of(e.recipe(), b.recipe())).containsOnly(TWO_SEEDS.recipe());
    assertThat(List.of(tuned.sameCompute(), e.sameCompute(), b.sameCompute()))
        .containsExactly(false, false, true);
    assertThat(List.of(tuned.cap(), e.cap(), b.cap()))
        .containsExactly(Optional.empty(), Optional.empty(), Optional.of(2.0));
    assertThat(tuned.freshSeed()).isEmpty();
    assertThat(List.of(e.freshSeed(), b.freshSeed())).allMatch(Optional::isPresent);
  }

  /** By the weights that are left, if nothing is said; other arms have none that are fresh. */
  @Test
  void onlyScratchArmsAreToldHowFreshWeightsAreSpread() {
    Comparison masked = Settings.with(TWO_SEEDS, "method", List.of(new Magnitude(KernelKind.CONV)));
    for (FreshScale scale : FreshScale.values()) {
      Plan plan = Settings.with(masked, "freshScale", scale).plan("spread");
      for (String arm : List.of("scratch-e", "scratch-b")) {
        assertThat(trained(plan, arm, 1).freshScale()).isEqualTo(scale);
      }
      assertThat(task(plan, "fine-tuned", 2)).isEqualTo(task(masked.plan("two"), "fine-tuned", 2));
    }
    assertThat(TWO_SEEDS.freshScale()).isEqualTo(FreshScale.DENSITY);
    assertThatThrownBy(() -> Settings.with(TWO_SEEDS, "freshScale", FreshScale.DENSE))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("fresh-scale says nothing where no weights are masked");
    Intervention changes = new SoftFilterPruning(0.7, 1, false, false, List.of());
    Comparison mayMask = one("sparsity", new Sparsity(List.of(), List.of(changes)));
    assertThat(Settings.with(mayMask, "freshScale", FreshScale.DENSE).freshScale())
        .isEqualTo(FreshScale.DENSE);
  }

  /** Arms share a seed by name only. */
  @Test
  void noTwoTrainingsDrawAlike() {
    List<Long> drawn = new ArrayList<>();
    for (Arm arm : TWO_SEEDS.plan("two").arms()) {
      if (arm.task() instanceof Train train) {
        drawn.add(train.seed());
        train.freshSeed().ifPresent(drawn::add);
      }
    }
    assertThat(drawn).hasSize(2 * 6).doesNotHaveDuplicates().doesNotContain(0L);
  }

  @Test
  void armsAreNamedByWhatVaries() {
    List<PruningMethod> two = List.of(new L1Norm(), new RandomFilters(1));
    List<Amount> amounts = List.of(Amount.ratio(0.5), Amount.macs(0.6));
    assertThat(names(TinyComparison.of(List.of(1L), two, List.of(Amount.ratio(0.5)))))
        .containsExactly("l1-norm/pruned", "random/pruned");
    assertThat(names(TinyComparison.of(List.of(1L), List.of(new L1Norm()), amounts)))
        .containsExactly("ratio-0.5/pruned", "macs-0.6/pruned");
    assertThat(names(TinyComparison.of(List.of(1L), two, amounts)))
        .containsExactly(
            "l1-norm/ratio-0.5/pruned",
            "l1-norm/macs-0.6/pruned",
            "random/ratio-0.5/pruned",
            "random/macs-0.6/pruned");
  }

  private static List<String> names(Comparison comparison) {
    return comparison.plan("names").arms().stream()
        .map(Arm::name)
        .filter(name -> name.endsWith("pruned") && !name.equals("unpruned"))
        .toList();
  }

  @Test
  void methodsMustDifferAndNoneMeansL1() {
    assertThat(with(List.of(), Optional.empty()).method()).containsExactly(new L1Norm());
    assertThatThrownBy(() -> with(List.of(new L1Norm(), new L1Norm()), Optional.empty()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("method must be one or more, all different; found one twice");
    List<PruningMethod> drawn = List.of(new RandomFilters(1), new RandomFilters(2));
    assertThatThrownBy(() -> with(drawn, Optional.empty()))
        .as("the comparison's seeds draw both")
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("method must be one or more, all different; found one twice");
    assertThatThrownBy(() -> with(List.of(new L1Norm()), Optional.of(0.5)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("cap must be at least 1");
    assertThat(Amounts.of(Amount.ratio(0.5))).isEqualTo(TWO_SEEDS.amounts());
  }

  private static List<String> arms(Comparison comparison) {
    return comparison.plan("arms").arms().stream().map(Arm::name).toList();
  }

  private static Comparison one(String component, Object value) {
    return Settings.with(TinyComparison.of(List.of(1L)), component, value);
  }

  /** Fine-tuning of 1 epoch is on the small network, so it is 1 epoch more of it. */
  @Test
  void asMuchComputationInAllIsAnArmIfAskedFor() {
    Comparison all =
        one(
            "arms",
            List.of(ComparedArm.FINE_TUNED, ComparedArm.SCRATCH_B, ComparedArm.SCRATCH_B_TOTAL));
    Plan plan = Settings.with(all, "cap", Optional.of(1.5)).plan("total");
    assertThat(plan.arms())
        .extracting(Arm::name)
        .containsExactly("fine-tuned", "scratch-b", "scratch-b-total");
    Train b = trained(plan, "scratch-b", 1);
    Train total = trained(plan, "scratch-b-total", 1);
    assertThat(List.of(b.moreEpochs(), total.moreEpochs())).containsExactly(0, 1);
    assertThat(List.of(b.sameCompute(), total.sameCompute())).containsOnly(true);
    assertThat(List.of(b.cap(), total.cap())).containsOnly(Optional.of(1.5));
    assertThat(List.of(b.seed(), b.freshSeed().get()))
        .doesNotContain(total.seed(), total.freshSeed().get());
    assertThat(arms(TinyComparison.of(List.of(1L)))).doesNotContain("scratch-b-total");
    assertThat(Settings.hash(one("arms", List.of(ComparedArm.SCRATCH_E))))
        .isNotEqualTo(Settings.hash(TinyComparison.of(List.of(1L))));
  }

  /** The penalty is in the training before the cut; no other training knows of it. */
  @Test
  void sparsityIsOfTheTrainingBeforeTheCutAlone() {
    Sparsity penalty = new Sparsity(List.of(Penalty.parse("l1:bn-scale:0.001")), List.of());
    Comparison comparison = one("sparsity", penalty);
    Plan plan = comparison.plan("sparse");
    assertThat(arms(comparison))
        .containsExactly(
            "unpruned", "sparsity-trained", "pruned", "fine-tuned", "scratch-e", "scratch-b");
    Train dense = trained(plan, "unpruned", 1);
    Train sparse = trained(plan, "sparsity-trained", 1);
    assertThat(sparse.recipe().penalties()).isEqualTo(penalty.sparsityPenalties());
    assertThat(Settings.with(sparse, "recipe", dense.recipe())).isEqualTo(dense);
    assertThat(((Prune) task(plan, "pruned", 1)).of()).isEqualTo(Result.of(sparse));
    for (String arm : List.of("unpruned", "fine-tuned", "scratch-e", "scratch-b")) {
      assertThat(trained(plan, arm, 1).recipe().penalties()).as(arm).isEmpty();
    }
  }

  @Test
  void aPublishedArchitectureNeedsNoCut() {
    Comparison c = TinyComparison.of(List.of(1L));
    Comparison both = one("prunedArchitecture", Optional.of("resnet8-x"));
    Plan plan = both.plan("both");
    assertThat(arms(both)).hasSize(5);
    Predefined small = Predefined.of(c.small("resnet8-x"), "resnet8");
    assertThat(small.network().adaptation()).isEqualTo(c.network().adaptation());
    assertThat(trained(plan, "scratch-e", 1).start()).isEqualTo(small);
    assertThat(trained(plan, "scratch-b", 1).start()).isEqualTo(small);
    assertThat(trained(plan, "fine-tuned", 1).start())
        .isEqualTo(Result.of((Prune) task(plan, "pruned", 1)));
    Amounts none =
        new Amounts(
            List.of(), List.of(), List.of(), List.of(), List.of(), false, c.amounts().limits());
    assertThat(arms(Settings.with(both, "amounts", none)))
        .containsExactly("unpruned", "scratch-e", "scratch-b");
    assertThatThrownBy(() -> one("amounts", none))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("give exactly one of preset, ratio, target-macs");
    assertThatThrownBy(
            () -> Settings.with(both, Map.of("amounts", none, "arms", List.of(ComparedArm.PRUNED))))
        .isInstanceOf(UsageException.class)
        .hasMessage("arms name pruned, but no amount says what is cut");
  }

  @Test
  void armsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> one("arms", List.of(ComparedArm.PRUNED, ComparedArm.PRUNED)))
        .isInstanceOf(UsageException.class)
        .hasMessage("arms must all be different; found one twice");
    assertThatThrownBy(() -> one("arms", List.of(ComparedArm.SPARSITY_TRAINED)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "arms name sparsity-trained, but no training before the cut has penalties or"
                + " interventions of its own");
  }

  @Test
  void aSelectionIsMadeForTheCutWhereItIsAskedFor() {
    assertThat(((Prune) task(one("select", true).plan("s"), "pruned", 1)).how().select()).isTrue();
    assertThat(((Prune) task(one("select", false).plan("s"), "pruned", 1)).how().select())
        .isFalse();
  }
}
