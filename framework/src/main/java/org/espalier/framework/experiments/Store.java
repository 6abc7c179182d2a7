package org.espalier.framework.experiments;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;

/**
 * Where runs are: {@code ROOT/runs/HASH}. Opening one looks at nothing, finding a run looks at its
 * folder alone, so the number of runs does not matter.
 *
 * @param root shared by all processes that work on one plan, on any host
 */
public record Store(Path root) {
  private static final String RUNS = "runs";

  /** The folder of a task's run, made or not. */
  public Path folder(Task task) {
    return root.resolve(RUNS).resolve(task.key());
  }

  /**
   * How a task ended, if it is done. Data are not looked at; see {@link Workshop#find}.
   *
   * @throws org.espalier.graphs.BadInputException if it was done under other values: a default that
   *     has changed since
   */
  public Optional<RunSummary> find(Task task) {
    return find(task, folder(task), Map.of());
  }

  /** Whether a task was begun and is not done. */
  public boolean isBegun(Task task) {
    RunFolder run = new RunFolder(folder(task));
    return run.description().isPresent() && run.summary().isEmpty();
  }

  /**
   * The same, of a run that stands in a folder of its own.
   *
   * @param inputs those that must be the same
   */
  static Optional<RunSummary> find(Task task, Path folder, Map<String, Object> inputs) {
    RunFolder run = new RunFolder(folder);
    Optional<RunSummary> summary = run.summary();
    if (summary.isPresent()) {
      RunDescription now = Run.describe(task, inputs);
      run.holds(now, task.settings());
    }
    return summary;
  }
}
