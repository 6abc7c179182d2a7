package org.espalier.framework.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzTest {
  @TempDir Path folder;

  private Path zip(String entry, byte[] bytes) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(all)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(bytes);
    }
    return Files.write(folder.resolve("arrays.npz"), all.toByteArray());
  }

  @Test
  void whatIsWrittenIsRead() {
    Map<String, ShapedArray> arrays = new LinkedHashMap<>();
    arrays.put("second/part", new ShapedArray(Shape.of(2, 3), new float[] {1, 2, 3, 4, 5, 6}));
    arrays.put("first", ShapedArray.scalar(7));
    Path file = folder.resolve("both.npz");
    Npz.write(file, arrays);
    assertThat(Npz.read(file)).isEqualTo(arrays);
    assertThat(Npz.read(file).keySet()).containsExactly("second/part", "first");
    assertThat(Npz.isOne(file)).isTrue();
    assertThat(Npz.isOne(folder.resolve("one.npy"))).isFalse();
  }

  @Test
  void theSameArraysAreTheSameBytes() throws IOException {
    Map<String, ShapedArray> arrays = Map.of("a", ShapedArray.scalar(1));
    Npz.write(folder.resolve("a.npz"), arrays);
    Npz.write(folder.resolve("b.npz"), arrays);
    assertThat(Files.readAllBytes(folder.resolve("a.npz")))
        .isEqualTo(Files.readAllBytes(folder.resolve("b.npz")));
  }

  @Test
  void whatIsNoneIsRefusedByName() throws IOException {
    Path text = Files.writeString(folder.resolve("text.npz"), "no arrays");
    assertThatThrownBy(() -> Npz.read(text))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            text + ": expected NumPy arrays (.npz), found another format, or a damaged file");
    Path missing = folder.resolve("none.npz");
    assertThatThrownBy(() -> Npz.read(missing))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("none.npz: expected NumPy arrays (.npz), found no such file");
    Path empty = zip("readme.txt", new byte[3]);
    assertThatThrownBy(() -> Npz.read(empty)).hasMessageEndingWith("found none in it");
    Path damaged = zip("x.npy", "not an array".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> Npz.read(damaged))
        .isInstanceOf(BadInputException.class)
        .hasMessage(damaged + ", x.npy: expected a NumPy array (.npy), found another format");
  }
}
