package org.espalier.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two people, or two windows: the same is asked for twice at once, and done once. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ConcurrentCommandsTest {
  private static final String IMAGES =
      " --dataset fashion-mnist-small --train-images 60 --test-images 20 --batch-size 20 --threads 1";
  private static final String NARROW = "train --architecture resnet8 --width 0.125" + IMAGES;

  private static final String COMPARE =
      "compare tiny.yaml --threads 1 --epochs 4 --fine-tune-epochs 2 --ratio 0.5 --store store";

  private static final String COMPARISON =
      """
      architecture: resnet8
      width: 0.125
      dataset: fashion-mnist-small
      train-images: 60
      test-images: 20
      batch-size: 20
      """;

  @TempDir static Path shared;

  @TempDir Path folder;

  /** What all commands find. */
  @BeforeAll
  static void train() throws IOException {
    Path here = Files.createDirectory(shared.resolve("start"));
    Files.writeString(here.resolve("tiny.yaml"), COMPARISON);
    UserOfEspalier.Outcome outcome =
        EspalierProcess.types(here, NARROW + " --epochs 1 --out model");
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  private Path start(String name) throws IOException {
    Path here = folder.resolve(name);
    PathUtils.copyDirectory(shared.resolve("start"), here);
    return here;
  }

  /** What the two of them said for people. */
  private static List<String> both(Path here, String line, String other) {
    try (EspalierProcess one = EspalierProcess.start(here, line);
        EspalierProcess two = EspalierProcess.start(here, other)) {
      List<UserOfEspalier.Outcome> ends = List.of(one.end(), two.end());
      ends.forEach(end -> assertThat(end.code()).as(end.err()).isZero());
      return ends.stream().map(UserOfEspalier.Outcome::err).toList();
    }
  }

  /** Every training is one stretch with one event file. */
  private static void assertTrainedOnce(Path here) throws IOException {
    try (Stream<Path> walk = Files.walk(here)) {
      for (Path metrics : walk.filter(p -> p.endsWith("metrics.csv")).toList()) {
        Path run = metrics.getParent();
        assertThat(run).isDirectoryContaining("glob:**events.out.tfevents.*");
        try (Stream<Path> inside = Files.list(run)) {
          assertThat(inside.filter(f -> f.toString().contains("tfevents")))
              .as("%s", run)
              .hasSize(1);
        }
        assertThat(new ObjectMapper().readTree(run.resolve("run.json").toFile()).path("stretches"))
            .as("%s", run)
            .hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        NARROW + " --epochs 60 --keep 0ep --out run",
        "prune model --ratio 0.5 --threads 1 --out pruned --export serving",
        "export model --to serving",
        COMPARE + " --seeds 1 --out out",
      })
  void theSameCommandTwiceAtOnceDoesItOnce(String line) throws IOException {
    Path alone = start("alone");
    assertThat(EspalierProcess.types(alone, line).code()).isZero();
    Path here = start("here");
    both(here, line, line);
    assertThat(FolderState.of(here)).containsExactlyEntriesOf(FolderState.of(alone));
    assertTrainedOnce(here);
  }

  /** Seeds 1 and 2 beside seeds 2 and 3: what both want is made by one of them, for both. */
  @Test
  void twoComparisonsInOneStoreShareWhatTheyHaveInCommon() throws IOException {
    Path alone = start("alone");
    for (String seeds : List.of("1,2 --out a", "2,3 --out b")) {
      assertThat(EspalierProcess.types(alone, COMPARE + " --seeds " + seeds).code()).isZero();
    }
    Path here = start("here");
    both(here, COMPARE + " --seeds 1,2 --out a", COMPARE + " --seeds 2,3 --out b");
    assertThat(FolderState.of(here)).containsExactlyEntriesOf(FolderState.of(alone));
    assertTrainedOnce(here);
  }

  @Test
  void whoeverComesSecondSaysWhomItWaitsFor() throws IOException {
    Path here = start("here");
    String line = NARROW + " --epochs 80 --out run";
    try (EspalierProcess first = EspalierProcess.start(here, line)) {
      first.awaitFile(here.resolve("run/checkpoint.safetensors"));
      first.signal("STOP"); // so that it is not too quick
      try (EspalierProcess second = EspalierProcess.start(here, line)) {
        second.awaitWords("waits for process " + first.handle().pid() + " on ");
        first.signal("CONT");
        UserOfEspalier.Outcome made = first.end();
        UserOfEspalier.Outcome found = second.end();
        assertThat(List.of(made.code(), found.code())).containsOnly(0);
        assertThat(found.err()).contains(", which makes it");
        assertThat(made.err()).doesNotContain("waits for");
      }
    }
    assertTrainedOnce(here);
  }

  /** Nobody's work is thrown away for it. */
  @Test
  void twoExportsOfTwoModelsToOneVersionAreOneAndASentence() throws IOException {
    Path here = start("here");
    assertThat(EspalierProcess.types(here, "prune model --ratio 0.5 --out small").code()).isZero();
    try (EspalierProcess one = EspalierProcess.start(here, "export model --to serving");
        EspalierProcess two = EspalierProcess.start(here, "export small --to serving")) {
      UserOfEspalier.Outcome first = one.end();
      UserOfEspalier.Outcome second = two.end();
      assertThat(List.of(first.code(), second.code())).containsExactlyInAnyOrder(0, 2);
      assertThat(first.err() + second.err()).contains("serving/1 exists and is of another model");
    }
    assertThat(here.resolve("serving")).isDirectoryNotContaining("glob:**/.*");
    assertThat(here.resolve("serving/1/saved_model.pb")).isNotEmptyFile();
  }
}
