package org.espalier;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.TaskReader;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunDifference;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.Stretch;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;

/**
 * A run that was made again.
 *
 * @param run the folder of the one before
 * @param again the folder of the new one
 * @param difference the first value that differs, in words; empty if all bits are equal
 * @param notes why equal bits could not be promised: other versions, parts that differ
 */
public record Reproduction(Path run, Path again, Optional<String> difference, List<String> notes) {

  static Reproduction of(Path run, Path into, TaskReader reader, Espalier espalier) {
    RunDescription before = RunDescription.read(run);
    if (new RunFolder(run).summary().isEmpty()) {
      throw new BadInputException(run + ": expected a finished run, found one that is not");
    }
    if (before.task().isEmpty() || before.stretches().isEmpty()) {
      throw new BadInputException(
          run.resolve(RunDescription.FILE)
              + ": expected every setting of the run, found a file of an older Espalier");
    }
    Task task = reader.read(before, run.resolve(RunDescription.FILE).toString());
    Stretch last = before.stretches().get(before.stretches().size() - 1);
    Espalier there = espalier.store(into).machine(machine(last));
    Path again = there.folder(task);
    if (again.toAbsolutePath().normalize().equals(run.toAbsolutePath().normalize())) {
      throw new UsageException(into + ": is the store of the run itself; choose another");
    }
    there.run(Plan.named("reproduce").arm("run", 1, task));
    List<String> notes = new java.util.ArrayList<>();
    if (!before.differingStretches().isEmpty()) {
      notes.add(RunDescription.warning(before.differingStretches()));
    }
    notes.addAll(last.otherVersions());
    return new Reproduction(run, again, RunDifference.first(run, again), notes);
  }

  private static Machine machine(Stretch stretch) {
    return new Machine(
        stretch.threads(),
        Machine.Device.valueOf(stretch.device().toUpperCase(java.util.Locale.ROOT)));
  }

  public boolean isEqual() {
    return difference.isEmpty();
  }
}
