package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.Subset;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Amounts;
import org.espalier.pruning.comparison.ComparedArm;
import org.espalier.pruning.comparison.Comparison;
import org.espalier.pruning.comparison.ComparisonResult;
import org.espalier.pruning.comparison.NamedComparison;
import org.espalier.pruning.comparison.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program takes a row of the paper's tables, makes another comparison of it and runs that. */
class NamedCompareTest {
  @TempDir Path folder;

  @Test
  void whatIsMadeOfARowStandsBesideIt() {
    Espalier espalier = Espalier.create().store(folder).threads(1);
    NamedComparison row = espalier.comparisons().get("l1-vgg16-a");
    Subset some = new Subset(Optional.empty(), Optional.of(60), Optional.of(20));
    Comparison tiny =
        Settings.with(
                espalier.comparisons().comparison(row),
                Map.of(
                    "network", ArchitectureSpec.of("resnet8").withWidth(0.25),
                    "images", new DataSpec("fashion-mnist-small", some),
                    "recipe", Recipe.SHORT.withEpochs(1),
                    "amounts", Amounts.of(Amount.ratio(0.5)),
                    "seeds", List.of(1L),
                    "arms", List.of(ComparedArm.UNPRUNED, ComparedArm.PRUNED)))
            .scaled(Scale.parse("images=0.5,width=0.5"));
    ComparisonResult result = espalier.compare(row, tiny, folder.resolve("out"));
    assertThat(result.arms()).hasSize(2);
    assertThat(result.scale())
        .isEqualTo(
            "scaled down by images=0.5,width=0.5: resnet8 at width 0.125, 1 epochs on 30 images of"
                + " fashion-mnist-small");
    assertThat(result.published().name()).isEqualTo("l1-vgg16-a-cifar10");
    assertThat(result.published().arms()).isEqualTo(row.published());
    assertThat(result.published().departures())
        .startsWith("scaled down by images=0.5,width=0.5")
        .contains("epochs: 1, not 160", "arms: unpruned,pruned, not none");
    assertThat(folder.resolve("out/report.html")).isNotEmptyFile();
    ComparisonResult alone = espalier.compare(tiny, folder.resolve("alone"));
    assertThat(alone.published()).as("of no row").isNull();
    assertThat(alone.arms()).as("made once").hasSize(2);
  }
}
