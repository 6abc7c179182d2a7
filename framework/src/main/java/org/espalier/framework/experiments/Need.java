package org.espalier.framework.experiments;

import java.util.Optional;
import org.espalier.framework.settings.Keyed;

/** A task that another one needs. In settings its hash stands for it. */
public final class Need implements Keyed {
  private final Task task;
  private final String key;
  private Preview preview;
  private boolean looked;

  public Need(Task task) {
    this.task = task;
    this.key = task.key();
  }

  /** What will come of the task; looked at once. */
  synchronized Optional<Preview> preview(Workshop shop) {
    if (!looked) {
      preview = task.preview(shop).orElse(null);
      looked = true;
    }
    return Optional.ofNullable(preview);
  }

  public Task task() {
    return task;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Need need && key.equals(need.key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  @Override
  public String toString() {
    return task.title() + " (" + key + ")";
  }
}
