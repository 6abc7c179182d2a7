package org.espalier.framework.experiments;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunDescription.Described;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.settings.Settings;

/**
 * A task in the hands of the process that makes it.
 *
 * @param claim held while the task is made
 */
public record Run(Task task, RunFolder folder, Claim claim) {

  /**
   * What stands in {@code run.json}.
   *
   * @param inputs what the result depends on beside the settings: digests of data, and the like
   */
  public RunDescription describe(Map<String, Object> inputs, Workshop shop) {
    Map<String, Object> all = new LinkedHashMap<>(inputs);
    task.data().ifPresent(spec -> all.putAll(shop.digests(spec)));
    return describe(task, all);
  }

  static RunDescription describe(Task task, Map<String, Object> inputs) {
    Map<String, Described> needs = new TreeMap<>();
    Deque<Task> open = new ArrayDeque<>(task.needs());
    while (!open.isEmpty()) {
      Task need = open.pop();
      if (needs.putIfAbsent(need.key(), Described.of(need.kind(), need.settings())) == null) {
        open.addAll(need.needs());
      }
    }
    return new RunDescription(
        task.kind(), task.key(), Settings.all(task.settings()), needs, inputs, List.of());
  }

  /**
   * Fills the folder at once: a reader sees all of it or nothing.
   *
   * @param fill writes the files into the folder that it is given
   */
  public void fill(java.util.function.Consumer<RunFolder> fill) {
    Path target = folder.path();
    Path temporary = AtomicFiles.temporaryFolder(target);
    try {
      fill.accept(new RunFolder(temporary));
      checkHeld();
      AtomicFiles.newFolder(temporary, target);
    } finally {
      AtomicFiles.deleteFolder(temporary);
    }
  }

  /** Fails if another process has taken the run over. */
  public void checkHeld() {
    if (claim.isLost()) {
      throw new IllegalStateException(
          folder.path() + ": another process has taken this run over while this one stood still");
    }
  }
}
