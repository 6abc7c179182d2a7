package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.TinyJobs;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoftFilterPruningTest {
  private static final Extent HUNDRED = new Extent(101, 10, 40);

  /** As many as the reference zeroes of 16, 32 and 64 filters. */
  @ParameterizedTest
  @CsvSource({"0.9, 1, 3, 6", "0.8, 3, 6, 12", "0.7, 4, 9, 19", "1, 0, 0, 0"})
  void soManyFiltersGo(double keep, int of16, int of32, int of64) {
    double share = SoftFilterPruning.keeping(keep).share(4, HUNDRED);
    assertThat(SoftFilterPruning.gone(16, share)).isEqualTo(of16);
    assertThat(SoftFilterPruning.gone(32, share)).isEqualTo(of32);
    assertThat(SoftFilterPruning.gone(64, share)).isEqualTo(of64);
  }

  /** Nothing in the first of 101 epochs, three quarters an eighth of the way, all in the last. */
  @Test
  void theShareGrowsAsymptotically() {
    SoftFilterPruning grows = new SoftFilterPruning(0.6, 1, true, false, List.of());
    assertThat(grows.share(0, HUNDRED)).isZero();
    assertThat(grows.share(4, HUNDRED)).isZero();
    assertThat(grows.share(54, HUNDRED)).as("12.5 epochs on").isCloseTo(0.3, within(1e-12));
    assertThat(grows.share(404, HUNDRED)).isEqualTo(1 - 0.6);
    double before = 0;
    for (int epoch = 2; epoch <= 101; epoch++) {
      double now = grows.share(4L * epoch, HUNDRED);
      assertThat(now).isGreaterThan(before).isLessThanOrEqualTo(1 - 0.6);
      before = now;
    }
    assertThat(grows.share(4, new Extent(1, 10, 40))).as("one epoch").isEqualTo(1 - 0.6);
  }

  @Test
  void itActsAfterEpochsAndAfterTheLast() {
    SoftFilterPruning third = new SoftFilterPruning(0.7, 3, false, false, List.of());
    List<Long> acts = new ArrayList<>();
    for (long step = 1; step <= 20; step++) {
      if (third.actsAfter(step, new Extent(5, 10, 40))) {
        acts.add(step);
      }
    }
    assertThat(acts).containsExactly(12L, 20L);
    assertThat(third.actsAtStart()).isFalse();
  }

  private static TrainingJob job(int epochs, double rate, SoftFilterPruning how) {
    TrainingJob job = TinyJobs.job(TinyJobs.recipe(epochs, 12, rate), TinyJobs.data(40, 20), 1);
    return new TrainingJob(
        job.start(), job.recipe().withInterventions(List.of(how)), job.data(), 1);
  }

  /** The filters of a convolution that are zero. */
  private static List<Integer> zeros(Weights weights, Parameter kernel) {
    double[] sums = weights.get(kernel.name()).sumOver(3, Math::abs);
    List<Integer> zeros = new ArrayList<>();
    for (int filter = 0; filter < sums.length; filter++) {
      if (sums[filter] == 0) {
        zeros.add(filter);
      }
    }
    return zeros;
  }

  private static List<Parameter> convolutions(Network network) {
    return network.parameters(k -> k == ParameterKind.CONV_KERNEL);
  }

  /** They are zero when an epoch ends, come back in the next one, and are zero in the end. */
  @Test
  void filtersGoAndComeBack() {
    SoftFilterPruning half = SoftFilterPruning.keeping(0.5);
    TrainingJob job = job(3, 0.05, half);
    Kept kept = new Kept(1);
    TrainingState end = TinyJobs.trainer(job).train(Optional.empty(), kept);
    boolean changes = false;
    for (Parameter kernel : convolutions(job.network())) {
      int gone = kernel.shape().last() / 2;
      List<Integer> first = zeros(kept.states.get(3).weights(), kernel);
      assertThat(first).as(kernel.name()).hasSize(gone);
      assertThat(zeros(kept.states.get(4).weights(), kernel)).as("they come back").isEmpty();
      assertThat(zeros(end.weights(), kernel)).hasSize(gone);
      changes |= !first.equals(zeros(end.weights(), kernel));
      assertThat(kept.states.get(3).slots().get(Sessions.momentumOf(kernel.name())).values())
          .as("momentum is left alone")
          .doesNotContain(0f);
    }
    assertThat(changes).as("which filters go is decided anew").isTrue();
    assertThat(end.measurements()).hasSize(3);
  }

  /**
   * Before the first step too, if asked: a training that hardly moves shows it. Where batch norm
   * and a rectifier follow, such filters of fresh weights do not come back, ever.
   */
  @Test
  void theStartIsPrunedButKeptAsItWas() {
    TrainingJob job = job(1, 1e-9, new SoftFilterPruning(0.5, 1, false, true, List.of()));
    TrainingJob keeping =
        new TrainingJob(
            job.start(),
            job.recipe(),
            job.data(),
            1,
            Loss.labels(),
            Step.ofEpochs(1),
            List.of(Step.ofEpochs(0)),
            Step.ofEpochs(0));
    Kept kept = new Kept(1);
    TinyJobs.trainer(keeping).train(Optional.empty(), kept);
    assertThat(kept.weights.get("0ep")).isEqualTo(job.start().weights());
    Parameter stem = convolutions(job.network()).get(0);
    double[] norms = kept.states.get(0).weights().get(stem.name()).sumOver(3, w -> (double) w * w);
    assertThat(java.util.Arrays.stream(norms).filter(n -> n < 1e-12).count())
        .isEqualTo(stem.shape().last() / 2);
    Kept moved = new Kept(1);
    TinyJobs.trainer(job(1, 0.05, new SoftFilterPruning(0.5, 1, false, true, List.of())))
        .train(Optional.empty(), moved);
    Parameter inner = job.network().parameter("stage1/block1/conv1/kernel");
    Parameter last = job.network().parameter("stage1/block1/conv2/kernel");
    assertThat(zeros(moved.states.get(2).weights(), inner)).hasSize(inner.shape().last() / 2);
    assertThat(zeros(moved.states.get(2).weights(), last)).isEmpty();
  }

  @Test
  void aTrainingTakenUpBetweenAnyTwoStepsIsOneNeverStopped() {
    TrainingJob job = job(3, 0.05, new SoftFilterPruning(0.5, 2, true, true, List.of()));
    TrainingState whole = TinyJobs.trainer(job).train();
    Kept kept = new Kept(1);
    TinyJobs.trainer(job).train(Optional.empty(), kept);
    assertThat(kept.states).hasSize(12);
    for (int step : new int[] {1, 4, 6, 8, 11}) {
      TrainingState state = kept.states.get(step - 1);
      Kept.assertSame(TinyJobs.trainer(job).train(Optional.of(state), Trainer.Keeper.NONE), whole);
    }
  }

  /** What an intervention is shown, with one kernel set by hand. */
  private static final class Shown implements Intervention.Live {
    final Network network = TinyJobs.network();
    final Weights weights;
    Weights written = Weights.empty();

    Shown(String kernel, float... norms) {
      Parameter p = network.parameter(kernel);
      float[] values = new float[(int) p.shape().elements()];
      for (int i = 0; i < norms.length; i++) {
        values[values.length - norms.length + i] = norms[i];
      }
      weights = network.initialise(1).with(kernel, new ShapedArray(p.shape(), values));
    }

    @Override
    public Network network() {
      return network;
    }

    @Override
    public long step() {
      return 4;
    }

    @Override
    public Extent extent() {
      return new Extent(9, 12, 40);
    }

    @Override
    public Weights weights() {
      return weights;
    }

    @Override
    public Weights slots() {
      throw new AssertionError("slots are none of its business");
    }

    @Override
    public void write(Weights changed) {
      written = written.with(changed);
    }
  }

  /** By norm, whatever the sign; of equal ones the first. */
  @Test
  void theLowestNormsGo() {
    Shown shown = new Shown("stem/kernel", -0.5f, 0.3f, 0.5f, -0.7f);
    SoftFilterPruning.keeping(0.5).act(shown);
    float[] stem = shown.written.get("stem/kernel").values();
    assertThat(java.util.Arrays.copyOfRange(stem, stem.length - 4, stem.length))
        .containsExactly(0f, 0f, 0.5f, -0.7f);
    assertThat(shown.written.names())
        .containsExactlyElementsOf(
            convolutions(shown.network).stream().map(Parameter::name).toList());
  }

  @Test
  void layersCanBeLeftAlone() {
    Shown shown = new Shown("stem/kernel", 1, 2, 3, 4);
    SoftFilterPruning but =
        new SoftFilterPruning(0.5, 1, false, false, List.of("stem", "stage1/block1/conv1/kernel"));
    but.act(shown);
    assertThat(shown.written.names())
        .hasSize(convolutions(shown.network).size() - 2)
        .doesNotContain("stem/kernel", "stage1/block1/conv1/kernel");
    assertThatThrownBy(
            () -> job(1, 0.1, new SoftFilterPruning(0.5, 1, false, false, List.of("stam"))))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown convolution 'stam'; nearest: stem");
    List<String> all = convolutions(shown.network).stream().map(Parameter::name).toList();
    assertThatThrownBy(() -> job(1, 0.1, new SoftFilterPruning(0.5, 1, false, false, all)))
        .isInstanceOf(UsageException.class)
        .hasMessage("soft-filter-pruning: resnet8 has no convolution whose filters may go");
  }

  @Test
  void settingsWithoutMeaningAreRefused() {
    for (double keep : new double[] {0, -0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> SoftFilterPruning.keeping(keep))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("keep must be above 0 and at most 1");
    }
    assertThatThrownBy(() -> new SoftFilterPruning(0.5, 0, false, false, List.of()))
        .hasMessage("every must be at least 1 epoch, found 0");
  }
}
