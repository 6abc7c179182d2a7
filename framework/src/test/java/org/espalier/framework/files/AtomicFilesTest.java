package org.espalier.framework.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  private List<String> names(Path where) throws IOException {
    try (Stream<Path> list = Files.list(where)) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesAndReplacesAndMakesFolders() throws IOException {
    Path file = folder.resolve("a/b/file.txt");
    AtomicFiles.writeText(file, "one");
    AtomicFiles.writeText(file, "zwei, é");
    assertThat(file).hasContent("zwei, é");
    assertThat(names(file.getParent())).containsExactly("file.txt");
  }

  @Test
  void nothingIsSeenBeforeTheEnd() {
    Path file = folder.resolve("file");
    AtomicFiles.write(
        file,
        out -> {
          out.write(new byte[1 << 20]);
          assertThat(file).doesNotExist();
        });
    assertThat(file).hasSize(1 << 20);
  }

  @Test
  void aWriterThatFailsLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("file");
    AtomicFiles.writeText(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(file + ": cannot be written: No space left on device");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IllegalStateException("mine");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("mine");
    assertThat(file).hasContent("old");
    assertThat(names(folder)).containsExactly("file");
  }

  @Test
  void aFileWhereAFolderShouldBe() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Path below = file.resolve("below");
    assertThatThrownBy(() -> AtomicFiles.writeText(below, "new"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(below + ": cannot be written: A file of that name is in the way");
    assertThatThrownBy(() -> AtomicFiles.temporaryFolder(below))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(file).hasContent("old");
  }

  @Test
  void aFolderWhereAFileShouldBe() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    assertThatThrownBy(() -> AtomicFiles.writeText(target, "new"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(target + ": cannot be written: Is a directory");
    assertThat(names(folder)).containsExactly("target");
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    AtomicFiles.writeText(link, "new");
    assertThat(link).isSymbolicLink();
    assertThat(real).hasContent("new");
  }

  @Test
  void aFolderIsReplacedWhole() throws IOException {
    Path target = folder.resolve("target");
    for (String content : List.of("one", "two")) {
      Path temporary = AtomicFiles.temporaryFolder(target);
      Files.writeString(temporary.resolve(content), content);
      AtomicFiles.replaceFolder(temporary, target);
      assertThat(names(target)).containsExactly(content);
      assertThat(names(folder)).containsExactly("target");
    }
  }

  /** Whoever catches the failure and puts the folder in place has no half of a file in it. */
  @Test
  void aWriterThatFailsWithinATemporaryFolderLeavesNothing() throws IOException {
    Path temporary = AtomicFiles.temporaryFolder(folder.resolve("run"));
    Path file = temporary.resolve("file");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("full");
                    }))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(temporary).isEmptyDirectory();
    AtomicFiles.writeText(file, "first");
    AtomicFiles.writeText(file, "second");
    assertThat(file).hasContent("second");
  }

  @Test
  void aFolderThatCannotBeReplacedStays() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "a file");
    Path temporary = AtomicFiles.temporaryFolder(target);
    Files.writeString(temporary.resolve("new"), "new");
    assertThatThrownBy(() -> AtomicFiles.replaceFolder(temporary, target))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(target + ": cannot be written: ");
    assertThat(target).hasContent("a file");
    assertThat(names(folder)).containsExactly("target");
  }

  @Test
  void aNewFolderReplacesNothing() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    Files.writeString(target.resolve("old"), "old");
    Path temporary = AtomicFiles.temporaryFolder(target);
    Files.writeString(temporary.resolve("new"), "new");
    assertThatThrownBy(() -> AtomicFiles.newFolder(temporary, target))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(target + ": cannot be written: Directory not empty");
    assertThat(names(target)).containsExactly("old");
    assertThat(names(folder)).containsExactly("target");
  }
}
