package org.espalier.framework.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessIdTest {
  private static final ProcessId HERE = ProcessId.current();

  @Test
  void whatIsWrittenIsReadAgain() {
    assertThat(ProcessId.parse(HERE.toString())).isEqualTo(HERE);
    for (String text : new String[] {"", "host~1~2", "host~1~2~x", "host~1~2~3~4"}) {
      assertThat(ProcessId.parse(text).isGone()).as(text).isFalse();
    }
  }

  @Test
  void ofAnotherHostOrOtherNumbersNothingIsKnown() {
    long never = HERE.started() - 1000;
    assertThat(new ProcessId(HERE.host(), HERE.space(), HERE.pid(), never).isGone()).isTrue();
    assertThat(new ProcessId("other", HERE.space(), HERE.pid(), never).isGone()).isFalse();
    assertThat(new ProcessId(HERE.host(), HERE.space() + 1, HERE.pid(), never).isGone()).isFalse();
  }

  /** The clock may be set while a process runs: Java then tells another start. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void theStartIsNotOneOfTheClock() throws Exception {
    String boot = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
    assertThat(HERE.started()).isBetween(1L, (long) (100 * Double.parseDouble(boot)));
  }

  /** A shell starts a process and becomes one that never asks for its end. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aProcessIsGoneWhenItIsDeadWhetherItsParentAsksOrNot() throws Exception {
    Process parent = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec sleep 60").start();
    try (BufferedReader out = parent.inputReader()) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
      ProcessId id = ProcessId.of(child, HERE.host(), HERE.space());
      assertThat(id.isGone()).isFalse();
      Path name = Path.of("/proc", Long.toString(parent.pid()), "comm");
      while (!Files.readString(name).strip().equals("sleep")) {
        Thread.sleep(10); // as long as it is a shell it asks
      }
      child.destroyForcibly();
      Path stat = Path.of("/proc", Long.toString(child.pid()), "stat");
      while (!Files.readString(stat).contains(") Z ")) {
        Thread.sleep(10);
      }
      assertThat(child.isAlive()).as("still listed").isTrue();
      assertThat(id.isGone()).isTrue();
    } finally {
      parent.destroyForcibly();
    }
  }
}
