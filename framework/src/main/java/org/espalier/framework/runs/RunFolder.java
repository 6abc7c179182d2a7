package org.espalier.framework.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.Safetensors;
import org.espalier.framework.training.EpochMetrics;
import org.espalier.framework.training.TrainingState;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;

/** The files of one training. A reader never sees half a file. */
public final class RunFolder {
  private static final String RUN = "run.json";
  private static final String SUMMARY = "summary.json";
  private static final String METRICS = "metrics.csv";
  private static final String CHECKPOINT = "checkpoint.safetensors";
  private static final String EPOCHS_DONE = "epochsDone";

  /** What must agree for a run to be taken up again; the rest of run.json may differ. */
  private static final List<String> IDENTITY =
      List.of(
          "settings", "seed", "networkDigest", "startDigest", "dataTrainDigest", "dataTestDigest");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

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
    JsonNode now = JSON.valueToTree(run);
    if (Files.exists(file)) {
      JsonNode before = readJson(file);
      for (String key : IDENTITY) {
        if (!now.path(key).equals(before.path(key))) {
          throw new BadInputException(
              "%s: holds another run: its %s is %s, now %s; choose another folder, or delete this one"
                  .formatted(folder, key, before.path(key), now.path(key)));
        }
      }
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": cannot be made: " + e.getMessage(), e);
    }
    ModelFolder.saveNetwork(folder, network);
    writeJson(file, run);
  }

  /** The state after the last epoch that was kept, if any. */
  public Optional<TrainingState> resume(Network network) {
    Path file = folder.resolve(CHECKPOINT);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Weights all = Safetensors.read(file);
    int done = epochsDone(file);
    List<EpochMetrics> metrics = MetricsCsv.read(folder.resolve(METRICS));
    if (metrics.size() < done) {
      throw new BadInputException(
          "%s: expected %d rows as the checkpoint says, found %d"
              .formatted(folder.resolve(METRICS), done, metrics.size()));
    }
    Weights weights =
        all.filter(n -> !n.startsWith("momentum/")).matching(network.parameters(), file.toString());
    return Optional.of(
        new TrainingState(
            weights,
            all.filter(n -> n.startsWith("momentum/")),
            new ArrayList<>(metrics.subList(0, done))));
  }

  private static int epochsDone(Path checkpoint) {
    String text = Safetensors.readMetadata(checkpoint).get(EPOCHS_DONE);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadInputException(
          checkpoint + ": expected how many epochs are done, found " + text, e);
    }
  }

  /** Keeps a state. The metrics go first: a row too many is dropped again, one too few is lost. */
  public void keep(TrainingState state) {
    MetricsCsv.write(folder.resolve(METRICS), state.metrics());
    Safetensors.write(
        folder.resolve(CHECKPOINT),
        state.weights().with(state.momentum()),
        Map.of(EPOCHS_DONE, Integer.toString(state.epochsDone())));
  }

  /** Ends the run: final weights, then the summary; the checkpoint is no longer needed. */
  public void finish(Weights weights, RunSummary summary) {
    Safetensors.write(folder.resolve(ModelFolder.WEIGHTS), weights, Map.of("format", "espalier"));
    writeJson(folder.resolve(SUMMARY), summary);
    try {
      Files.deleteIfExists(folder.resolve(CHECKPOINT));
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  /** The summary, if the run is finished. */
  public Optional<RunSummary> summary() {
    Path file = folder.resolve(SUMMARY);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.treeToValue(readJson(file), RunSummary.class));
    } catch (IOException e) {
      throw new BadInputException(
          file + ": expected the summary of a run, found something else", e);
    }
  }

  /** What {@code run.json} says of how the run was made, if there is one. */
  public Optional<JsonNode> run() {
    Path file = folder.resolve(RUN);
    return Files.exists(file) ? Optional.of(readJson(file)) : Optional.empty();
  }

  EventFile events() {
    return new EventFile(folder);
  }

  private static JsonNode readJson(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new BadInputException(file + ": expected JSON, found something else", e);
    }
  }

  private static void writeJson(Path file, Object value) {
    AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(value)));
  }
}
