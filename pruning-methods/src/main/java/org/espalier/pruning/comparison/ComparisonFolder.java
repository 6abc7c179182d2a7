package org.espalier.pruning.comparison;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Store;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.pruning.Prune;

/**
 * The folder of an experiment: its results, and a link for each arm and seed, {@code
 * seed-1/pruned}, to the run in the store.
 */
public final class ComparisonFolder {
  private final Plan plan;
  private final Store store;
  private final Path folder;

  public ComparisonFolder(Plan plan, Store store, Path folder) {
    this.plan = plan;
    this.store = store;
    this.folder = folder;
  }

  /**
   * Writes what came of a plan of which all is done. Arms without an accuracy are left out.
   *
   * @param scale how far this is from the paper's protocol; if empty, its sizes are told
   * @param command how to run it again; empty if there is none
   */
  public ComparisonResult write(String scale, String command) {
    ComparisonResult result = read(scale, command);
    result.write(folder);
    for (Arm arm : plan.arms()) {
      Path link = folder.resolve("seed-" + arm.seed()).resolve(arm.name());
      AtomicFiles.link(link, store.folder(arm.task()));
    }
    return result;
  }

  private ComparisonResult read(String scale, String command) {
    List<ArmResult> arms = new ArrayList<>();
    for (Arm arm : plan.arms()) {
      RunSummary summary = store.find(arm.task()).orElseThrow();
      if (summary.accuracy() != null) {
        arms.add(ArmResult.of(arm, summary, relative(store.folder(arm.task()))));
      }
    }
    RunDescription first = run(plan.arms().get(0)).description().orElseThrow();
    List<ArmSummary> summary = ArmSummary.of(arms);
    return new ComparisonResult(
        plan.name(),
        String.valueOf(first.inputs().getOrDefault("dataset", "")),
        scale.isEmpty() ? scale(first) : scale,
        Reading.of(arms, number(first, "testImages")),
        List.copyOf(warnings()),
        command.isEmpty() ? List.of() : List.of(command),
        arms,
        summary);
  }

  private RunFolder run(Arm arm) {
    return new RunFolder(store.folder(arm.task()));
  }

  private String relative(Path run) {
    Path from = folder.toAbsolutePath().normalize();
    return from.relativize(run.toAbsolutePath().normalize()).toString().replace('\\', '/');
  }

  /** Where a floor acted, and runs whose bits cannot be promised. */
  private Set<String> warnings() {
    Set<String> warnings = new LinkedHashSet<>();
    for (Arm arm : plan.arms()) {
      if (arm.task() instanceof Prune) {
        PrunedFile.find(store.folder(arm.task())).ifPresent(p -> warnings.addAll(p.notes()));
      }
      run(arm)
          .description()
          .map(RunDescription::differingStretches)
          .filter(differences -> !differences.isEmpty())
          .map(RunDescription::warning)
          .ifPresent(w -> warnings.add(arm.name() + ", seed " + arm.seed() + ": " + w));
    }
    return warnings;
  }

  private static String scale(RunDescription run) {
    return String.format(
        Locale.ROOT,
        "%s%s, %d epochs on %,d images of %s",
        run.inputs().get("network"),
        run.settings().containsKey("start.width")
            ? " at width " + run.settings().get("start.width")
            : "",
        number(run, "epochs"),
        number(run, "trainImages"),
        run.inputs().get("dataset"));
  }

  private static int number(RunDescription run, String name) {
    return run.inputs().get(name) instanceof Number n ? n.intValue() : 0;
  }
}
