package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a comparison's file says of how it is run counts, and what is done again is typed again. */
class CompareFileTest {
  @TempDir Path folder;

  private static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private void append(String lines) throws IOException {
    TrainedModels.comparison(folder);
    Path file = folder.resolve("tiny.yaml");
    Files.writeString(file, Files.readString(file) + lines);
  }

  @Test
  void itsFolderAndThreadsCount() throws IOException {
    Path out = folder.resolve("of the file");
    append("seeds: [1]\nthreads: 1\nout: '" + out + "'\n");
    UserOfEspalier.Outcome outcome =
        UserOfEspalier.types("compare " + folder + "/tiny.yaml --json");
    assertThat(outcome.json()).isEqualTo(read(out.resolve("results.json")));
    JsonNode run = read(out.resolve("seed-1/unpruned/run.json"));
    assertThat(run.at("/stretches/0/threads").asInt()).isEqualTo(1);
  }

  @Test
  void anOptionOverridesIt() throws IOException {
    append("dry-run: true\njobs: -1\n");
    String line = "compare " + folder + "/tiny.yaml --store " + folder;
    UserOfEspalier.Outcome dry = UserOfEspalier.types(line + " --jobs 1");
    assertThat(dry.out()).contains("tiny: 25 runs, 0 done");
    assertThat(folder.resolve("runs")).doesNotExist();
    UserOfEspalier.Outcome refused = UserOfEspalier.types(line + " --no-dry-run");
    assertThat(refused.err()).contains("jobs must be 0 or more, found -1");
  }

  /** One more file is as good as options: it says how much goes, in the place of the first. */
  @Test
  void anAmountInTheSettingsTakesThePlaceOfItsAmount() throws IOException {
    append("seeds: [1]\ndry-run: true\n");
    Path settings = Files.writeString(folder.resolve("s.yaml"), "target-macs: 0.5\n");
    UserOfEspalier.Outcome outcome =
        UserOfEspalier.types("compare " + folder + "/tiny.yaml --settings " + settings);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("tiny: 5 runs, 0 done");
  }

  @Test
  void aKeyThatIsNoSettingIsRefused() throws IOException {
    append("thread: 1\n");
    UserOfEspalier.Outcome outcome = UserOfEspalier.types("compare " + folder + "/tiny.yaml");
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.err()).contains("tiny.yaml:10: unknown setting 'thread'; nearest: threads");
  }

  /** As a shell takes it apart: the same words come out, whatever is in them. */
  @Test
  void theLineThatRunsItAgainIsOneThatAShellTakes() throws Exception {
    Path place = Files.createDirectory(folder.resolve("it's \"here\" $HOME & there"));
    TrainedModels.comparison(place);
    Path settings = Files.writeString(place.resolve("more settings.yaml"), "seeds: [1]\n");
    List<String> typed =
        List.of(
            "compare",
            place.resolve("tiny.yaml").toString(),
            "--milestones",
            "",
            "--nesterov",
            "--threads",
            "1",
            "--out",
            place.resolve("out").toString(),
            "--settings",
            settings.toString());
    UserOfEspalier.Outcome outcome = UserOfEspalier.types(typed.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    String line = read(place.resolve("out/results.json")).at("/commands/0").asText();
    assertThat(words(line)).startsWith("espalier").containsExactlyInAnyOrderElementsOf(with(typed));
    assertThat(Files.readString(place.resolve("out/report.html"))).contains("more settings.yaml");
  }

  private static List<String> with(List<String> typed) {
    List<String> all = new ArrayList<>(List.of("espalier"));
    all.addAll(typed);
    return all;
  }

  private static List<String> words(String line) throws Exception {
    Process shell = new ProcessBuilder("sh", "-c", "printf '%s\\n' " + line).start();
    try (var reader = shell.inputReader(java.nio.charset.StandardCharsets.UTF_8)) {
      return reader.lines().toList();
    }
  }

  /** The quickstart has settings in a file as well, and a folder. */
  @Test
  void theQuickstartSaysAllOfItsLineToo() throws Exception {
    Path out = folder.resolve("quick start");
    Path settings =
        Files.writeString(
            folder.resolve("s.yaml"), "epochs: 1\ntrain-images: 40\nwidth: 0.0625\nseeds: 1\n");
    UserOfEspalier.Outcome outcome =
        UserOfEspalier.types(
            "quickstart",
            "--test-images",
            "20",
            "--threads",
            "1",
            "--out",
            out.toString(),
            "--settings",
            settings.toString());
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(words(read(out.resolve("results.json")).at("/commands/0").asText()))
        .containsExactlyInAnyOrder(
            "espalier",
            "quickstart",
            "--test-images",
            "20",
            "--threads",
            "1",
            "--out",
            out.toString(),
            "--settings",
            settings.toString());
  }
}
