package org.espalier.framework.data.sources;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.espalier.framework.data.ImageSet;

/** Writes IDX files for tests and for the embedded subset. */
final class IdxWriter {
  private IdxWriter() {}

  static byte[] bytes(int magic, int[] dims, byte[] values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DataOutputStream data = new DataOutputStream(out)) {
      data.writeInt(magic);
      for (int dim : dims) {
        data.writeInt(dim);
      }
      data.write(values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] images(ImageSet set) {
    return bytes(0x803, new int[] {set.size(), set.height(), set.width()}, set.pixels());
  }

  static byte[] labels(ImageSet set) {
    byte[] labels = new byte[set.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) set.labels()[i];
    }
    return bytes(0x801, new int[] {set.size()}, labels);
  }

  /** With the best compression. */
  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        new GZIPOutputStream(bytes) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        }) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void write(Path folder, String split, ImageSet set) throws IOException {
    Files.write(folder.resolve(split + "-images-idx3-ubyte.gz"), gzip(images(set)));
    Files.write(folder.resolve(split + "-labels-idx1-ubyte.gz"), gzip(labels(set)));
  }
}
