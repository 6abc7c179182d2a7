package org.espalier;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.files.Json;
import org.espalier.framework.training.Extent;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.Watcher;

/** Tells the watcher what a child tells of a training. */
final class Relay {
  private final Task task;
  private final PlanWatcher watcher;
  private final Set<String> noted;
  private Watcher training = new Watcher() {};
  private boolean ended = true;

  /**
   * @param noted what was noted already: every child says for itself what is so for all of them
   */
  Relay(Task task, PlanWatcher watcher, Set<String> noted) {
    this.noted = noted;
    this.task = task;
    this.watcher = watcher;
  }

  void hear(JsonNode said) {
    switch (Job.event(said)) {
      case NOTE -> {
        String text = said.path("text").asText();
        if (noted.add(text)) {
          watcher.note(text);
        }
      }
      case STARTED -> {
        training = watcher.training(task);
        ended = false;
        training.started(Json.value(said.path("extent"), Extent.class), said.path("step").asLong());
      }
      case STEPS ->
          training.afterStep(
              said.path("step").asLong(),
              said.path("images").asInt(),
              said.path("loss").asDouble());
      case MEASURED -> training.measured(Json.value(said.path("measurement"), Measurement.class));
      default -> end();
    }
  }

  /** Also if the child died before it could say so. */
  void end() {
    if (!ended) {
      ended = true;
      training.ended();
    }
  }
}
