package org.espalier.framework.data.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.files.FileProblems;
import org.espalier.graphs.BadInputException;

/**
 * The binary version of CIFAR: records of one or two label bytes and 3,072 pixel bytes, all red
 * ones first, then green, then blue.
 *
 * @param superclasses number of coarse classes if a coarse label comes first, else 0
 * @param classes number of classes of the label that is used
 */
record CifarFormat(int superclasses, int classes) {
  static final int SIDE = 32;
  static final int CHANNELS = 3;
  private static final int PLANE = SIDE * SIDE;

  int recordBytes() {
    return labelBytes() + CHANNELS * PLANE;
  }

  private int labelBytes() {
    return superclasses == 0 ? 1 : 2;
  }

  /**
   * The images of all files, one after another.
   *
   * @throws BadInputException if a file is missing, unreadable, not whole records, or has a label
   *     that does not exist
   */
  ImageSet read(String name, List<Path> files) {
    int records = 0;
    for (Path file : files) {
      records = Math.addExact(records, records(file));
    }
    byte[] pixels = new byte[Math.multiplyExact(records, CHANNELS * PLANE)];
    int[] labels = new int[records];
    int image = 0;
    for (Path file : files) {
      byte[] bytes = bytes(file);
      // A file that grew meanwhile must not run past the end of the arrays.
      int here = Math.min(bytes.length / recordBytes(), records - image);
      for (int r = 0; r < here; r++, image++) {
        int start = r * recordBytes();
        labels[image] = label(file, r, bytes, start);
        interleave(bytes, start + labelBytes(), pixels, image * CHANNELS * PLANE);
      }
    }
    return new ImageSet(name, SIDE, SIDE, CHANNELS, classes, pixels, labels);
  }

  private int records(Path file) {
    long length;
    try {
      length = Files.size(file);
    } catch (IOException e) {
      throw FileProblems.reading(file, expected(), e);
    }
    if (length == 0 || length % recordBytes() != 0) {
      throw new BadInputException(
          String.format(Locale.ROOT, "%s: expected %s, found %d bytes", file, expected(), length));
    }
    return Math.toIntExact(length / recordBytes());
  }

  private byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileProblems.reading(file, expected(), e);
    }
  }

  private int label(Path file, int record, byte[] bytes, int start) {
    if (superclasses > 0) {
      inRange(file, record, "a coarse label", bytes[start] & 0xff, superclasses);
    }
    int label = bytes[start + labelBytes() - 1] & 0xff;
    inRange(file, record, "a label", label, classes);
    return label;
  }

  private static void inRange(Path file, int record, String what, int label, int classes) {
    if (label >= classes) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected %s from 0 to %d, found %d in record %d",
              file,
              what,
              classes - 1,
              label,
              record));
    }
  }

  private static void interleave(byte[] planes, int from, byte[] pixels, int to) {
    int target = to;
    for (int p = 0; p < PLANE; p++) {
      pixels[target++] = planes[from + p];
      pixels[target++] = planes[from + PLANE + p];
      pixels[target++] = planes[from + 2 * PLANE + p];
    }
  }

  private String expected() {
    return "a whole number of records of " + recordBytes() + " bytes, at least one";
  }
}
