package org.espalier.framework.data.sources;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.BadInputException;

/** Unpacks a gzip tar archive of plain files and folders, which is all that data sets need. */
final class TarGz {
  private static final int BLOCK = 512;
  private static final int CHECKSUM_AT = 148;

  private TarGz() {}

  /**
   * Writes the files of the archive below a folder.
   *
   * @return their paths relative to the folder, in archive order
   * @throws BadInputException if the archive is damaged, holds anything but files and folders, or
   *     has a path that leaves the folder
   */
  static List<Path> unpack(Path archive, Path into) throws IOException {
    List<Path> files = new ArrayList<>();
    try (InputStream raw = Files.newInputStream(archive);
        DataInputStream in = new DataInputStream(Checksums.unzipped(raw))) {
      byte[] header = new byte[BLOCK];
      for (in.readFully(header); header[0] != 0; in.readFully(header)) {
        checkHeader(archive, header);
        String name = name(header);
        long size = octal(archive, header, 124, 12);
        byte type = header[156];
        boolean notes = type == 'g' || type == 'x';
        Path target = inside(archive, into, name);
        if (type == '5') {
          Files.createDirectories(target);
        } else if (type == '0' || type == 0) {
          Files.createDirectories(target.getParent());
          copy(in, target, size);
          files.add(into.relativize(target));
        } else if (!notes) {
          throw new BadInputException(
              "%s: expected only files and folders, found '%s' of type '%c'"
                  .formatted(archive, name, (char) type));
        }
        // Notes on the archive or on the next file ('g', 'x') are skipped whole: what they say
        // (times, owners) is not used. A file has been read and is padded to whole blocks.
        in.skipNBytes(notes ? (size + BLOCK - 1) / BLOCK * BLOCK : -size & (BLOCK - 1));
      }
    } catch (EOFException | java.util.zip.ZipException e) {
      throw Unreadable.because(archive.toString(), "a gzip tar archive", e);
    }
    return files;
  }

  /** The sum of all header bytes, the sum's own field counted as blanks, is stored in octal. */
  private static void checkHeader(Path archive, byte[] header) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + 8 ? ' ' : header[i] & 0xff;
    }
    if (octal(archive, header, CHECKSUM_AT, 8) != sum) {
      throw new BadInputException(
          archive + ": expected a gzip tar archive, found a header with a wrong sum");
    }
  }

  private static String name(byte[] header) {
    String name = text(header, 0, 100);
    boolean ustar = text(header, 257, 5).equals("ustar") && header[262] == 0;
    String prefix = ustar ? text(header, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static Path inside(Path archive, Path into, String name) {
    Path root = into.toAbsolutePath().normalize();
    Path target = root.resolve(name).normalize();
    if (!target.startsWith(root)) {
      throw new BadInputException(
          "%s: expected paths inside the archive's folder, found '%s'".formatted(archive, name));
    }
    return into.resolve(root.relativize(target));
  }

  private static void copy(InputStream in, Path target, long size) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target))) {
      for (long left = size; left > 0; ) {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (n < 0) {
          throw new EOFException();
        }
        out.write(buffer, 0, n);
        left -= n;
      }
    }
  }

  private static long octal(Path archive, byte[] header, int at, int length) {
    String digits = text(header, at, length).trim();
    try {
      return Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new BadInputException(
          "%s: expected a gzip tar archive, found '%s' for a number".formatted(archive, digits), e);
    }
  }

  private static String text(byte[] header, int at, int length) {
    int end = at;
    while (end < at + length && header[end] != 0) {
      end++;
    }
    return new String(header, at, end - at, StandardCharsets.UTF_8);
  }
}
