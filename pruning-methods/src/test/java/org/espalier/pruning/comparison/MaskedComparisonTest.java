package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.runs.CutFile;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.cost.Cost;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Limits;
import org.espalier.pruning.Pruning;
import org.espalier.pruning.weights.KernelKind;
import org.espalier.pruning.weights.Magnitude;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The paper's comparison for single weights: section 4.3. */
class MaskedComparisonTest {
  @TempDir Path folder;

  private Path run(ArmResult arm) {
    return folder.resolve(arm.run());
  }

  @Test
  void everyArmKeepsTheMasksAndScratchBCountsWhatTheyLeave() {
    Amount amount = Amount.ratio(0.8).with(l -> l.scope(Limits.Scope.GLOBAL));
    Comparison comparison =
        TinyComparison.of(List.of(1L), List.of(new Magnitude(KernelKind.CONV)), List.of(amount));
    ComparisonResult result = TinyComparison.run(comparison, folder, PlanWatcher.NONE);
    assertThat(result.arms())
        .extracting(ArmResult::arm)
        .containsExactly("unpruned", "pruned", "fine-tuned", "scratch-e", "scratch-b");
    ArmResult unpruned = result.arms().get(0);
    ArmResult pruned = result.arms().get(1);
    Model masked = ModelFolder.load(run(pruned));
    Cost.Effective left = Pruning.WIRED.costs().of(masked).spent();
    assertThat(unpruned.effective()).isNull();
    assertThat(pruned.macs()).isEqualTo(unpruned.macs());
    Map<String, ShapedArray> masks = masked.masks();
    long gone = masks.values().stream().mapToLong(m -> m.values().length - count(m)).sum();
    long all = masks.values().stream().mapToLong(m -> m.values().length).sum();
    assertThat(gone).isEqualTo((long) (all * 0.8));
    assertThat(left.parameters()).isEqualTo(unpruned.parameters() - gone);
    for (ArmResult arm : result.arms().subList(1, 5)) {
      Model model = ModelFolder.load(run(arm));
      assertThat(arm.effective()).isEqualTo(left);
      assertThat(model.masks()).isEqualTo(masks);
      assertThat(model.silenced().weights()).isEqualTo(model.weights());
    }
    assertThat(result.arms().get(3).epochs()).isEqualTo(2);
    assertThat(result.arms().get(4).epochs())
        .isEqualTo((int) (2 * ((double) unpruned.flops() / left.flops())))
        .isGreaterThan(2);

    PrunedFile file = PrunedFile.find(run(pruned)).orElseThrow();
    assertThat(file.spent()).isEqualTo(left);
    assertThat(file.spentBefore().macs()).isEqualTo(unpruned.macs());
    assertThat(file.proof()).isNull();
    assertThat(run(pruned).resolve(CutFile.FILE)).doesNotExist();

    ComparisonResult read = ComparisonResult.read(folder);
    assertThat(read).isEqualTo(result);
    ArmSummary summary = read.summary().get(1);
    assertThat(summary.isMasked()).isTrue();
    assertThat(summary.spentMacs()).isEqualTo(left.macs());
    assertThat(summary.spentParameters()).isEqualTo(left.parameters());
    assertThat(read.summary().get(0).spentMacs()).isEqualTo(unpruned.macs());
    assertThat(result.reading().get(0))
        .contains(
            String.format(
                java.util.Locale.ROOT,
                "keeps %.0f %% of the multiply-accumulates",
                100.0 * left.macs() / unpruned.macs()));
  }

  private static long count(ShapedArray mask) {
    long count = 0;
    for (float m : mask.values()) {
      count += (long) m;
    }
    return count;
  }
}
