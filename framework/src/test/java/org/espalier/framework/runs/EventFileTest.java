package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.framework.training.Measurement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

class EventFileTest {
  @TempDir Path folder;

  @Test
  void tensorBoardFindsEveryNumberAtItsStep() throws IOException {
    try (EventFile events = new EventFile(folder)) {
      events.measured(new Measurement(1, 7, 0.1, 2.3, 0.25, 2.2, 0.5, 1.5, 99));
      events.measured(new Measurement(2, 14, 0.01, 1.3, 0.75, 1.2, 1, 1.5, 98));
    }
    List<Event> read = Records.read(onlyFile());
    assertThat(read).extracting(Event::getStep).containsExactly(0L, 7L, 14L);
    assertThat(read.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(read.get(2).getSummary().getValueList())
        .extracting(Summary.Value::getTag)
        .containsExactly(
            "train/loss",
            "train/accuracy",
            "test/loss",
            "test/accuracy",
            "learning_rate",
            "images_per_second");
    assertThat(read.get(2).getSummary().getValueList())
        .extracting(Summary.Value::getSimpleValue)
        .containsExactly(1.3f, 0.75f, 1.2f, 1f, 0.01f, 98f);
  }

  /** A second start within the same second must not undo what the first wrote. */
  @Test
  void aTrainingTakenUpAddsToWhatIsThere() throws IOException {
    Measurement row = new Measurement(1, 7, 0.1, 2.3, 0.25, 2.2, 0.5, 1.5, 99);
    for (int start = 0; start < 2; start++) {
      try (EventFile events = new EventFile(folder)) {
        events.measured(row);
      }
    }
    long epochs = 0;
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        epochs += Records.read(file).stream().filter(e -> e.getStep() == 7).count();
      }
    }
    assertThat(epochs).isEqualTo(2);
  }

  private Path onlyFile() throws IOException {
    try (var files = Files.list(folder)) {
      List<Path> found = files.toList();
      assertThat(found).hasSize(1);
      assertThat(found.get(0).getFileName().toString()).startsWith("events.out.tfevents.");
      return found.get(0);
    }
  }
}
