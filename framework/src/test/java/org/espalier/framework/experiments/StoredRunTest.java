package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.espalier.framework.experiments.StoredRun.State;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredRunTest {
  private static final String RUN =
      "{\"task\": \"train\", \"hash\": \"h\", \"settings\": {}, \"network\": \"resnet8\","
          + " \"dataset\": \"noise\"}";
  private static final String SUMMARY =
      "{\"accuracy\": 0.25, \"loss\": 1.5, \"epochs\": 3, \"parameters\": 1, \"macs\": 2,"
          + " \"flops\": 3, \"trainingMacs\": 4, \"trainingSeconds\": 5.0,"
          + " \"weightsDigest\": \"d\"}";

  @TempDir Path store;

  private Path run(String name, String description, int second) throws IOException {
    Path run = Files.createDirectories(store.resolve("runs").resolve(name));
    write(run.resolve("run.json"), description, second);
    return run;
  }

  private static void write(Path file, String text, int second) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(second)));
  }

  @Test
  void statesAreThoseOfTheFoldersAndTheLastChangedComesLast() throws IOException {
    Path done = run("a", RUN, 10);
    write(done.resolve("summary.json"), SUMMARY, 40);
    run("b", RUN, 20);
    Path running = run("c", RUN, 30);
    run("d", "{\"task\": ", 5);
    Files.createDirectories(store.resolve("runs/not-a-run"));
    try (Claim held = Claim.tryTake(running).orElseThrow()) {
      assertThat(held.isLost()).isFalse();
      assertThat(StoredRun.in(store)).isEqualTo(StoredRun.in(store.resolve("runs")));
      assertThat(StoredRun.in(store))
          .extracting(StoredRun::name)
          .containsExactly("d", "b", "c", "a");
      assertThat(StoredRun.in(store))
          .extracting(StoredRun::state)
          .containsExactly(State.UNREADABLE, State.BEGUN, State.RUNNING, State.DONE);
    }
    assertThat(StoredRun.in(store).get(2).state()).as("nobody is at it").isEqualTo(State.BEGUN);
    assertThat(StoredRun.in(store).get(0).problem()).contains("runs/d/run.json: expected");
    assertThat(StoredRun.in(store).get(3))
        .isEqualTo(
            new StoredRun(
                "a",
                State.DONE,
                "train",
                "resnet8",
                "noise",
                3,
                0.25,
                "1970-01-01T00:00:40Z",
                null));
  }

  @Test
  void aStoreWithoutRunsHasNoneAndNoFolderIsNoStore() {
    assertThat(StoredRun.in(store)).isEmpty();
    assertThatThrownBy(() -> StoredRun.in(store.resolve("none")))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(store.resolve("none") + ": expected a folder of runs");
  }
}
