package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.training.TrainingHook;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed, not asked to stop. */
class KilledRunTest {
  private static final int EPOCHS = 30;

  @TempDir Path folder;

  static RunSummary train(Path at, TrainingHook... hooks) {
    return new TrainingRun(TestNetworks.WIRED.costs(), TestNetworks.WIRED.rules())
        .run(at, TinyJobs.job(EPOCHS, 1), Map.of(), Optional.empty(), List.of(hooks));
  }

  /** The process that is killed. Slowed down, so that it is killed before it is done. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      train(
          Path.of(arguments[0]),
          new TrainingHook() {
            @Override
            public void afterStep(long step, int images, double loss) {
              try {
                Thread.sleep(15);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          });
    }
  }

  private static Process start(Path at) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            at.toString())
        .redirectErrorStream(true)
        .redirectOutput(new File(at + ".log"))
        .start();
  }

  private static boolean killedAfter(Path at, int millis) throws Exception {
    Process child = start(at);
    try {
      Path checkpoint = at.resolve("checkpoint.safetensors");
      long before = Files.exists(checkpoint) ? Files.getLastModifiedTime(checkpoint).toMillis() : 0;
      while (child.isAlive()
          && !(Files.exists(checkpoint)
              && Files.getLastModifiedTime(checkpoint).toMillis() > before)) {
        Thread.sleep(10);
      }
      Thread.sleep(millis);
      return child.isAlive();
    } finally {
      child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  @Tag("slow")
  @Timeout(60)
  void killedIsNeverKilled() throws Exception {
    RunSummary whole = train(folder.resolve("whole"));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path killed = folder.resolve("killed");
    for (int kill = 0; kill < 2; kill++) {
      assertThat(killedAfter(killed, random.nextInt(300)))
          .as(() -> "killed while it ran; seed " + seed + ": " + log(killed))
          .isTrue();
      assertThat(killed.resolve("summary.json")).doesNotExist();
    }
    RunSummary end = train(killed);
    assertThat(end.weightsDigest()).as("seed " + seed).isEqualTo(whole.weightsDigest());
    assertThat(TinyJobs.withoutClock(MetricsCsv.read(killed.resolve("metrics.csv"))))
        .isEqualTo(
            TinyJobs.withoutClock(MetricsCsv.read(folder.resolve("whole").resolve("metrics.csv"))));
  }

  private static String log(Path at) {
    try {
      return Files.readString(Path.of(at + ".log"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
