package org.espalier.framework.files;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFolderTest {
  @TempDir Path folder;

  private void check() {
    OwnFolder.check(folder.resolve("out"), "run.json", Set.of("logs"), "a run");
  }

  private void holds(String... files) throws IOException {
    Files.createDirectories(folder.resolve("out"));
    for (String file : files) {
      Files.writeString(folder.resolve("out").resolve(file), "");
    }
  }

  @Test
  void whatIsNotThereOrEmptyIsFree() throws IOException {
    assertThatCode(this::check).doesNotThrowAnyException();
    holds();
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  @Test
  void theMarkerMakesItOurs() throws IOException {
    holds("run.json", "notes.txt");
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  @Test
  void whatDeadProcessesLeftAndWhatComesEarlyIsOurs() throws IOException {
    holds("logs");
    Files.createFile(Temporaries.pathFor(folder.resolve("out/run.json")));
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  @Test
  void anythingElseIsNamed() throws IOException {
    holds("results.csv", "metrics.csv", "logs");
    assertThatThrownBy(this::check)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            folder.resolve("out")
                + " exists and is not a run: it holds metrics.csv and no run.json; choose a new folder");
  }

  @Test
  void hiddenFilesAreFilesToo() throws IOException {
    holds(".hidden");
    assertThatThrownBy(this::check).hasMessageContaining("it holds .hidden");
  }

  /** A folder of that name is no marker. */
  @Test
  void aMarkerIsAFile() throws IOException {
    Files.createDirectories(folder.resolve("out/run.json"));
    assertThatThrownBy(this::check).hasMessageContaining("it holds run.json");
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Files.writeString(folder.resolve("out"), "mine");
    assertThatThrownBy(this::check)
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("exists and is no folder; choose a new folder");
  }
}
