package org.espalier.framework.data.sources;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.espalier.framework.files.Sha256;

/** SHA-256 sums of files, and the gzip detection that goes with them. */
final class Checksums {
  private static final int BUFFER = 1 << 16;

  private Checksums() {}

  /** Of the file as it lies there. */
  static String ofFile(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new Sha256().add(in).hex();
    }
  }

  /** Of what is inside, if the file is gzip, so that packing it anew changes nothing. */
  static String ofContent(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        InputStream content = unzipped(in)) {
      return new Sha256().add(content).hex();
    }
  }

  /** The bytes inside a gzip stream; any other stream as it is. Known by its first two bytes. */
  static InputStream unzipped(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, BUFFER);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, BUFFER) : in;
  }
}
