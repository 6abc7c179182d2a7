package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.TrainingState;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final Network NETWORK = TinyJobs.network();
  private static final Weights WEIGHTS = NETWORK.initialise(1);

  @TempDir Path folder;

  private static TrainingState state(long step) {
    List<Measurement> rows =
        List.of(
            new Measurement(1, 4, 0.1, 2.3, 0.1, 2.2, 0.2, 1, 40),
            new Measurement(2, 8, 0.1, 2.1, 0.3, 2.0, 0.4, 1, 40));
    return new TrainingState(
        step,
        WEIGHTS,
        Weights.empty(),
        new TrainingState.Tally(1.5, 2, 3, 4, 5),
        rows.subList(0, (int) (step / 4)));
  }

  @Test
  void aStateIsReadAsItWasWritten() {
    Checkpoint checkpoint = new Checkpoint(folder);
    assertThat(checkpoint.read(NETWORK)).isEmpty();
    checkpoint.write(state(9));
    assertThat(checkpoint.read(NETWORK)).contains(state(9));
  }

  /** Between the two files a process may die; a row too many is dropped. */
  @Test
  void theMetricsAreWrittenBeforeTheStateThatCountsThem() throws IOException {
    Checkpoint checkpoint = new Checkpoint(folder);
    checkpoint.write(state(5));
    MetricsCsv.write(folder, state(9).measurements());
    assertThat(checkpoint.read(NETWORK)).contains(state(5));
    Files.delete(folder.resolve(MetricsCsv.FILE));
    Files.createDirectories(folder.resolve(MetricsCsv.FILE).resolve("in the way"));
    Files.delete(folder.resolve("checkpoint.safetensors"));
    assertThatThrownBy(() -> checkpoint.write(state(9))).hasMessageContaining(MetricsCsv.FILE);
    assertThat(folder.resolve("checkpoint.safetensors")).doesNotExist();
  }
}
