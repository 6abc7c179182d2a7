package org.espalier.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Arabic has digits of its own, Turkish a small letter i of its own: nothing is written in them.
 */
class LocaleTest {
  /** Digits that are none of ours. */
  private static final String FOREIGN_DIGIT = "[\\p{Nd}&&[^0-9]]";

  private static final List<String> COMMANDS =
      List.of(
          "--help",
          "train --help",
          "prune --help",
          "compare --help",
          "data verify --help",
          "architectures",
          "architectures --json",
          "inspect resnet56 --width 0.5",
          "inspect INSPECT",
          "inspect vgg16 --json",
          "train --architecture vgg16 --dataset cifar10 --batch-size 0",
          "prune none --ratio 1.5 --out none",
          "compare l1-resnet56-b --dry-run --data none",
          "evaluate none --dataset fashion-mnist-small --test-images 0",
          "data verify fashion-mnist-small",
          "data verify fashion-mnist-small --json",
          "rewrite --list");

  private final Locale before = Locale.getDefault();

  @TempDir Path folder;

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  /** Where every default is what the locale says: not even the main class has set another. */
  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "tr-TR"})
  void whatACommandSaysIsTheSameUnderAnyLocale(String locale) {
    Map<String, UserOfEspalier.Outcome> here = new LinkedHashMap<>();
    Locale.setDefault(Locale.ROOT);
    COMMANDS.forEach(line -> here.put(line, UserOfEspalier.types(line)));
    Locale.setDefault(Locale.forLanguageTag(locale));
    for (String line : COMMANDS) {
      assertThat(UserOfEspalier.types(line)).as(line).isEqualTo(here.get(line));
    }
  }

  /** What a JVM writes that was started under the locale: names, numbers, files, pages. */
  @Test
  @Tag("slow")
  void filesAreTheSameUnderAnyLocale() throws IOException {
    Path english = written("en", "US");
    Path arabic = written("ar", "EG");
    for (String file :
        List.of(
            "run/network.pb",
            "run/weights.safetensors",
            "small/cut.json",
            "small/pruned.json",
            "small/network.pb",
            "small/weights.safetensors",
            "small/summary.json",
            "prune.out",
            "prune.err",
            "report.out")) {
      assertThat(arabic.resolve(file)).hasSameBinaryContentAs(english.resolve(file));
    }
    assertThat(page(arabic)).isEqualTo(page(english));
    for (String file : List.of("run/run.json", "run/metrics.csv", "train.out", "train.err")) {
      assertThat(Files.readString(arabic.resolve(file))).doesNotContainPattern(FOREIGN_DIGIT);
    }
  }

  private static String page(Path folder) throws IOException {
    return Files.readString(folder.resolve("small/report.html"))
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:]+Z", "then");
  }

  /** A training, a pruning by a preset that names groups with numbers, and a page. */
  private Path written(String language, String country) throws IOException {
    Path place = Files.createDirectory(folder.resolve("place")); // files name it
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put(
        "train",
        "train --architecture resnet56 --width 0.25 --epochs 1 --dataset fashion-mnist-small"
            + " --train-images 60 --test-images 20 --threads 1 --json --out run");
    lines.put("prune", "prune run --preset resnet56-a --threads 1 --json --out small");
    lines.put("report", "report small --latency no --json");
    for (Map.Entry<String, String> line : lines.entrySet()) {
      List<String> flags = List.of("-Duser.language=" + language, "-Duser.country=" + country);
      try (EspalierProcess typed = EspalierProcess.start(place, flags, line.getValue())) {
        UserOfEspalier.Outcome outcome = typed.end();
        assertThat(outcome.code()).as(outcome.err()).isZero();
        Files.writeString(place.resolve(line.getKey() + ".out"), outcome.out());
        Files.writeString(place.resolve(line.getKey() + ".err"), outcome.err());
      }
    }
    return Files.move(place, folder.resolve(language));
  }
}
