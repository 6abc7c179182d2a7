package org.espalier.framework.runs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.checks.Latency;
import org.espalier.framework.files.Json;

/**
 * {@code latency.json}: how long a pruned model takes beside the one that it was pruned from, both
 * in the form that is served.
 *
 * @param measured one a size of batch
 * @param on when, and on what
 */
public record LatencyFile(List<Latency> measured, Stretch on) {
  public static final String FILE = "latency.json";

  public LatencyFile {
    measured = List.copyOf(measured);
  }

  /** Writes the file into the folder of the pruned model. */
  public void write(Path folder) {
    Json.write(folder.resolve(FILE), this);
  }

  /** What was measured of the pruned model in a folder, if anything was. */
  public static Optional<LatencyFile> find(Path folder) {
    Path file = folder.resolve(FILE);
    return Files.exists(file)
        ? Optional.of(Json.read(file, LatencyFile.class, "the latency of a pruned model"))
        : Optional.empty();
  }
}
