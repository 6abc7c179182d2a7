package org.espalier.framework.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.FileProblems;
import org.espalier.framework.files.Json;
import org.espalier.framework.files.OwnFolder;
import org.espalier.framework.files.Safetensors;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.TrainingState;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;

/** The files of one run. A reader never sees half a file. */
public final class RunFolder {
  private static final String KEPT = "kept";

  private final Path folder;

  public RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Refuses a folder that something else is in than a run. Which run it is, {@link #holds} looks.
   *
   * @throws org.espalier.graphs.UsageException that names what was found
   */
  public static void checkFree(Path folder) {
    OwnFolder.check(folder, RunDescription.FILE, Set.of(), "a run");
  }

  public Path path() {
    return folder;
  }

  /** How the run ended, if it is finished. */
  public Optional<RunSummary> summary() {
    Path file = folder.resolve(RunSummary.FILE);
    return Files.exists(file)
        ? Optional.of(
            Json.read(file, RunSummary.class, "the summary of a run", RunSummary.OTHERWISE))
        : Optional.empty();
  }

  /** What the run is, if the folder holds one. */
  public Optional<RunDescription> description() {
    return Files.exists(folder.resolve(RunDescription.FILE))
        ? Optional.of(RunDescription.read(folder))
        : Optional.empty();
  }

  /**
   * Whether the folder holds the run, done or begun.
   *
   * @param settings the task of today
   * @return false if there is nothing yet
   * @throws BadInputException if it holds another run
   */
  public boolean holds(RunDescription now, Record settings) {
    Optional<RunDescription> before = description();
    if (before.isEmpty()) {
      return false;
    }
    before
        .get()
        .difference(now, settings)
        .ifPresent(
            difference -> {
              throw new BadInputException(
                  folder
                      + ": holds another run: "
                      + difference
                      + "; choose another folder, or delete this one");
            });
    return true;
  }

  /**
   * Begins a run that is made step by step, or goes on with one.
   *
   * @param settings the task of today
   * @return the state to go on from, if one was kept
   * @throws BadInputException if the folder holds another run, or its files were altered
   */
  public Optional<TrainingState> open(Network network, RunDescription now, Record settings) {
    sweep();
    boolean begun = holds(now, settings);
    if (!begun) {
      now.write(folder); // first, for it says whose the folder is
    }
    if (!ModelFolder.isOne(folder)) {
      ModelFolder.saveNetwork(folder, network);
    }
    if (!begun) {
      return Optional.empty();
    }
    if (!Digests.of(ModelFolder.loadNetwork(folder)).equals(Digests.of(network))) {
      throw new BadInputException(
          folder.resolve(ModelFolder.NETWORK)
              + ": expected the network that run.json names, found another; it was altered");
    }
    return new Checkpoint(folder).read(network);
  }

  /**
   * Begins a run that makes no model, or goes on with one.
   *
   * @param settings the task of today
   * @throws BadInputException if the folder holds another run
   */
  public void open(RunDescription now, Record settings) {
    sweep();
    if (!holds(now, settings)) {
      now.write(folder);
    }
  }

  /** Writes a run that is made in one go. */
  public void write(RunDescription description, Model model, RunSummary summary) {
    ModelFolder.saveNetwork(folder, model.network());
    description.write(folder);
    finish(model.weights(), summary);
  }

  /** Writes down that a stretch of the run begins. */
  public void begin(Stretch stretch) {
    RunDescription.read(folder).withStretch(stretch).write(folder);
  }

  /** Keeps a state, to go on from it. */
  public void keep(TrainingState state) {
    new Checkpoint(folder).write(state);
  }

  /** Keeps the weights of a step, for good. */
  public void keepWeights(Step step, Weights weights) {
    Safetensors.write(
        kept(step), weights, Map.of("format", "espalier", "digest", Digests.of(weights)));
  }

  /** The weights that were kept at a step. */
  public Weights keptWeights(Step step) {
    Path file = kept(step);
    if (!Files.exists(file)) {
      throw new BadInputException(
          folder + ": expected the weights of step " + step + ", found none; they were not kept");
    }
    Safetensors.Content content = Safetensors.readAll(file);
    if (!Digests.of(content.weights()).equals(content.metadata().get("digest"))) {
      throw new BadInputException(
          file + ": expected the values whose digest it holds, found others; it was altered");
    }
    return content.weights();
  }

  private void sweep() {
    AtomicFiles.sweep(folder);
    AtomicFiles.sweep(folder.resolve(KEPT));
  }

  private Path kept(Step step) {
    return folder.resolve(KEPT).resolve(step + ".safetensors");
  }

  /** Ends a training: what was measured since the last state that was kept, too. */
  public void finish(TrainingState end, RunSummary summary) {
    MetricsCsv.write(folder, end.measurements());
    finish(end.weights(), summary);
  }

  /** Ends a run that makes no model. */
  public void finish(RunSummary summary) {
    Json.write(folder.resolve(RunSummary.FILE), summary);
    tidy();
  }

  /** Ends the run: final weights, then the summary; the checkpoint is no longer needed. */
  private void finish(Weights weights, RunSummary summary) {
    ModelFolder.saveWeights(folder, weights);
    finish(summary);
  }

  /**
   * Removes what a finished run does not need: what its process left if it died at the very end.
   */
  public void tidy() {
    sweep();
    try {
      new Checkpoint(folder).delete();
    } catch (IOException e) {
      throw FileProblems.writing(folder, e);
    }
  }
}
