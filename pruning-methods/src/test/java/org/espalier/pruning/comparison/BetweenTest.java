package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.UsageException;
import org.espalier.pruning.Amount;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.Prune;
import org.espalier.pruning.weights.KernelKind;
import org.espalier.pruning.weights.Magnitude;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups are cut one after the other, with a training after each but the last. */
class BetweenTest {
  private static final List<String> GROUPS =
      List.of("stage1/block1/conv1", "stage2/block1/conv1", "stage3/block1/conv1");

  @TempDir Path folder;

  private static Comparison comparison(int between, Amount amount) {
    return Settings.with(
        TinyComparison.of(List.of(1L), List.of(new L1Norm()), List.of(amount)),
        "betweenEpochs",
        between);
  }

  private static Amount halves() {
    Map<String, Double> shares = new LinkedHashMap<>();
    GROUPS.forEach(g -> shares.put(g, 0.5));
    return Amount.ratios(shares);
  }

  private static Task task(Plan plan, String arm) {
    return plan.arms().stream().filter(a -> a.name().equals(arm)).findFirst().orElseThrow().task();
  }

  @Test
  void everyCutIsOfTheNetworkThatTheOneBeforeLeft() {
    Comparison comparison = comparison(3, halves());
    Plan plan = comparison.plan("chain");
    Task at = task(plan, "pruned");
    for (int i = GROUPS.size() - 1; i >= 0; i--) {
      Prune cut = (Prune) at;
      assertThat(cut.how().amount().ratios())
          .containsExactly(new Amount.GroupShare(GROUPS.get(i), 0.5));
      Train before = (Train) ((Result) cut.of()).of().task();
      if (i == 0) {
        assertThat(before).isEqualTo(task(plan, "unpruned"));
      } else {
        assertThat(before.recipe())
            .isEqualTo(comparison.fineTuning().of(comparison.recipe()).withEpochs(3));
        at = ((Result) before.start()).of().task();
      }
    }
    assertThat(((Train) task(plan, "fine-tuned")).start())
        .isEqualTo(Result.of(task(plan, "pruned")));
    Prune widths = (Prune) ((Result) ((Train) task(plan, "scratch-b")).start()).of().task();
    assertThat(widths.of()).isEqualTo(Result.of(task(plan, "unpruned")));
    assertThat(widths.how().amount()).isEqualTo(halves());
    assertThat(comparison(0, halves()).plan("once").order()).hasSize(5);
    assertThat(plan.order()).as("two trainings and three cuts more").hasSize(10);
  }

  @Test
  void whatIsExcludedIsNoCutOfTheChain() {
    Amount amount = halves().with(l -> l.exclude(List.of(GROUPS.get(1))));
    Plan plan = comparison(1, amount).plan("chain");
    assertThat(plan.order()).as("a training and a cut fewer").hasSize(8);
    Prune last = (Prune) task(plan, "pruned");
    assertThat(last.how().amount().ratios())
        .containsExactly(new Amount.GroupShare(GROUPS.get(2), 0.5));
    assertThat(last.how().amount().limits()).isEqualTo(amount.limits());
  }

  /** What scratch arms train is cut as channels are. */
  @Test
  void methodsThatMaskAreRefused() {
    Comparison masks =
        TinyComparison.of(List.of(1L), List.of(new Magnitude(KernelKind.CONV)), List.of(halves()));
    assertThatThrownBy(() -> Settings.with(masks, "betweenEpochs", 1))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("betweenEpochs go with methods that cut one group after the other");
  }

  /** A preset names its groups too; and all is shorter where all is smaller. */
  @Test
  void aPresetNamesItsGroups() {
    Plan plan =
        comparison(20, Amount.preset("resnet56-b")).scaled(Scale.parse("epochs=0.1")).plan("p");
    List<Train> between =
        plan.order().stream()
            .filter(t -> t instanceof Train train && train.recipe().epochs() == 2)
            .map(Train.class::cast)
            .filter(t -> t.recipe().milestones().isEmpty())
            .toList();
    assertThat(between).as("ResNet-56-B cuts 21 of 27 groups").hasSize(20);
  }

  @Test
  @Tag("slow")
  void theSmallNetworksAreOfOneSizeAndNoComputationIsHidden() {
    ComparisonResult result = TinyComparison.run(comparison(1, halves()), folder, PlanWatcher.NONE);
    assertThat(result.arms()).hasSize(5);
    assertThat(result.arms().subList(1, 5))
        .extracting(ArmResult::macs)
        .containsOnly(result.arms().get(1).macs());
    assertThat(result.arms().get(1).macs()).isLessThan(result.arms().get(0).macs());
    double ratio = (double) result.arms().get(0).flops() / result.arms().get(4).flops();
    assertThat(result.arms().get(4).epochs()).isEqualTo((int) (2 * ratio));
    assertThat(result.warnings())
        .anyMatch(w -> w.startsWith("2 trainings that rows come from are in no row themselves"));
  }

  @Test
  void whatCannotBeInOrderIsRefused() {
    assertThatThrownBy(() -> comparison(1, Amount.ratio(0.5)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("betweenEpochs needs groups by name");
    assertThatThrownBy(() -> comparison(1, halves().with(limits -> limits.roundTo(8))))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("betweenEpochs needs groups by name");
    assertThatThrownBy(() -> comparison(-1, halves()))
        .isInstanceOf(UsageException.class)
        .hasMessage("betweenEpochs must be at least 0, found -1");
    assertThatThrownBy(
            () ->
                Settings.with(
                    comparison(1, halves()), "arms", List.of(ComparedArm.SCRATCH_B_TOTAL)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("betweenEpochs go with networks of many sizes");
  }
}
