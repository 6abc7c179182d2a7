package org.espalier.commandline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong seconds = new AtomicLong();

  private ProgressLine line(int interval) {
    return new ProgressLine(
        out, Duration.ofSeconds(interval), () -> seconds.get() * 1_000_000_000L);
  }

  @Test
  void aLogGetsALineEveryTenSecondsAndTheLast() {
    try (ProgressLine line = line(10)) {
      for (int second = 0; second <= 25; second++) {
        seconds.set(second);
        line.accept("at " + second);
      }
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("at 10\nat 20\nat 25\n");
  }

  @Test
  void aTerminalGetsOneLineThatChanges() {
    try (ProgressLine line = line(0)) {
      line.accept("a");
      line.accept("b");
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("\ra\u001b[K\rb\u001b[K\n");
  }

  /** A speed that is not known yet is not told. */
  @Test
  void anUnknownSpeedIsLeftOut() {
    try (ProgressLine line = line(10)) {
      seconds.set(10);
      line.accept("train 100% 40/40 images (0:00:00 / 0:00:00) ? images/s epoch 1/1?");
      seconds.set(20);
      line.accept("train  50% 20/40 images (0:00:01 / 0:00:01) 20.0 images/s epoch 1/1");
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "train 100% 40/40 images (0:00:00 / 0:00:00) epoch 1/1?\n"
                + "train  50% 20/40 images (0:00:01 / 0:00:01) 20.0 images/s epoch 1/1\n");
  }

  @Test
  void theBarSaysTaskCountAndUnit() throws InterruptedException {
    Console console = new Console(out, out, false, false, false);
    try (Progress progress = console.progress("train", "images", 40)) {
      progress.step(30);
      progress.stepTo(40);
      progress.note("loss 0.5");
      Thread.sleep(600); // the library draws on a thread of its own
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .contains("train", "100%", "40/40 images", "loss 0.5")
        .doesNotContain("?");
  }
}
