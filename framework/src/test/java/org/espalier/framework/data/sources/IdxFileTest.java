package org.espalier.framework.data.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.TestSets;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFileTest {
  private final ImageSet set = TestSets.random(30, 28, 28, 1, 10);

  @TempDir Path folder;

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private void assertBad(Path file, int rank, String message) {
    assertThatThrownBy(() -> IdxFile.read(file, rank))
        .isInstanceOf(BadInputException.class)
        .hasMessage(file + ": " + message);
  }

  @Test
  void packedAndPlainFilesComeBackAsTheyWere() throws IOException {
    byte[] images = IdxWriter.images(set);
    byte[] labels = IdxWriter.labels(set);
    for (boolean packed : new boolean[] {false, true}) {
      IdxFile readImages =
          IdxFile.read(write("images", packed ? IdxWriter.gzip(images) : images), 3);
      IdxFile readLabels =
          IdxFile.read(write("labels", packed ? IdxWriter.gzip(labels) : labels), 1);
      assertThat(readImages.dims()).containsExactly(30, 28, 28);
      assertThat(IdxFile.imageSet("test", readImages, readLabels, 28, 28, 10)).isEqualTo(set);
    }
  }

  @Test
  void aMissingFile() {
    assertBad(
        folder.resolve("none"),
        3,
        "expected an IDX file of unsigned bytes with 3 dimensions, found no such file");
  }

  @Test
  void aFolderInPlaceOfAFile() {
    assertBad(folder, 1, "expected an IDX file of unsigned bytes with 1 dimension, found a folder");
  }

  @Test
  void anotherMagicNumber() throws IOException {
    assertBad(
        write("labels", IdxWriter.labels(set)),
        3,
        "expected an IDX file of unsigned bytes with 3 dimensions (magic number 0x00000803),"
            + " found 0x00000801");
  }

  @Test
  void tooFewAndTooManyBytes() throws IOException {
    byte[] images = IdxWriter.images(set);
    assertBad(
        write("short", Arrays.copyOf(images, images.length - 1)),
        3,
        "expected 23520 bytes after the header (30 x 28 x 28), found 23519");
    assertBad(
        write("long", Arrays.copyOf(images, images.length + 1)),
        3,
        "expected 23520 bytes after the header (30 x 28 x 28), found more");
  }

  @Test
  void aHeaderThatEndsEarly() throws IOException {
    assertBad(
        write("header", Arrays.copyOf(IdxWriter.images(set), 9)),
        3,
        "expected an IDX file of unsigned bytes with 3 dimensions, found a file that ends early"
            + " (truncated)");
    assertBad(
        write("empty", new byte[0]),
        3,
        "expected an IDX file of unsigned bytes with 3 dimensions, found a file that ends early"
            + " (truncated)");
  }

  @Test
  void truncatedGzip() throws IOException {
    byte[] packed = IdxWriter.gzip(IdxWriter.images(set));
    for (int length : new int[] {2, 9, 100, packed.length / 2, packed.length - 1}) {
      assertBad(
          write("cut.gz", Arrays.copyOf(packed, length)),
          3,
          "expected an IDX file of unsigned bytes with 3 dimensions, found a file that ends early"
              + " (truncated)");
    }
  }

  @Test
  void damagedGzip() throws IOException {
    byte[] packed = IdxWriter.gzip(IdxWriter.images(set));
    packed[packed.length - 6] ^= 1; // in the CRC
    assertBad(
        write("damaged.gz", packed),
        3,
        "expected an IDX file of unsigned bytes with 3 dimensions, found damaged gzip data"
            + " (Corrupt GZIP trailer)");
  }

  @Test
  void sizesThatCannotBe() throws IOException {
    assertBad(
        write("zero", IdxWriter.bytes(0x803, new int[] {30, 0, 28}, new byte[0])),
        3,
        "expected positive sizes and less than 2 GiB in all, found 0 in dimension 1");
    assertBad(
        write("minus", IdxWriter.bytes(0x803, new int[] {-1, 28, 28}, new byte[0])),
        3,
        "expected positive sizes and less than 2 GiB in all, found -1 in dimension 0");
    int huge = Integer.MAX_VALUE;
    assertBad(
        write("huge", IdxWriter.bytes(0x803, new int[] {huge, huge, huge}, new byte[0])),
        3,
        "expected positive sizes and less than 2 GiB in all, found 2147483647 in dimension 1");
  }

  @Test
  void aLargeSizeWithoutBytesBehindItCostsNoMemory() throws IOException {
    int size = Integer.MAX_VALUE - 16;
    assertBad(
        write("claim", IdxWriter.bytes(0x801, new int[] {size}, new byte[5])),
        1,
        "expected 2147483631 bytes after the header (2147483631), found 5");
  }

  @Test
  void filesThatDoNotFitTogether() {
    IdxFile images = new IdxFile("images", new int[] {2, 28, 28}, new byte[2 * 784]);
    IdxFile three = new IdxFile("labels", new int[] {3}, new byte[] {0, 1, 2});
    IdxFile ten = new IdxFile("labels", new int[] {2}, new byte[] {0, 10});
    assertThatThrownBy(() -> IdxFile.imageSet("s", images, three, 28, 28, 10))
        .isInstanceOf(BadInputException.class)
        .hasMessage("labels: expected 2 labels, one for each image of images, found 3");
    assertThatThrownBy(() -> IdxFile.imageSet("s", images, three, 32, 32, 10))
        .isInstanceOf(BadInputException.class)
        .hasMessage("images: expected images of 32 x 32, found 28 x 28");
    assertThatThrownBy(() -> IdxFile.imageSet("s", images, ten, 28, 28, 10))
        .isInstanceOf(BadInputException.class)
        .hasMessage("labels: expected labels from 0 to 9, found 10 at position 1");
  }
}
