package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.espalier.framework.ChildJvm;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.Watcher;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed, not asked to stop. */
class KilledTaskTest {
  private static final int EPOCHS = 30;
  private static final Train TASK = TinyTasks.train(EPOCHS, 1);

  @TempDir Path folder;

  /** The process that is killed. It never comes to the end. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      Watcher slow =
          new Watcher() {
            @Override
            public void afterStep(long step, int images, double loss) {
              try {
                Thread.sleep(step < 4 * EPOCHS ? 15 : 60_000);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          };
      Workshop shop =
          TinyTasks.shop(Path.of(arguments[0]))
              .with(Step.parse(arguments[1]))
              .with(TinyTasks.watching(slow));
      TinyTasks.make(TASK, shop);
    }
  }

  private static long time(Path file) throws IOException {
    return Files.exists(file) ? Files.getLastModifiedTime(file).toMillis() : 0;
  }

  /** Lets a child go on with the run until it has kept a state, and some milliseconds more. */
  private void killAfter(String every, Path root, int millis) throws Exception {
    Path checkpoint = new Store(root).folder(TASK).resolve("checkpoint.safetensors");
    long before = time(checkpoint);
    Path log = folder.resolve("log");
    try (ChildJvm child = ChildJvm.start(Child.class, log, root.toString(), every)) {
      while (time(checkpoint) <= before) {
        assertThat(child.isAlive()).as(child.log()).isTrue();
        Thread.sleep(10);
      }
      Thread.sleep(millis);
      assertThat(child.isAlive()).as(child.log()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1ep", "2it"})
  @Tag("slow")
  @Timeout(120)
  void killedIsNeverKilled(String every) throws Exception {
    Path whole = folder.resolve("whole");
    RunSummary expected = TinyTasks.make(TASK, TinyTasks.shop(whole));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path killed = folder.resolve("killed");
    for (int kill = 0; kill < 2; kill++) {
      killAfter(every, killed, random.nextInt(300));
      assertThat(new Store(killed).folder(TASK).resolve("summary.json")).doesNotExist();
    }
    RunSummary end = TinyTasks.make(TASK, TinyTasks.shop(killed));
    assertThat(end.weightsDigest()).as("seed " + seed).isEqualTo(expected.weightsDigest());
    Path run = new Store(killed).folder(TASK);
    assertThat(TinyTasks.metrics(run))
        .isEqualTo(TinyTasks.metrics(new Store(whole).folder(TASK)))
        .hasSize(EPOCHS);
    assertThat(names(run.getParent())).as("no claims are left").containsExactly(TASK.key());
    assertThat(names(run)).as("no half files are left").noneMatch(name -> name.startsWith("."));
  }

  private static List<String> names(Path at) throws IOException {
    try (var files = Files.list(at)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
