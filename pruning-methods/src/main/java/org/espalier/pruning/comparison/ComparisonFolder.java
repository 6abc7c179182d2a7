package org.espalier.pruning.comparison;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Store;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.OwnFolder;
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
  /** What stands in a store before there are results. */
  private static final Set<String> EARLY = Set.of("runs", "logs", "comparisons", "lotteries");

  private final Plan plan;
  private final Store store;
  private final Path folder;
  private final Telling telling;

  public ComparisonFolder(Plan plan, Store store, Path folder) {
    this(plan, store, folder, Telling.COMPARISON);
  }

  /** Of an experiment that tells its results in its own way. */
  public ComparisonFolder(Plan plan, Store store, Path folder, Telling telling) {
    this.telling = telling;
    this.plan = plan;
    this.store = store;
    this.folder = folder;
  }

  /**
   * Refuses a folder that something else is in than the results of an experiment, or a store.
   *
   * @throws org.espalier.graphs.UsageException that names what was found
   * @throws org.espalier.graphs.BadInputException if its results.json is that of something else
   */
  public static void checkFree(Path folder) {
    OwnFolder.check(folder, ComparisonResult.FILE, EARLY, "an experiment");
    if (Files.exists(folder.resolve(ComparisonResult.FILE))) {
      ComparisonResult.read(folder);
    }
  }

  /**
   * Writes what came of a plan of which all is done. Arms without an accuracy are left out.
   *
   * @param scale how far this is from the paper's protocol; if empty, its sizes are told
   * @param command how to run it again; empty if there is none
   */
  public ComparisonResult write(String scale, String command) {
    return write(scale, command, new Standing(Optional.empty(), Optional.empty()));
  }

  /**
   * The same of a comparison that may be scaled down, or be a row of a paper.
   *
   * @param command how to run it again; empty if there is none
   */
  public ComparisonResult write(Standing standing, String command) {
    return write("", command, standing);
  }

  private ComparisonResult write(String scale, String command, Standing standing) {
    ComparisonResult result = read(scale, command, standing);
    checkFree(folder);
    result.write(folder);
    for (Arm arm : plan.arms()) {
      Path link = folder.resolve("seed-" + arm.seed()).resolve(arm.name());
      AtomicFiles.link(link, store.folder(arm.task()));
    }
    return result;
  }

  private ComparisonResult read(String scale, String command, Standing standing) {
    List<ArmResult> arms = new ArrayList<>();
    for (Arm arm : plan.arms()) {
      RunSummary summary = store.find(arm.task()).orElseThrow();
      if (summary.accuracy() != null) {
        ArmResult plain = ArmResult.of(arm, summary, relative(store.folder(arm.task())));
        arms.add(telling.told(plain, arm));
      }
    }
    RunDescription first = run(first()).description().orElseThrow();
    String sizes = scale.isEmpty() ? scale(first) : scale;
    List<ArmSummary> summary = ArmSummary.of(arms);
    return new ComparisonResult(
        plan.name(),
        String.valueOf(first.inputs().getOrDefault("dataset", "")),
        standing.scaled().map(by -> "scaled down by " + by + ": " + sizes).orElse(sizes),
        telling.read(arms, number(first, "testImages")),
        List.copyOf(warnings(standing)),
        command.isEmpty() ? List.of() : List.of(command),
        arms,
        summary,
        standing.scaled().map(Scale::toString).orElse(""),
        standing.published().orElse(null));
  }

  /** A training tells the sizes. */
  private Arm first() {
    return plan.arms().stream()
        .filter(arm -> arm.task() instanceof Train)
        .findFirst()
        .orElse(plan.arms().get(0));
  }

  private RunFolder run(Arm arm) {
    return new RunFolder(store.folder(arm.task()));
  }

  private String relative(Path run) {
    Path from = folder.toAbsolutePath().normalize();
    return from.relativize(run.toAbsolutePath().normalize()).toString().replace('\\', '/');
  }

  /** That it is small, where a floor acted, and runs whose bits cannot be promised. */
  private Set<String> warnings(Standing standing) {
    Set<String> warnings = new LinkedHashSet<>();
    standing
        .scaled()
        .ifPresent(
            by ->
                warnings.add(
                    "scaled down by "
                        + by
                        + ": it shows that this runs and what it looks like; what the whole one ends"
                        + " with it does not tell"));
    unseen().ifPresent(warnings::add);
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

  /** Trainings that arms were made from and that no row shows: before a cut, copies. */
  private Optional<String> unseen() {
    Set<String> shown = plan.arms().stream().map(a -> a.task().key()).collect(Collectors.toSet());
    List<Task> others =
        plan.order().stream()
            .filter(task -> task instanceof Train && !shown.contains(task.key()))
            .toList();
    double macs =
        others.stream().mapToDouble(t -> store.find(t).orElseThrow().trainingMacs()).sum();
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%d trainings that rows come from are in no row themselves; they took %.3g MACs",
                others.size(),
                macs));
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
