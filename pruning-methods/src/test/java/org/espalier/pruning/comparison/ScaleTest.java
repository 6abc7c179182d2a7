package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.training.FineTuning;
import org.espalier.framework.training.Milestone;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.WarmUp;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.pruning.Amount;
import org.espalier.pruning.L1Norm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes smaller, by how much, and what is refused. */
class ScaleTest {
  private static final Workshop SHOP = TinyComparison.shop(Path.of("none"), PlanWatcher.NONE);
  private static final Comparison WHOLE = TinyComparison.of(List.of(1L));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.05 | images=0.05,epochs=0.05,width=0.22
          0.25 | images=0.25,epochs=0.25,width=0.5
          1 | images=1,epochs=1,width=1
          0.00001 | images=0.00001,epochs=0.00001,width=0.01
          images=0.1,epochs=0.05,width=0.25 | images=0.1,epochs=0.05,width=0.25
          width=0.5, images=1e-1 | images=0.1,width=0.5
          epochs=0.0005 | epochs=0.0005
          """)
  void oneFactorIsThatOfImagesEpochsAndMultiplyAccumulates(String text, String written) {
    Scale scale = Scale.parse(text);
    assertThat(scale).hasToString(written);
    assertThat(Scale.parse(written)).isEqualTo(scale);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "0.5x",
        "NaN",
        "1f",
        "images",
        "images=",
        "images=0.1,images=0.2",
        "depth=0.5",
        "images=0.1,",
        "images=0.1 epochs=0.2",
        "images=0.1=2"
      })
  void whatIsNoScaleIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> Scale.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "expected a factor such as 0.05, or factors such as"
                + " images=0.1,epochs=0.05,width=0.25, found '"
                + text
                + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "0, factor=0",
    "-1, factor=-1",
    "1.01, factor=1.01",
    "images=0, images=0",
    "'images=0.5,epochs=2', epochs=2",
    "width=-0.1, width=-0.1"
  })
  void factorsAreAboveZeroAndAtMostOne(String text, String found) {
    assertThatThrownBy(() -> Scale.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessage("expected factors above 0 and at most 1, found " + found);
  }

  /** 160 epochs, drops at 80 and 120, 40 of fine-tuning: a twentieth is 8, 4, 6 and 2. */
  @Test
  void everyTrainingIsSmallerByExactlyTheFactors() {
    Comparison paper =
        Settings.with(
            WHOLE,
            Map.of(
                "recipe",
                Recipe.CIFAR.withMilestones(
                    List.of(Milestone.parse("80ep"), Milestone.parse("0.75"))),
                "fineTuning",
                Settings.defaults(FineTuning.class)));
    Comparison scaled = paper.scaled(new Scale(0.1, 0.05, 0.5));
    Plan plan = scaled.plan("small");
    Train dense = train(plan, "unpruned");
    assertThat(((Fresh) dense.start()).network())
        .isEqualTo(ArchitectureSpec.of("resnet8").withWidth(0.0625));
    assertThat(dense.images().subset().imageShare()).contains(0.1);
    assertThat(dense.recipe().epochs()).isEqualTo(8);
    assertThat(dense.recipe().learningRateAt(3, 1)).isEqualTo(0.1);
    assertThat(dense.recipe().learningRateAt(4, 1)).isBetween(0.0099, 0.0101);
    assertThat(dense.recipe().learningRateAt(5, 1)).isBetween(0.0099, 0.0101);
    assertThat(dense.recipe().learningRateAt(6, 1)).isBetween(0.00099, 0.00101);
    assertThat(train(plan, "fine-tuned").recipe().epochs()).isEqualTo(2);
    assertThat(train(plan, "scratch-e").recipe()).isEqualTo(dense.recipe());
    assertThat(dense.recipe().batchSize()).isEqualTo(paper.recipe().batchSize());
  }

  /** Iterations and epochs become fewer, of each at least one, and never all of a training. */
  @Test
  void aWarmUpShrinksWithTheTraining() {
    assertThat(warmUp("1000it:0.5", 0.1)).hasToString("100it:0.5");
    assertThat(warmUp("3it", 0.1)).hasToString("1it");
    assertThat(warmUp("1ep:0.1", 0.1)).hasToString("1ep:0.1");
    assertThat(warmUp("40ep", 0.1)).hasToString("4ep");
    assertThat(warmUp("1ep:0.1", 0.02)).as("1 of 3").hasToString("1ep:0.1");
    assertThat(warmUp("1ep:0.1", 0.001)).as("1 of 1").isEqualTo(WarmUp.NONE);
    assertThat(warmUp("0ep", 0.1)).isEqualTo(WarmUp.NONE);
  }

  private static WarmUp warmUp(String whole, double epochs) {
    Recipe recipe = Recipe.CIFAR.withWarmUp(WarmUp.parse(whole));
    Comparison paper = Settings.with(WHOLE, "recipe", recipe);
    Scale scale = new Scale(0.1, epochs, 1);
    return train(paper.scaled(scale).plan("small"), "unpruned").recipe().warmUp();
  }

  @Test
  void aNumberOfTheWholeNetworkIsNoTargetOfANarrowerOne() {
    Comparison absolute =
        TinyComparison.of(
            List.of(1L), List.of(new L1Norm()), List.of(Amount.macs(60_000), Amount.macs(0.5)));
    assertThat(absolute.scaled(new Scale(0.1, 0.1, 1)).amounts()).isEqualTo(absolute.amounts());
    assertThatThrownBy(() -> absolute.scaled(new Scale(1, 1, 0.5)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("scale makes the network narrower");
  }

  private static Train train(Plan plan, String arm) {
    return (Train)
        plan.arms().stream().filter(a -> a.name().equals(arm)).findFirst().orElseThrow().task();
  }

  /** An epoch of a tenth of the images has a tenth of the iterations. */
  @Test
  void milestonesInIterationsComeEarlierByImagesAndEpochs() {
    Comparison whole =
        Settings.with(
            WHOLE, "recipe", Recipe.CIFAR.withMilestones(List.of(Milestone.parse("64000it"))));
    Train dense = train(whole.scaled(new Scale(0.1, 0.05, 1)).plan("small"), "unpruned");
    assertThat(dense.recipe().milestones()).containsExactly(Milestone.parse("320it"));
  }

  @Test
  void theSmallestHasOneEpochAndOneImage() {
    Train dense =
        train(WHOLE.scaled(Scale.parse("images=0.001,epochs=0.001")).plan("s"), "unpruned");
    assertThat(dense.recipe().epochs()).isEqualTo(1);
    var data = SHOP.data(dense.images());
    assertThat(List.of(data.train().size(), data.test().size())).containsExactly(1, 1);
    var half = TinyComparison.GREY.sharing(0.5).sharing(0.525);
    var some = SHOP.data(half);
    assertThat(List.of(some.train().size(), some.test().size()))
        .as("0.2625 of 60 and 20, to the nearest")
        .containsExactly(16, 5);
  }

  /** A scale of 1 is none; another one is part of the hash, and of what results are named by. */
  @Test
  void theHashKnowsTheScaleAndNothingElseChanges() {
    assertThat(Settings.canonical(WHOLE)).doesNotContainKeys("scale", "arms", "select");
    assertThat(WHOLE.scaled(Scale.NONE)).isEqualTo(WHOLE);
    Comparison scaled = WHOLE.scaled(Scale.parse("0.5"));
    assertThat(Settings.hash(scaled)).isNotEqualTo(Settings.hash(WHOLE));
    assertThat(Settings.canonical(scaled))
        .containsEntry("scale", "images=0.5,epochs=0.5,width=0.71");
    Comparison read =
        new SettingsReader(Tables.WORDS)
            .read(
                Comparison.class,
                List.of(
                    SettingsSource.flags(
                        Map.of(
                            "architecture",
                            "vgg16",
                            "dataset",
                            "grey",
                            "ratio",
                            "0.5",
                            "scale",
                            "width=0.5"))),
                Set.of());
    assertThat(read.scale()).isEqualTo(Optional.of(new Scale(1, 1, 0.5)));
  }

  /** 16 channels: at a tenth 2 are left, below that 1. */
  @Test
  void aNetworkThatIsTooNarrowIsRefused() {
    Comparison wide = Settings.with(WHOLE, "network", ArchitectureSpec.of("resnet56"));
    wide.scaled(Scale.parse("width=0.1")).check(Tables.ARCHITECTURES);
    wide.check(Tables.ARCHITECTURES);
    assertThatThrownBy(() -> wide.scaled(Scale.parse("width=0.09")).check(Tables.ARCHITECTURES))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "scale leaves a layer of resnet56 1 of its 16 channels, of which none can go; width"
                + " must be at least 0.10, found 0.09");
  }
}
