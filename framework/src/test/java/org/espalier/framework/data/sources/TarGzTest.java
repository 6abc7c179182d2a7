package org.espalier.framework.data.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarGzTest {
  private static final String WHAT = "expected a gzip tar archive, found ";

  @TempDir Path root;
  private Path into;

  @BeforeEach
  void makeFolder() throws IOException {
    into = Files.createDirectory(root.resolve("into"));
  }

  private List<Path> unpack(byte[] archive) throws IOException {
    return TarGz.unpack(Files.write(root.resolve("a.tar.gz"), archive), into);
  }

  private void assertBad(byte[] archive, String message) {
    assertThatThrownBy(() -> unpack(archive))
        .isInstanceOf(BadInputException.class)
        .hasMessage(root.resolve("a.tar.gz") + ": " + message);
  }

  private static byte[] content(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + 7);
    }
    return bytes;
  }

  @Test
  void filesComeBackAsTheyWere() throws IOException {
    String deep = "d".repeat(60) + "/" + "e".repeat(60) + "/file.bin";
    TarWriter tar =
        new TarWriter()
            .note('g', "comment", "c".repeat(700))
            .note('x', "mtime", "1.5")
            .folder("data/");
    int[] lengths = {0, 1, 511, 512, 513, 100_000};
    for (int length : lengths) {
      tar.file("data/" + length, content(length));
    }
    List<Path> files = unpack(tar.file(deep, content(3)).tarGz());
    assertThat(files).hasSize(7).endsWith(Path.of(deep));
    for (int length : lengths) {
      assertThat(into.resolve("data/" + length)).hasBinaryContent(content(length));
    }
    assertThat(into.resolve(deep)).hasBinaryContent(content(3));
    assertThat(into.resolve("pax")).doesNotExist();
  }

  /** GNU's and POSIX's ways to names that no header can hold. */
  @Test
  void longNamesBeforeAFileAreItsName() throws IOException {
    String one = "d/".repeat(100) + "one";
    String two = "d/".repeat(100) + "two";
    byte[] archive =
        new TarWriter()
            .entry("long", 'L', one.getBytes(StandardCharsets.UTF_8))
            .file("cut", content(1))
            .note('x', "path", two)
            .file("cut", content(2))
            .tarGz();
    assertThat(unpack(archive)).containsExactly(Path.of(one), Path.of(two));
    assertThat(into.resolve(one)).hasBinaryContent(content(1));
    assertThat(into.resolve(two)).hasBinaryContent(content(2));
  }

  @Test
  void readsWhatTarWrites() throws Exception {
    Path data = Files.createDirectories(root.resolve("from/folder"));
    Files.write(data.resolve("x.bin"), content(5_000));
    Process tar;
    try {
      tar =
          new ProcessBuilder("tar", "czf", "../a.tar.gz", "folder")
              .directory(root.resolve("from").toFile())
              .start();
    } catch (IOException e) {
      org.junit.jupiter.api.Assumptions.abort("no tar on this machine");
      return;
    }
    assertThat(tar.waitFor()).isZero();
    assertThat(TarGz.unpack(root.resolve("a.tar.gz"), into))
        .containsExactly(Path.of("folder/x.bin"));
    assertThat(into.resolve("folder/x.bin")).hasBinaryContent(content(5_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../escaped", "data/../../escaped", "/escaped", ".."})
  void pathsThatLeaveTheFolderAreRefused(String name) {
    assertBad(
        new TarWriter().file(name, content(4)).tarGz(),
        "expected paths inside the archive's folder, found '" + name + "'");
    assertThat(root.resolve("escaped")).doesNotExist();
    assertThat(Path.of("/escaped")).doesNotExist();
  }

  @Test
  void longNamesLeaveTheFolderNoMoreThanShortOnes() {
    byte[] name = "../escaped".getBytes(StandardCharsets.UTF_8);
    String message = "expected paths inside the archive's folder, found '../escaped'";
    assertBad(new TarWriter().entry("long", 'L', name).file("in", content(4)).tarGz(), message);
    assertBad(
        new TarWriter().note('x', "path", "../escaped").file("in", content(4)).tarGz(), message);
    assertBad(
        new TarWriter().note('x', "path", "a\0b").file("in", content(4)).tarGz(),
        "expected names of files, found one that cannot be (Nul character not allowed)");
    assertThat(root.resolve("escaped")).doesNotExist();
    assertThat(into).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2', '3', '6', '7', 'S'})
  void anythingButFilesAndFoldersIsRefused(char type) {
    assertBad(
        new TarWriter().entry("thing", type, new byte[0]).tarGz(),
        "expected only files and folders, found 'thing' of type '" + type + "'");
  }

  @Test
  void damageIsNoticed() {
    byte[] tar = new TarWriter().file("x", content(2_000)).tar();
    byte[] flipped = tar.clone();
    flipped[0] ^= 1;
    assertBad(IdxWriter.gzip(flipped), WHAT + "a header with a wrong sum");
    String early = WHAT + "a file that ends early (truncated)";
    // In the file, between the file and the end, and in the end, which is two blocks.
    for (int length : new int[] {1_000, 512 + 2_048, 512 + 2_048 + 512, tar.length - 1}) {
      assertBad(IdxWriter.gzip(Arrays.copyOf(tar, length)), early);
    }
    byte[] packed = IdxWriter.gzip(tar);
    assertBad(Arrays.copyOf(packed, packed.length / 2), early);
    assertBad(new byte[0], early);
    assertBad(content(600), WHAT + "a file that cannot be read (Corrupted TAR archive.)");
    assertBad(
        new TarWriter().entry("pax", 'x', content(20)).file("x", content(1)).tarGz(),
        WHAT
            + "a file that cannot be read (Failed to read Paxheader."
            + " Encountered a non-number while reading length)");
  }

  @Test
  void aFullDiskIsNoFaultOfTheArchive() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no device that is always full");
    Path link = Files.createSymbolicLink(into.resolve("x"), full);
    assertThatThrownBy(() -> unpack(new TarWriter().file("x", content(9)).tarGz()))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    Files.delete(link);
    Files.createDirectory(into.resolve("y"));
    assertThatThrownBy(() -> unpack(new TarWriter().file("y", content(9)).tarGz()))
        .isInstanceOf(IOException.class)
        .hasMessage(into.resolve("y") + ": Is a directory");
  }
}
