package org.espalier.commandline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Provider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.files.FileProblems;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandRunnerTest {
  @CommandLine.Command(name = "data", description = "Fetch and verify data sets.")
  static final class DataCommand implements Command {
    @Override
    public Group group() {
      return Group.UPKEEP;
    }

    @Override
    public List<Command> subcommands() {
      return List.of(new GreetCommand(false));
    }

    @Override
    public void run(Invocation invocation) {
      throw new AssertionError("has subcommands");
    }
  }

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final GreetCommand greet = new GreetCommand(true);
  private int described;
  private final List<String> made = new ArrayList<>();
  private final Commands known =
      new Commands() {
        @Override
        public Map<String, Provider<Command>> commands() {
          Map<String, Provider<Command>> commands = new LinkedHashMap<>();
          commands.put("data", () -> made("data", new DataCommand()));
          commands.put("greet", () -> made("greet", greet));
          return commands;
        }

        private Command made(String name, Command command) {
          made.add(name);
          return command;
        }

        @Override
        public Provider<Vocabulary> words() {
          return () -> Vocabulary.NONE;
        }
      };
  private final List<String> relaunched = new ArrayList<>();
  private Optional<Integer> elsewhere = Optional.empty();

  private int run(String... arguments) {
    out.reset();
    return run(out, arguments);
  }

  private int run(OutputStream output, String... arguments) {
    err.reset();
    return new CommandRunner(
            () -> {
              described++;
              return known;
            },
            output,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("TERM", "dumb"),
            () -> false,
            again -> {
              relaunched.add(String.join(" ", again));
              return elsewhere;
            })
        .run(arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void onlyWhatALineIsAboutIsMade() {
    assertThat(run("version")).isZero();
    assertThat(described).isZero();
    assertThat(run("greet", "Ann", "--times", "3")).isZero();
    assertThat(made).containsExactly("greet");
    assertThat(run("--help")).isZero();
    assertThat(made).containsExactly("greet", "data", "greet");
  }

  @Test
  void optionsFillTheSettingsRecords() {
    assertThat(run("greet", "Ann", "--times", "3", "--loud", "--except-of=a,b", "--language=fr"))
        .isZero();
    assertThat(greet.greeting)
        .isEqualTo(new GreetCommand.Greeting(3, 0.5, true, List.of("a", "b")));
    assertThat(greet.manner.language()).isEqualTo("fr");
    assertThat(out()).isEqualTo("Hello Ann\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void optionsOverrideTheYamlFile() throws IOException {
    Path file = folder.resolve("greet.yaml");
    Files.writeString(file, "times: 4\nwarmth: 1\nlanguage: de\nloud: true\n");
    assertThat(run("greet", "Ann", "--settings", file.toString(), "--times=2", "--no-loud"))
        .isZero();
    assertThat(greet.greeting).isEqualTo(new GreetCommand.Greeting(2, 1.0, false, List.of()));
    assertThat(greet.manner.language()).isEqualTo("de");
    Files.writeString(file, "language: de\ntims: 4\n");
    assertThat(run("greet", "Ann", "--settings", file.toString())).isEqualTo(3);
    assertThat(err())
        .startsWith("espalier: " + file + ":2: unknown setting 'tims'; nearest: times");
  }

  @Test
  void withJsonStdoutHoldsOneDocument() throws IOException {
    assertThat(run("greet", "Bäume", "--json")).isZero();
    assertThat(new ObjectMapper().readTree(out()).get("greeted").asText()).isEqualTo("Bäume");
    assertThat(out()).hasLineCount(1);
    assertThat(run("greet", "nobody", "--json")).isEqualTo(1);
    assertThat(err()).contains("gave no result");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gret Ann | unknown command 'gret'; nearest: greet, data (see 'espalier --help')
          greet Ann --tims 3 | unknown option '--tims'; nearest: --times
          greet Ann --tims=3 | unknown option '--tims'; nearest: --times
          greet Ann --times | missing value of --times (see 'espalier greet --help')
          greet Ann --times 1 --times 2 | --times: expected once, found twice
          greet | missing NAME (see 'espalier greet --help')
          greet Ann Bob | unexpected argument 'Bob'
          greet Ann --times many | --times: expected an integer, found 'many'
          greet Ann --times 0 | --times must be at least 1, found 0
          data | expected a command, one of: greet
          data gret | unknown command 'gret'; nearest: greet
          --debg | unknown option '--debg'; nearest: --debug
          """)
  void wrongUseIsTwoAndOneLineWithTheNearest(String line, String message) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(err()).startsWith("espalier: " + message).hasLineCount(1);
    assertThat(out()).isEmpty();
  }

  @Test
  void exitCodesFollowTheException() {
    assertFails(new UsageException("u"), 2, "espalier: u\n");
    assertFails(new BadInputException("first\n  second"), 3, "espalier: first second\n");
    assertFails(
        new UncheckedIOException(new NoSuchFileException("a/b")),
        3,
        "espalier: a/b: expected a file or folder, found none\n");
    assertFails(
        new IllegalStateException("odd"),
        1,
        "espalier: unexpected IllegalStateException (odd); --debug shows where\n");
  }

  private void assertFails(Throwable thrown, int code, String message) {
    greet.failure = thrown;
    assertThat(run("greet", "Ann", "--json")).isEqualTo(code);
    assertThat(err()).isEqualTo(message);
    String told = message.strip().substring("espalier: ".length());
    assertThat(out()).isEqualTo("{\"error\":\"" + told + "\",\"exitCode\":" + code + "}\n");
  }

  /** Disks and rights are nobody's bad input. */
  @Test
  void whatTheMachineRefusesIsFour() {
    assertFails(
        new UncheckedIOException(new AccessDeniedException("a/b")),
        4,
        "espalier: a/b: expected access to it, found that permission is denied\n");
    assertFails(
        FileProblems.writing(
            Path.of("a"), new FileSystemException("a", null, "No space left on device")),
        4,
        "espalier: a: cannot be written: No space left on device\n");
    assertFails(
        FileProblems.reading(Path.of("a"), "a cut", new AccessDeniedException("a")),
        4,
        "espalier: a: expected a cut, found a file that cannot be read (Permission denied)\n");
    assertFails(
        FileProblems.writing(Path.of("a"), new FileAlreadyExistsException("a")),
        3,
        "espalier: a: cannot be written: A file of that name is in the way\n");
  }

  /** A disk that takes so many bytes, then says why it takes no more. */
  private static OutputStream full(int room, String reason) {
    return new OutputStream() {
      private int left = room;

      @Override
      public void write(int b) throws IOException {
        if (left-- <= 0) {
          throw new IOException(reason);
        }
      }
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"greet Ann", "greet Ann --json", "greet --help", "--version", "help"})
  void resultsThatGetLostAreAFailure(String line) {
    for (int room : new int[] {0, 3}) {
      assertThat(run(full(room, "No space left on device"), line.split(" "))).isEqualTo(4);
      assertThat(err())
          .isEqualTo("espalier: standard output: cannot be written: No space left on device\n");
      assertThat(run(full(room, "Broken pipe"), line.split(" "))).isEqualTo(141);
      assertThat(err()).as("as behind | head").isEmpty();
    }
  }

  /** What went wrong first is told, also where nobody can be handed the JSON. */
  @Test
  void aFailureKeepsItsCodeWhereItsJsonGetsLost() {
    greet.failure = new UsageException("u");
    assertThat(run(full(0, "Broken pipe"), "greet", "Ann", "--json")).isEqualTo(2);
    assertThat(err()).isEqualTo("espalier: u\n");
  }

  @Test
  void signsThatTheLocaleLostAreNoName() {
    assertThat(run("greet", "\uFFFD\uFFFD/model")).isEqualTo(2);
    assertThat(err()).contains("has signs that the locale does not know; set LC_ALL=C.UTF-8");
  }

  @Test
  void memoryThatRunsOutIsOneLineToo() {
    greet.failure = new OutOfMemoryError("Java heap space");
    assertThat(run("greet", "Ann")).isEqualTo(4);
    assertThat(err()).startsWith("espalier: out of memory").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--debug greet Ann", "greet Ann --debug"})
  void aStackTraceOnlyWithDebug(String line) {
    greet.failure = new IllegalStateException("odd");
    assertThat(run(line.split(" "))).isEqualTo(1);
    assertThat(err()).contains("at org.espalier.commandline.cli.CommandRunnerTest");
  }

  @Test
  void helpSaysEverySetting() {
    assertThat(run("greet", "--help")).isZero();
    assertThat(out())
        .contains("Usage: espalier greet", "Greet somebody.", "whom to greet")
        .contains("--times=INTEGER", "how often (default: 1)", "share of 100% to mean")
        .contains("--[no-]loud", "--except-of=TEXT,…", "--language=TEXT")
        .contains("--settings=FILE", "--json", "--debug", "-h, --help");
    assertThat(relaunched).isEmpty();
  }

  /** As other command lines have it. */
  @Test
  void helpAndVersionCanBeAskedForInWords() {
    for (String[] same :
        new String[][] {
          {"help", "--help"},
          {"help greet", "greet --help"},
          {"help data greet", "data greet --help"}
        }) {
      out.reset();
      assertThat(run(same[0].split(" "))).isZero();
      String words = out();
      out.reset();
      assertThat(run(same[1].split(" "))).isZero();
      assertThat(words).isEqualTo(out()).contains("Usage: espalier");
    }
    out.reset();
    assertThat(run("version")).isZero();
    assertThat(out()).startsWith("Espalier ");
    assertThat(run("help", "gret")).isEqualTo(2);
    assertThat(err()).startsWith("espalier: unknown command 'gret'; nearest: greet");
  }

  @Test
  void rootHelpGroupsTheCommands() {
    assertThat(run("--help")).isZero();
    assertThat(out()).containsSubsequence("Start here:", "greet", "Data, reports, speed:", "data");
    assertThat(run()).isEqualTo(2);
    assertThat(err()).contains("Usage: espalier");
  }

  @Test
  void theVersionNamesWhatRuns() {
    assertThat(run("--version")).isZero();
    assertThat(out())
        .startsWith("Espalier " + Versions.read().espalier())
        .contains("TensorFlow 2.", "Java " + System.getProperty("java.version"))
        .doesNotContain("${");
  }

  @Test
  void onlyCommandsThatOpenSessionsAreStartedAgain() {
    run("data", "greet", "Ann");
    assertThat(relaunched).isEmpty();
    run("greet", "Ann", "--times", "2");
    assertThat(relaunched).containsExactly("greet Ann --times 2");
    elsewhere = Optional.of(7);
    assertThat(run("greet", "Ann")).isEqualTo(7);
    assertThat(err()).isEmpty();
  }
}
