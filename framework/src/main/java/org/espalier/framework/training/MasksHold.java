package org.espalier.framework.training;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.Model;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ShapedArray;

/**
 * What holds of masks in every state of a training: they stay as they were, what they hide stays
 * zero, and so does what the optimiser remembers of it. If it does not, that is a fault of
 * Espalier, and no result may come of it.
 */
public final class MasksHold {
  private MasksHold() {}

  /**
   * Nothing is said of trainings that begin with other values than zero under their masks, or that
   * change masks on their way.
   *
   * @throws IllegalStateException with the step and the parameter
   */
  public static void check(TrainingJob job, TrainingState state) {
    Model start = job.start();
    Map<String, ShapedArray> masks = start.masks();
    boolean said =
        job.recipe().interventions().isEmpty()
            && start.silenced().weights().equals(start.weights());
    if (masks.isEmpty() || !said) {
      return;
    }
    Model now = new Model(start.network(), state.weights());
    masks.forEach(
        (name, mask) -> {
          require(mask.equals(now.masks().get(name)), state, name, "its mask has changed");
          require(
              isZero(state.weights().get(name), mask), state, name, "masked weights have moved");
          for (Parameter slot :
              TrainingGraph.slots(List.of(start.network().parameter(name)), job.recipe())) {
            boolean forgotten = isZero(state.slots().get(slot.name()), mask);
            require(forgotten, state, name, "the optimiser remembers masked weights");
          }
        });
  }

  private static boolean isZero(ShapedArray values, ShapedArray mask) {
    for (int i = 0; i < values.values().length; i++) {
      if (mask.values()[i] == 0 && values.values()[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static void require(boolean holds, TrainingState state, String name, String fault) {
    if (!holds) {
      throw new IllegalStateException("step " + state.step() + ", " + name + ": " + fault);
    }
  }
}
