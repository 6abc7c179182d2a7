package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.TinyJobs;
import org.espalier.graphs.Weights;

/** Keeps every state, or those that are asked for. */
final class Kept implements Trainer.Keeper {
  final List<TrainingState> states = new ArrayList<>();
  final Map<String, Weights> weights = new LinkedHashMap<>();
  private final long every;

  Kept(long every) {
    this.every = every;
  }

  @Override
  public boolean wants(long step, int stepsPerEpoch) {
    return step % every == 0;
  }

  @Override
  public void keep(TrainingState state) {
    states.add(state);
  }

  @Override
  public void keepWeights(Step step, Weights kept) {
    weights.put(step.toString(), kept);
  }

  /** Same weights, slots and measurements, but for the clock. */
  static void assertSame(TrainingState found, TrainingState expected) {
    assertThat(found.weights()).isEqualTo(expected.weights());
    assertThat(found.slots()).isEqualTo(expected.slots());
    assertThat(TinyJobs.withoutClock(found.measurements()))
        .isEqualTo(TinyJobs.withoutClock(expected.measurements()));
  }
}
