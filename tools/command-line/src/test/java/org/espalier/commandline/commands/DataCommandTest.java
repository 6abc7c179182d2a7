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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in the format of CIFAR-10 that are not CIFAR-10. */
class DataCommandTest {
  private static final String FILE = "a-folder-with-a-name-that-is-longer-than-a-column-is-wide";

  @TempDir Path folder;
  private Path data;
  private final List<String> files = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    data = Files.createDirectory(folder.resolve(FILE));
    for (int i = 1; i <= 6; i++) {
      Path file = data.resolve(i == 6 ? "test_batch.bin" : "data_batch_" + i + ".bin");
      byte[] records = new byte[10 * 3073];
      for (int image = 0; image < 10; image++) {
        records[image * 3073] = (byte) image;
      }
      Files.write(file, records);
      files.add(file.toString());
    }
  }

  @Test
  void filesThatAreNotThePublishedOnesAreThreeAndTheirNamesAreWhole() throws IOException {
    UserOfEspalier.Outcome outcome = UserOfEspalier.types("data verify cifar10 --to " + data);
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.err().lines().reduce((a, b) -> b).orElseThrow())
        .isEqualTo(
            "espalier: cifar10: not the published files, by their checksums: "
                + String.join(", ", files)
                + "; see above");
    for (String file : files) {
      assertThat(outcome.out().lines().filter(line -> line.startsWith(file + " ")))
          .as(file)
          .singleElement()
          .asString()
          .contains("  different  right format; expected SHA-256 ");
    }
    UserOfEspalier.Outcome json = UserOfEspalier.types("data verify cifar10 --json --to " + data);
    assertThat(json.code()).isEqualTo(3);
    JsonNode said = new ObjectMapper().readTree(json.out());
    assertThat(said).hasSize(6);
    assertThat(said.get(0).path("status").asText()).isEqualTo("different");
  }

  @Test
  void whatTravelsInTheJarIsRight() {
    assertThat(UserOfEspalier.types("data verify fashion-mnist-small").code()).isZero();
  }

  /** Once a process, however many runs there are; and the result is there. */
  @Test
  void trainingOnThemSaysSoOnce() throws IOException {
    String note =
        "cifar10: not the published files, by their checksums: " + String.join(", ", files);
    String options =
        " --dataset cifar10 --data " + data + " --epochs 1 --batch-size 50 --threads 1";
    UserOfEspalier.Outcome one =
        UserOfEspalier.types(
            "train --architecture resnet8 --width 0.125 --out " + folder.resolve("run") + options);
    assertThat(one.code()).as(one.err()).isZero();
    assertThat(one.err().lines().filter(note::equals)).hasSize(1);
    UserOfEspalier.Outcome score =
        UserOfEspalier.types(
            "evaluate " + folder.resolve("run") + " --dataset cifar10 --data " + data);
    assertThat(score.code()).isZero();
    assertThat(score.err().lines().filter(note::equals)).hasSize(1);
    Path file = folder.resolve("c.yaml");
    Files.writeString(
        file, "architecture: resnet8\nwidth: 0.125\nfine-tune-epochs: 1\nratio: 0.5\nseeds: [1]\n");
    for (String jobs : List.of("1", "2")) {
      UserOfEspalier.Outcome all =
          UserOfEspalier.types(
              "compare " + file + options + " --jobs " + jobs + " --out " + folder.resolve(jobs));
      assertThat(all.code()).as(all.err()).isZero();
      assertThat(all.err().lines().filter(note::equals)).as("%s jobs", jobs).hasSize(1);
    }
  }

  @Test
  void thePublishedOnesAreNotSpokenOf() {
    UserOfEspalier.Outcome outcome = TrainedModels.train(folder.resolve("run"));
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).doesNotContain("checksums");
  }
}
