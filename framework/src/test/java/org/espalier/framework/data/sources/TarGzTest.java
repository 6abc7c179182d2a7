package org.espalier.framework.data.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
            .entry("pax", 'g', content(700))
            .entry("pax", 'x', content(20))
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

  @ParameterizedTest
  @ValueSource(chars = {'1', '2', '3', '6', 'L'})
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
    assertBad(
        IdxWriter.gzip(flipped), "expected a gzip tar archive, found a header with a wrong sum");
    String early = "expected a gzip tar archive, found a file that ends early (truncated)";
    assertBad(IdxWriter.gzip(Arrays.copyOf(tar, 1_000)), early);
    assertBad(IdxWriter.gzip(Arrays.copyOf(tar, 512 + 2_048)), early);
    byte[] packed = IdxWriter.gzip(tar);
    assertBad(Arrays.copyOf(packed, packed.length / 2), early);
    assertBad(new byte[0], early);
    assertBad(
        content(600), "expected a gzip tar archive, found '%s' for a number".formatted(text()));
  }

  /** The field of the header sum in {@link #content}. */
  private static String text() {
    byte[] field = Arrays.copyOfRange(content(600), 148, 156);
    return new String(field, java.nio.charset.StandardCharsets.UTF_8).trim();
  }
}
