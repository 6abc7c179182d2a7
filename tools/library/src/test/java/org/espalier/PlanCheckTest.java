package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.graphs.UsageException;
import org.espalier.lottery.Lottery;
import org.espalier.pruning.Amount;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.Prune;
import org.espalier.pruning.PruneSpec;
import org.espalier.pruning.comparison.Comparison;
import org.espalier.pruning.comparison.NamedComparison;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What would fail after the first training is refused before it, and nothing else is. */
class PlanCheckTest {
  private static final String TINY =
      "architecture=resnet8;width=0.125;dataset=fashion-mnist-small;train-images=60;"
          + "test-images=20;epochs=1;seeds=1";

  @TempDir Path store;

  private Espalier espalier() {
    return Espalier.create().store(store).threads(1);
  }

  private <R extends Record> R read(Class<R> type, String more) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (String setting : (TINY + ";" + more).split(";")) {
      int at = setting.indexOf('=');
      settings.put(setting.substring(0, at), setting.substring(at + 1));
    }
    List<SettingsSource> sources = List.of(SettingsSource.flags(settings));
    return espalier().settings().read(type, sources, Set.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          preset=vgg16-a | preset 'vgg16-a' is for vgg16
          preset=resnet56-a;arms=pruned | preset 'resnet56-a'
          ratios=nowhere=0.5 | unknown channel group 'nowhere'
          ratio=0.5;exclude=nowhere | unknown channel group 'nowhere'
          ratios=dense=0.5 | group 'dense' cannot be cut
          target-macs=0.001 | target-macs asks for at most
          target-parameters=3;arms=scratch-e | target-parameters asks for at most
          as-trained=true | as-trained says nothing to l1-norm
          as-trained=true;method=sss | sss: resnet8 has no scales
          ratio=0.5;method=n-m;scope=global | scope global ranks the weights of all kernels
          ratio=0.3;method=n-m | ratio must leave a whole number of each 4 weights
          ratio=0.5;method=thinet;scope=global | thinet goes through the network group by group
          ratio=0.5;method=l1-norm,n-m;scope=global | scope global ranks the weights
          """)
  void aComparisonThatCannotEndDoesNotBegin(String settings, String message) {
    Plan plan = read(Comparison.class, settings).plan("tiny");
    assertThatThrownBy(() -> espalier().run(plan))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
    assertThat(store).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ratio=0.5;kernels=conv;ratios=nowhere=0.5 | unknown kernel 'nowhere'
          method=l1-norm;ratio=0.5;form=masks;exclude=nowhere | unknown channel group 'nowhere'
          method=l1-norm;target-macs=0.001 | target-macs asks for at most
          """)
  void norDoesALottery(String settings, String message) {
    Plan plan = read(Lottery.class, settings + ";learning-rates=0.1").plan("tiny");
    assertThatThrownBy(() -> espalier().run(plan))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
    assertThat(store).isEmptyDirectory();
  }

  /** Zeros come from the training: before it there are none, and that is no mistake. */
  @ParameterizedTest
  @CsvSource({
    "as-trained=true;method=zero-filters",
    "ratio=0.5;method=slimming",
    "ratio=0.5;method='taylor,hessian,thinet,regression,random-weights,snip'"
  })
  void whatTheTrainingDecidesIsNotRefused(String settings) {
    Plan plan = read(Comparison.class, settings.replace("'", "")).plan("tiny");
    assertThatCode(() -> espalier().check(plan)).doesNotThrowAnyException();
    assertThat(store).isEmptyDirectory();
  }

  /** A run that is there need not fit the settings of today. */
  @Test
  void whatIsMadeIsNotLookedAt() {
    Plan plan =
        Plan.named("made")
            .arm("trained", 1, TinyPlans.train(1, 1))
            .arm("on", 1, TinyPlans.train(1, 2));
    espalier().run(plan);
    Prune wrong =
        new Prune(
            Result.of(TinyPlans.train(1, 1)), PruneSpec.of(new L1Norm(), Amount.preset("vgg16-a")));
    assertThatThrownBy(() -> espalier().check(plan.arm("wrong", 1, wrong)))
        .isInstanceOf(UsageException.class);
    assertThatCode(() -> espalier().check(plan)).doesNotThrowAnyException();
  }

  /** Rows of the paper's tables, of each method one network, on ten images of noise. */
  @Test
  @Tag("slow")
  void noRowOfThePaperIsRefused() {
    Espalier espalier = Espalier.builder().with(noise("small", 32)).build().store(store).threads(2);
    int checked = 0;
    for (NamedComparison row : espalier.comparisons().all()) {
      if (row.name().matches("(l1|sfp)-resnet56-(a|90)-.*|slimming-densenet40-40-cifar10")) {
        Comparison comparison =
            Settings.with(espalier.comparisons().comparison(row), "images", DataSpec.of("small"));
        assertThatCode(() -> espalier.check(comparison.plan("row")))
            .as(row.name())
            .doesNotThrowAnyException();
        checked++;
      }
    }
    assertThat(checked).isEqualTo(3);
  }

  private static Dataset noise(String name, int size) {
    byte[] pixels = new byte[10 * size * size * 3];
    new Random(1).nextBytes(pixels);
    int[] labels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    ImageSet images = new ImageSet(name, size, size, 3, 10, pixels, labels);
    return new Dataset(name, images, images, Normalisation.none(3), Augmentation.NONE);
  }
}
