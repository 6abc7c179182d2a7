package org.espalier.framework.runs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.framework.files.FileProblems;
import org.espalier.framework.files.Safetensors;
import org.espalier.framework.training.TrainingState;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;

/** The files of one training. A reader never sees half a file. */
public final class RunFolder {
  private static final String RUN = "run.json";
  private static final String SETTINGS = "settings";
  private static final String SUMMARY = "summary.json";

  /** What must agree for a run to be taken up again; the rest of run.json may differ. */
  private static final List<String> IDENTITY =
      List.of(
          SETTINGS, "seed", "networkDigest", "startDigest", "dataTrainDigest", "dataTestDigest");

  private final Path folder;

  public RunFolder(Path folder) {
    this.folder = folder;
  }

  public Path path() {
    return folder;
  }

  /**
   * Starts the run, or finds it to be the same as the one that the folder holds.
   *
   * @throws BadInputException if the folder holds another run
   */
  public void open(Network network, Map<String, Object> run) {
    Path file = folder.resolve(RUN);
    if (Files.exists(file)) {
      checkSame(JsonFile.read(file), JsonFile.tree(run));
      checkNetwork(network);
      return;
    }
    if (Files.exists(folder.resolve(ModelFolder.WEIGHTS))) {
      throw new BadInputException(
          folder + ": holds a model that is not a run; choose another folder, or delete this one");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FileProblems.writing(folder, e);
    }
    ModelFolder.saveNetwork(folder, network);
    JsonFile.write(file, run);
  }

  private void checkSame(JsonNode before, JsonNode now) {
    for (String key : IDENTITY) {
      if (key.equals(SETTINGS)) {
        Set<String> names = new TreeSet<>();
        before.path(key).properties().forEach(e -> names.add(e.getKey()));
        now.path(key).properties().forEach(e -> names.add(e.getKey()));
        names.forEach(
            n -> checkSame("setting " + n, before.path(key).path(n), now.path(key).path(n)));
      } else {
        checkSame(key, before.path(key), now.path(key));
      }
    }
  }

  private void checkSame(String what, JsonNode before, JsonNode now) {
    if (!before.equals(now)) {
      throw new BadInputException(
          "%s: holds another run: its %s is %s, now %s; choose another folder, or delete this one"
              .formatted(folder, what, shown(before), shown(now)));
    }
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "not given" : value.toString();
  }

  private void checkNetwork(Network network) {
    if (!Digests.of(ModelFolder.loadNetwork(folder)).equals(Digests.of(network))) {
      throw new BadInputException(
          folder.resolve(ModelFolder.NETWORK)
              + ": expected the network that run.json names, found another; it was altered");
    }
  }

  /** The state after the last epoch that was kept, if any. */
  public Optional<TrainingState> resume(Network network) {
    return new Checkpoint(folder).read(network);
  }

  /** Keeps a state, to go on from it. */
  public void keep(TrainingState state) {
    new Checkpoint(folder).write(state);
  }

  /** Ends the run: final weights, then the summary; the checkpoint is no longer needed. */
  public void finish(Weights weights, RunSummary summary) {
    Safetensors.write(folder.resolve(ModelFolder.WEIGHTS), weights, Map.of("format", "espalier"));
    JsonFile.write(folder.resolve(SUMMARY), summary);
    try {
      new Checkpoint(folder).delete();
    } catch (IOException e) {
      throw FileProblems.writing(folder, e);
    }
  }

  /** The summary, if the run is finished. */
  public Optional<RunSummary> summary() {
    Path file = folder.resolve(SUMMARY);
    return Files.exists(file)
        ? Optional.of(JsonFile.read(file, RunSummary.class))
        : Optional.empty();
  }

  /** What {@code run.json} says of how the run was made, if there is one. */
  public Optional<JsonNode> run() {
    Path file = folder.resolve(RUN);
    return Files.exists(file) ? Optional.of(JsonFile.read(file)) : Optional.empty();
  }

  EventFile events() {
    return new EventFile(folder);
  }
}
