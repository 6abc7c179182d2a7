package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Train;
import org.espalier.graphs.UsageException;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Amounts;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.Prune;
import org.espalier.pruning.PruningMethod;
import org.espalier.pruning.RandomFilters;
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
        .hasMessage("method must be one or more, all different; found one twice");
    assertThatThrownBy(() -> with(List.of(new L1Norm()), Optional.of(0.5)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("cap must be at least 1");
    assertThat(Amounts.of(Amount.ratio(0.5))).isEqualTo(TWO_SEEDS.amounts());
  }
}
