package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a shell is told about commands and options. */
class CompletionCommandTest {
  @TempDir Path folder;

  private static String script(String shell) {
    UserOfEspalier.Outcome outcome = UserOfEspalier.types("completion --shell " + shell);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.err()).isEmpty();
    return outcome.out();
  }

  /** Asks bash itself what it would offer. */
  private String offered(String typed) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("completion.sh"), script("bash"));
    String[] words = typed.split(" ", -1);
    String ask =
        ". "
            + file
            + "; COMP_WORDS=("
            + String.join(" ", words).replace("  ", " '' ")
            + (words[words.length - 1].isEmpty() ? "'')" : ")")
            + "; COMP_CWORD="
            + (words.length - 1)
            + "; _complete_espalier; echo ${COMPREPLY[@]}";
    Process bash = new ProcessBuilder("bash", "-c", ask).redirectErrorStream(true).start();
    String said = new String(bash.getInputStream().readAllBytes());
    assertThat(bash.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void bashOffersCommandsAndOptions() throws IOException, InterruptedException {
    assertThat(offered("espalier pru")).contains("prune").doesNotContain("train");
    assertThat(offered("espalier prune --targ")).contains("--target-macs", "--target-parameters");
    assertThat(script("zsh")).isEqualTo(script("bash"));
  }

  @Test
  void fishIsToldOfEveryCommandAndOption() {
    assertThat(script("fish").lines())
        .anyMatch(
            l ->
                l.startsWith(
                    "complete -c espalier -n '__fish_use_subcommand' -f -a lottery -d 'Run a lottery'"))
        .anyMatch(
            l ->
                l.startsWith(
                    "complete -c espalier -n '__fish_seen_subcommand_from prune' -l target-macs -r -d '"))
        .allMatch(l -> l.matches("complete -c espalier -n '[^']+' .* -d '([^'\\\\]|\\\\.)*'"));
  }
}
