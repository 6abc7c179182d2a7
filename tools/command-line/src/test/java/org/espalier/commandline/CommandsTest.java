package org.espalier.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.framework.settings.Vocabulary;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsTest {
  private final CommandLineComponent wired = DaggerCommandLineComponent.create();

  @Test
  void eachCommandIsBoundUnderItsOwnName() {
    assertThat(wired.commands()).hasSizeGreaterThan(20);
    wired
        .commands()
        .forEach(
            (name, command) ->
                assertThat(command.get().getClass().getAnnotation(CommandLine.Command.class).name())
                    .isEqualTo(name));
  }

  @Test
  void theSettingsOfEachCommandAreDeclaredAsTheyShouldBe() {
    Vocabulary words = wired.words().get();
    wired
        .commands()
        .values()
        .forEach(
            command ->
                command
                    .get()
                    .settings()
                    .forEach(type -> assertThat(words.describe(type)).isNotEmpty()));
  }
}
