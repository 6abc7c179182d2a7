package org.espalier.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Commands that are killed at random moments and given again, until they are done: what lies there
 * then is what lies there when nobody kills them. {@code -Despalier.kills=20} kills each so often.
 */
@Tag("slow")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class KilledCommandsTest {
  private static final int KILLS = Integer.getInteger("espalier.kills", 1);
  private static final long SEED = Long.getLong("espalier.kills.seed", 1);

  private static final String IMAGES =
      " --dataset fashion-mnist-small --train-images 60 --test-images 20 --batch-size 20 --threads 1";
  private static final String NARROW = "train --architecture resnet8 --width 0.125" + IMAGES;

  private static final String COMPARISON =
      """
      architecture: resnet8
      width: 0.125
      dataset: fashion-mnist-small
      train-images: 60
      test-images: 20
      epochs: 8
      batch-size: 20
      fine-tune-epochs: 2
      ratio: 0.5
      seeds: [1, 2]
      """;

  /** With which exit code a process ends for it. */
  private enum Signal {
    TERM(143),
    KILL(137),
    INT(130); // passed over by processes that were started in the background

    private final int code;

    Signal(int code) {
      this.code = code;
    }
  }

  private static final Set<ProcessHandle> ORPHANS = new HashSet<>();

  @TempDir static Path shared;

  @TempDir Path folder;

  /** What all commands find. */
  @BeforeAll
  static void train() throws IOException {
    Path here = Files.createDirectory(shared.resolve("start"));
    Files.writeString(here.resolve("tiny.yaml"), COMPARISON);
    UserOfEspalier.Outcome outcome =
        EspalierProcess.types(here, NARROW + " --epochs 2 --out model");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.err()).doesNotContain("tensorflow", "absl", "I0000");
  }

  private static Path start(Path folder) throws IOException {
    PathUtils.copyDirectory(shared.resolve("start"), folder);
    return folder;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        NARROW + " --epochs 40 --keep 0ep,50it --out run | 1",
        "prune model --ratio 0.5 --threads 1 --out pruned --export serving | 2",
        "export model --to serving | 3",
        "sensitivity model --threads 1 --out scan | 6",
        "compare tiny.yaml --threads 1 --out out | 4",
        "compare tiny.yaml --threads 2 --jobs 2 --out out | 5",
      })
  void aCommandThatIsKilledAndGivenAgainLeavesWhatItWouldHave(String line, int stream)
      throws IOException {
    Path whole = start(folder.resolve("whole"));
    long before = System.nanoTime();
    assertThat(EspalierProcess.types(whole, line).code()).isZero();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
    Path killed = start(folder.resolve("killed"));
    Random random = new Random(1000 * SEED + stream);
    SortedMap<String, FileTime> done = new TreeMap<>();
    Map<Integer, Integer> codes = new TreeMap<>();
    for (int kill = 0; kill < KILLS; kill++) {
      Signal signal = Signal.values()[(kill + stream) % Signal.values().length];
      int code = kill(killed, line, random.nextInt((int) millis), signal);
      codes.merge(code, 1, Integer::sum);
      done = stillDone(killed, done);
      if (code == 0) { // there is nothing left to kill
        assertThat(FolderState.of(killed)).containsExactlyEntriesOf(FolderState.of(whole));
        killed = start(folder.resolve("killed-" + kill));
        done = new TreeMap<>();
      }
    }
    System.out.println(line + ": exit codes " + codes);
    UserOfEspalier.Outcome last = EspalierProcess.types(killed, line);
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(FolderState.of(killed)).containsExactlyEntriesOf(FolderState.of(whole));
    done = stillDone(killed, done);
    assertThat(EspalierProcess.types(killed, line).code()).isZero();
    stillDone(killed, done);
  }

  /** The exit code: of the signal, or 0 if it came too late. */
  private static int kill(Path folder, String line, int afterMillis, Signal signal) {
    try (EspalierProcess typed = EspalierProcess.start(folder, line)) {
      if (!typed.endsWithin(afterMillis)) {
        typed.handle().descendants().forEach(ORPHANS::add);
        typed.signal(signal.name());
      }
      UserOfEspalier.Outcome outcome = typed.end();
      assertThat(outcome.code()).as(outcome.err()).isIn(0, signal.code);
      assertThat(outcome.err()).doesNotContain("Exception", "failed");
      return outcome.code();
    }
  }

  /** What was done before is still there, as it was. */
  private static SortedMap<String, FileTime> stillDone(Path folder, Map<String, FileTime> before)
      throws IOException {
    SortedMap<String, FileTime> now = FolderState.timesOfWhatIsDone(folder);
    assertThat(now).containsAllEntriesOf(before);
    return now;
  }

  /** Children that lost their parent keep their states and end; some systems list them a while. */
  @AfterAll
  static void nobodyIsLeft() {
    assertThat(ORPHANS)
        .allSatisfy(orphan -> assertThat(orphan.onExit()).succeedsWithin(Duration.ofSeconds(30)));
  }
}
