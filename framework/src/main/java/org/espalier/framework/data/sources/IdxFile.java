package org.espalier.framework.data.sources;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.files.FileProblems;
import org.espalier.graphs.BadInputException;

/**
 * An array of unsigned bytes in the IDX format of the MNIST family: magic number, sizes as
 * big-endian 32-bit integers, then the bytes. Read plain or gzip.
 *
 * @param file what messages call it
 * @param dims the sizes
 * @param values row-major
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on at once, never compared.
record IdxFile(String file, int[] dims, byte[] values) {
  /** Two zero bytes, then the code of unsigned bytes, then the number of dimensions. */
  private static final int MAGIC_OF_BYTES = 0x0800;

  static IdxFile read(Path file, int rank) {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(file.toString(), in, rank);
    } catch (IOException e) {
      throw FileProblems.reading(file, expected(rank), e);
    }
  }

  static IdxFile read(String file, InputStream in, int rank) {
    try (in) {
      return parse(file, in, rank);
    } catch (IOException e) {
      throw FileProblems.reading(file, expected(rank), e);
    }
  }

  /**
   * Images and labels put together.
   *
   * @param images of rank 3: [size, height, width]
   * @param labels of rank 1: [size]
   * @throws BadInputException if the files do not hold images of this size, as many labels, and
   *     labels below {@code classes}
   */
  static ImageSet imageSet(
      String name, IdxFile images, IdxFile labels, int height, int width, int classes) {
    images.requireSize(height, width);
    if (labels.dims[0] != images.dims[0]) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected %d labels, one for each image of %s, found %d",
              labels.file,
              images.dims[0],
              images.file,
              labels.dims[0]));
    }
    return new ImageSet(name, height, width, 1, classes, images.values, labels.asLabels(classes));
  }

  /** Refuses images of another size. */
  void requireSize(int height, int width) {
    if (dims[1] != height || dims[2] != width) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected images of %d x %d, found %d x %d",
              file,
              height,
              width,
              dims[1],
              dims[2]));
    }
  }

  /** The values as labels; refuses what is not below {@code classes}. */
  int[] asLabels(int classes) {
    int[] labels = new int[values.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = values[i] & 0xff;
      if (labels[i] >= classes) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "%s: expected labels from 0 to %d, found %d at position %d",
                file,
                classes - 1,
                labels[i],
                i));
      }
    }
    return labels;
  }

  private static IdxFile parse(String file, InputStream raw, int rank) throws IOException {
    DataInputStream in = new DataInputStream(Checksums.unzipped(raw));
    int magic = in.readInt();
    if (magic != (MAGIC_OF_BYTES | rank)) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected %s (magic number 0x%08x), found 0x%08x",
              file,
              expected(rank),
              MAGIC_OF_BYTES | rank,
              magic));
    }
    int[] dims = new int[rank];
    long count = 1;
    for (int d = 0; d < rank; d++) {
      dims[d] = in.readInt();
      // Each factor is below 2^31, so the product cannot overflow before it is refused.
      count = dims[d] < 1 || count > Integer.MAX_VALUE ? -1 : count * dims[d];
      if (count < 1 || count > Integer.MAX_VALUE) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "%s: expected positive sizes and less than 2 GiB in all, found %d in dimension %d",
                file,
                dims[d],
                d));
      }
    }
    byte[] values = in.readNBytes((int) count);
    if (values.length < count || in.read() >= 0) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected %d bytes after the header (%s), found %s",
              file,
              count,
              Arrays.stream(dims).mapToObj(String::valueOf).collect(Collectors.joining(" x ")),
              values.length < count ? values.length : "more"));
    }
    return new IdxFile(file, dims, values);
  }

  private static String expected(int rank) {
    return "an IDX file of unsigned bytes with "
        + rank
        + (rank == 1 ? " dimension" : " dimensions");
  }
}
