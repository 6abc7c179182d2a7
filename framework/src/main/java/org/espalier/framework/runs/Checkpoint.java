package org.espalier.framework.runs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.files.Safetensors;
import org.espalier.framework.files.Sha256;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.training.EpochMetrics;
import org.espalier.framework.training.TrainingState;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;

/**
 * A training between two epochs: {@code checkpoint.safetensors} and {@code metrics.csv}. The
 * checkpoint holds digests of both, so that a run never goes on from what it did not write.
 */
final class Checkpoint {
  private static final String FILE = "checkpoint.safetensors";
  private static final String METRICS = "metrics.csv";

  private static final String EPOCHS_DONE = "epochsDone";
  private static final String VALUES_DIGEST = "valuesDigest";
  private static final String METRICS_DIGEST = "metricsDigest";

  private final Path file;
  private final Path metrics;

  Checkpoint(Path folder) {
    file = folder.resolve(FILE);
    metrics = folder.resolve(METRICS);
  }

  /** Keeps a state. The metrics go first: a row too many is dropped again, one too few is lost. */
  void write(TrainingState state) {
    MetricsCsv.write(metrics, state.metrics());
    Weights values = state.weights().with(state.momentum());
    Map<String, String> about = new LinkedHashMap<>();
    about.put(EPOCHS_DONE, Integer.toString(state.epochsDone()));
    about.put(VALUES_DIGEST, Digests.of(values));
    about.put(METRICS_DIGEST, digest(state.metrics()));
    Safetensors.write(file, values, about);
  }

  /** The state after the last epoch that was kept, if any. */
  Optional<TrainingState> read(Network network) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Safetensors.Content content = Safetensors.readAll(file);
    Weights values = content.weights();
    int done = epochsDone(content.metadata());
    Weights weights =
        values
            .filter(n -> !n.startsWith(OpenGraph.OWN))
            .matching(network.parameters(), file.toString());
    if (!Digests.of(values).equals(content.metadata().get(VALUES_DIGEST))) {
      throw new BadInputException(
          file + ": expected the values whose digest it holds, found others; it was altered");
    }
    List<EpochMetrics> rows = MetricsCsv.read(metrics);
    if (rows.size() < done) {
      throw new BadInputException(
          "%s: expected %d rows as the checkpoint says, found %d"
              .formatted(metrics, done, rows.size()));
    }
    rows = List.copyOf(rows.subList(0, done));
    if (!digest(rows).equals(content.metadata().get(METRICS_DIGEST))) {
      throw new BadInputException(
          metrics + ": expected the rows that go with the checkpoint, found others");
    }
    return Optional.of(
        new TrainingState(weights, values.filter(n -> n.startsWith(OpenGraph.OWN)), rows));
  }

  private int epochsDone(Map<String, String> about) {
    String text = about.get(EPOCHS_DONE);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadInputException(
          file + ": expected the checkpoint of a run, found no number of epochs done", e);
    }
  }

  private static String digest(List<EpochMetrics> rows) {
    return new Sha256().add(MetricsCsv.text(rows)).hex();
  }

  /** Removes what is no longer needed when the run is finished. */
  void delete() throws java.io.IOException {
    Files.deleteIfExists(file);
  }
}
