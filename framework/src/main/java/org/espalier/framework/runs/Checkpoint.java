package org.espalier.framework.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.files.Json;
import org.espalier.framework.files.Safetensors;
import org.espalier.framework.files.Sha256;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.TrainingState;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;

/**
 * A training between two steps: {@code checkpoint.safetensors} and {@code metrics.csv}. The
 * checkpoint holds digests of both, so that a run never goes on from what it did not write.
 */
final class Checkpoint {
  private static final String FILE = "checkpoint.safetensors";

  private static final String STEP = "step";
  private static final String TALLY = "tally";
  private static final String VALUES_DIGEST = "valuesDigest";
  private static final String METRICS_DIGEST = "metricsDigest";

  private final Path folder;
  private final Path file;

  Checkpoint(Path folder) {
    this.folder = folder;
    file = folder.resolve(FILE);
  }

  /** Keeps a state. The metrics go first: a row too many is dropped again, one too few is lost. */
  void write(TrainingState state) {
    MetricsCsv.write(folder, state.measurements());
    Weights values = state.weights().with(state.slots());
    Map<String, String> about = new LinkedHashMap<>();
    about.put(STEP, Long.toString(state.step()));
    about.put(TALLY, new String(Json.line(state.tally()), StandardCharsets.UTF_8));
    about.put("rows", Integer.toString(state.measurements().size()));
    about.put(VALUES_DIGEST, Digests.of(values));
    about.put(METRICS_DIGEST, digest(state.measurements()));
    Safetensors.write(file, values, about);
  }

  /** The state that was kept last, if any. */
  Optional<TrainingState> read(Network network) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Safetensors.Content content = Safetensors.readAll(file);
    Weights values = content.weights();
    Map<String, String> about = content.metadata();
    int count = (int) number(about, "rows");
    Weights weights =
        values
            .filter(n -> !n.startsWith(OpenGraph.OWN))
            .matching(network.parameters(), file.toString());
    if (!Digests.of(values).equals(about.get(VALUES_DIGEST))) {
      throw new BadInputException(
          file + ": expected the values whose digest it holds, found others; it was altered");
    }
    return Optional.of(
        new TrainingState(
            number(about, STEP),
            weights,
            values.filter(n -> n.startsWith(OpenGraph.OWN)),
            tally(about),
            rows(count, about)));
  }

  private List<Measurement> rows(int count, Map<String, String> about) {
    Path metrics = folder.resolve(MetricsCsv.FILE);
    List<Measurement> rows = count == 0 ? List.of() : MetricsCsv.read(folder);
    if (rows.size() < count) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected %d rows as the checkpoint says, found %d",
              metrics,
              count,
              rows.size()));
    }
    rows = List.copyOf(rows.subList(0, count));
    if (!digest(rows).equals(about.get(METRICS_DIGEST))) {
      throw new BadInputException(
          metrics + ": expected the rows that go with the checkpoint, found others");
    }
    return rows;
  }

  private long number(Map<String, String> about, String name) {
    try {
      return Long.parseLong(about.get(name));
    } catch (NumberFormatException e) {
      throw new BadInputException(
          file + ": expected the checkpoint of a run, found no number of its " + name, e);
    }
  }

  private TrainingState.Tally tally(Map<String, String> about) {
    try {
      byte[] text = about.getOrDefault(TALLY, "").getBytes(StandardCharsets.UTF_8);
      return Json.value(Json.parse(text), TrainingState.Tally.class);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new BadInputException(
          file + ": expected the checkpoint of a run, found no sums of its epoch", e);
    }
  }

  private static String digest(List<Measurement> rows) {
    return new Sha256().add(MetricsCsv.text(rows)).hex();
  }

  /** Removes what is no longer needed when the run is finished. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
