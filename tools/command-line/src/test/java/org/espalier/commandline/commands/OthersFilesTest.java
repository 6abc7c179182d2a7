package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies where a command would write, and was not made by such a command, stays as it is. */
class OthersFilesTest {
  @TempDir static Path shared;

  private static Path run;
  private static Path saved;
  private static Path file;

  @TempDir Path folder;

  @BeforeAll
  static void make() throws IOException {
    run = shared.resolve("run");
    TrainedModels.train(run);
    Path serving = shared.resolve("serving");
    assertThat(UserOfEspalier.types("export " + run + " --to " + serving).code()).isZero();
    saved = serving.resolve("1");
    TrainedModels.comparison(shared);
    file = shared.resolve("tiny.yaml");
  }

  private static Map<String, String> content(Path of) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(of)) {
      for (Path path : walk.toList()) {
        content.put(
            of.relativize(path).toString(),
            Files.isRegularFile(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "");
      }
    }
    return content;
  }

  private static void assertRefused(String line, Path out, String... words) throws IOException {
    Map<String, String> before = content(out.getParent());
    UserOfEspalier.Outcome outcome = UserOfEspalier.types(line);
    assertThat(outcome.err()).contains(words).hasLineCount(1);
    assertThat(outcome.code()).isIn(2, 3);
    assertThat(content(out.getParent())).isEqualTo(before);
  }

  private static String line(String command, Path out) {
    return command
            .replace("RUN", run.toString())
            .replace("FILE", file.toString())
            .replace("DATA", TrainedModels.DATA)
            .replace("SMALL", TrainedModels.SMALL)
        + " "
        + out;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --architecture resnet8 --width 0.125 SMALL --out",
        "finetune RUN DATA --out",
        "scratch RUN --budget e DATA --out",
        "prune RUN --ratio 0.5 --out",
        "sensitivity RUN --out",
        "compare FILE --out",
        "compare FILE --dry-run --out",
        "lottery demo --out",
        "quickstart --out"
      })
  void filesOfOthers(String command) throws IOException {
    for (String name : new String[] {"metrics.csv", "report.html", "notes.txt"}) {
      Path out = Files.createDirectories(folder.resolve(name + "-is-in-here"));
      Files.writeString(out.resolve(name), "mine");
      assertRefused(line(command, out), out, "exists and is not", "it holds " + name);
    }
    assertRefused(line(command, saved), saved, "exists and is not", "choose a new folder");
  }

  /** Those names are not rare: whether a file of that name is ours, its content tells. */
  @Test
  void filesOfOurNames() throws IOException {
    Path out = Files.createDirectories(folder.resolve("out"));
    Files.writeString(out.resolve("results.json"), "{\"accuracy\": 0.9}");
    Files.writeString(out.resolve("results.csv"), "mine");
    assertRefused(line("compare FILE --out", out), out, "results.json: arms: expected a value");
    Files.writeString(out.resolve("run.json"), "{\"name\": \"mine\"}");
    assertRefused(line("prune RUN --ratio 0.5 --out", out), out, "holds another run");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "export RUN --to",
        "prune RUN --ratio 0.5 --out OUT --export",
        "rewrite RUN --pass fold-batch-norm --to"
      })
  void noVersionGoesIntoAModel(String command) throws IOException {
    String ready = command.replace("OUT", folder.resolve("small").toString());
    for (Path model : new Path[] {saved, run}) {
      assertRefused(line(ready, model), model, model + " is a model itself");
    }
    assertThat(folder.resolve("small")).doesNotExist();
  }

  @Test
  void predictionsDoNotGoOverTheModel() throws IOException {
    Path input = Files.writeString(folder.resolve("x.npy"), "");
    String line = "predict " + run + " --input " + input + " --output ";
    assertRefused(line + run.resolve("weights.safetensors"), run, "lies in its folder");
    assertRefused(line + folder, input, "is a folder");
    Path link = Files.createSymbolicLink(folder.resolve("link.npy"), input);
    assertRefused(line + link, link, "is the input");
  }
}
