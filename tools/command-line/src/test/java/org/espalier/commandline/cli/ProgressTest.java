package org.espalier.commandline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong seconds = new AtomicLong();

  private String told() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private Progress log() {
    return new ProgressLog(out, "train", "images", 40, () -> seconds.get() * 1_000_000_000L);
  }

  @Test
  void aLogGetsNewsEveryTenSecondsAndTheLast() {
    try (Progress log = log()) {
      for (int second = 1; second <= 25; second++) {
        seconds.set(second);
        log.step(1);
        log.note(" epoch " + second);
      }
    }
    assertThat(told()).isEqualTo("train: epoch 10\ntrain: epoch 20\ntrain: epoch 25\n");
  }

  @Test
  void aLogHearsNothingTwiceAndOfNoNewsTheCount() {
    try (Progress log = log()) {
      seconds.set(10);
      log.note("epoch 1");
      log.step(40);
    }
    assertThat(told()).isEqualTo("train: epoch 1\n");
    bytes.reset();
    try (Progress log = log()) {
      log.step(39);
      log.stepTo(40);
    }
    assertThat(told()).isEqualTo("train: 40/40 images\n");
  }

  /** Asked for at first, and then now and then: a terminal that was made narrower is noticed. */
  @Test
  void aLineFitsTheTerminalAsItIsNow() {
    AtomicInteger columns = new AtomicInteger(80);
    try (ProgressBarLine.InPlace line = new ProgressBarLine.InPlace(out, columns::get)) {
      assertThat(line.getMaxRenderedLength()).isEqualTo(79);
      columns.set(60);
      for (int drawing = 2; drawing <= 20; drawing++) {
        assertThat(line.getMaxRenderedLength()).isEqualTo(79);
      }
      assertThat(line.getMaxRenderedLength()).isEqualTo(59);
    }
  }

  @Test
  void whatIsQuietHasNoProgress() {
    Console console = new Console(out, new StandardOutput(out), false, true, false, false);
    console.progress("train", "images", 40).close();
    console.say("note");
    assertThat(told()).isEmpty();
  }

  @Test
  void aTerminalGetsOneLineThatChanges() {
    try (ProgressBarLine.InPlace line = new ProgressBarLine.InPlace(out, () -> 20)) {
      line.accept("a");
      line.accept("b");
      line.close();
      line.accept("c");
    }
    assertThat(told()).isEqualTo("\ra\u001b[K\rb\u001b[K\n");
  }

  @Test
  void theBarSaysTaskCountAndNews() throws InterruptedException {
    try (Progress progress = new ProgressBarLine(out, "train", "images", 40, () -> 80)) {
      progress.step(30);
      progress.stepTo(40);
      progress.note(" loss 0.5");
      Thread.sleep(600); // the library draws on a thread of its own
    }
    assertThat(told())
        .endsWith("\u001b[K\n")
        .contains("\rtrain 100% [=", "40/40 images, loss 0.5")
        .doesNotContain("?");
  }

  private static ProgressText half(String task) {
    return new ProgressText(
        task, "images", 9000, 18000, Duration.ofSeconds(90), " epoch 3/6, 85.0 % right");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          39 | seed 1, scratch  50% 0:01:30 left
          49 | seed 1, scratch  50% [======       ] 0:01:30 left
          59 | seed 1, scratch  50% 0:01:30 left, epoch 3/6, 85.0 % right
          79 | seed 1, scratch  50% 9000/18000 images, 0:01:30 left, epoch 3/6, 85.0 % right
          99 | seed 1, scratch  50% 9000/18000 images, 100.0 images/s, 0:01:30 left, epoch 3/6, 85.0 % right
          119 | seed 1, scratch  50% [===========            ] 9000/18000 images, 100.0 images/s, 0:01:30 left, epoch 3/6, 85.0 % right
          """)
  void whatMattersLeastIsLeftOutFirst(int columns, String line) {
    String text = half("seed 1, scratch").fitting(columns);
    assertThat(text).isEqualTo(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t",
        "seed 1, method random(seed=3), ratio 0.5, scratch-b-total of a very long name of an arm",
        "train 我的模型我的模型我的模型我的模型我的模型 on 数据",
        "a\nname\twith controls"
      })
  void itFitsAnyWidth(String task) {
    for (int columns = 39; columns <= 199; columns++) {
      String text = half(task).fitting(columns);
      assertThat(ProgressText.width(text)).as(text).isLessThanOrEqualTo(columns);
      assertThat(text).contains("50%").doesNotContain("\n", "\t");
    }
    assertThat(ProgressText.width("a我é")).isEqualTo(4);
  }

  @Test
  void whatIsNotKnownIsNotTold() {
    ProgressText first = new ProgressText("t", "images", 5, 10, Duration.ofMillis(900), "");
    assertThat(first.fitting(30)).isEqualTo("t  50% [====     ] 5/10 images");
    ProgressText none = new ProgressText("t", "images", 0, 0, Duration.ofSeconds(9), "");
    assertThat(none.fitting(20)).isEqualTo("t   0% 0/0 images");
    ProgressText last = new ProgressText("t", "images", 10, 10, Duration.ofSeconds(2), "");
    assertThat(last.fitting(34)).isEqualTo("t 100% 10/10 images, 5.0 images/s");
  }

  @Test
  void theTerminalKnowsItsWidthBest() {
    assertThat(TerminalWidth.columns("24 200\n", Map.of("COLUMNS", "40"))).isEqualTo(200);
    assertThat(TerminalWidth.columns("0 0\n", Map.of("COLUMNS", "40"))).isEqualTo(40);
    assertThat(TerminalWidth.columns("", Map.of("COLUMNS", "wide"))).isEqualTo(80);
    assertThat(TerminalWidth.columns("", Map.of())).isEqualTo(80);
  }
}
