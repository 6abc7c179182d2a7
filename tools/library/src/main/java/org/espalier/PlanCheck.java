package org.espalier;

import java.util.List;
import java.util.Optional;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Preview;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.experiments.Workshop;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;

/**
 * Refuses a plan that would fail after hours: a preset for another network, a group that is not
 * there, a target out of reach. What is to be pruned is pruned once with initial weights. Seeds
 * differ in nothing that matters here, so the first stands for all.
 */
final class PlanCheck {
  private final Workshop shop;

  /** The same, which tells nobody what an untrained network is like. */
  private final Workshop silent;

  PlanCheck(Workshop shop) {
    this.shop = shop;
    silent = shop.with(PlanWatcher.NONE);
  }

  /**
   * @throws UsageException if a task that is not made cannot be made
   */
  void check(Plan plan) {
    if (plan.arms().isEmpty()) {
      return;
    }
    long first = plan.arms().get(0).seed();
    List<Arm> arms = plan.arms().stream().filter(arm -> arm.seed() == first).toList();
    for (Task task : new Plan(plan.name(), arms).order()) {
      if (shop.store().find(task).isEmpty()) {
        check(task);
      }
    }
  }

  private void check(Task task) {
    try {
      task.data().ifPresent(shop::data); // what there is to be said of them is said once
      Optional<Preview> preview = task.preview(silent);
      if (preview.isPresent() && task instanceof Train train) {
        train.epochs(train.recipe(preview.get(), shop), shop.data(train.images()));
      }
    } catch (BadInputException e) {
      return; // of weights or files: those that will be there may be better, and are looked at then
    }
  }
}
