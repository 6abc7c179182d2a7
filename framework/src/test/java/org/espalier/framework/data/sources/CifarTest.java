package org.espalier.framework.data.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.TestSets;
import org.espalier.framework.data.sources.FileCheck.Status;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
  private final ImageSet ten = TestSets.random(60, 32, 32, 3, 10);
  private final ImageSet hundred = TestSets.random(200, 32, 32, 3, 100);

  @TempDir Path folder;

  private static void assertSame(ImageSet found, ImageSet all, int from, int to) {
    ImageSet expected = all.select(IntStream.range(from, to).toArray());
    assertThat(found.pixels()).isEqualTo(expected.pixels());
    assertThat(found.labels()).isEqualTo(expected.labels());
    assertThat(found.classes()).isEqualTo(expected.classes());
  }

  private void assertBad(DatasetSource source, String message) {
    assertThatThrownBy(() -> source.load(Optional.of(folder)))
        .isInstanceOf(BadInputException.class)
        .hasMessage(folder + "/" + message);
  }

  @Test
  void cifar10ComesBackFromTheFolderAndFromItsParent() throws IOException {
    Path inside = folder.resolve("cifar-10-batches-bin");
    CifarFiles.write(inside, CifarFiles.CIFAR10, ten);
    for (Path named : List.of(folder, inside)) {
      Dataset dataset = new Cifar10().load(Optional.of(named));
      assertSame((ImageSet) dataset.train(), ten, 0, 50);
      assertSame((ImageSet) dataset.test(), ten, 50, 60);
      assertThat(dataset.augmentation()).isEqualTo(Augmentation.STANDARD);
    }
  }

  @Test
  void cifar100TakesTheFineLabel() throws IOException {
    Path inside = folder.resolve("cifar-100-binary");
    CifarFiles.write(inside, CifarFiles.CIFAR100, hundred);
    for (Path named : List.of(folder, inside)) {
      Dataset dataset = new Cifar100().load(Optional.of(named));
      assertSame((ImageSet) dataset.train(), hundred, 0, 100);
      assertSame((ImageSet) dataset.test(), hundred, 100, 200);
    }
  }

  @Test
  void bothUseTheConstantsOfTheExperiments() {
    assertThat(CifarSource.NORMALISATION.mean()).containsExactly(0.4914f, 0.4822f, 0.4465f);
    assertThat(CifarSource.NORMALISATION.std()).containsExactly(0.2023f, 0.1994f, 0.2010f);
  }

  @Test
  void noFileAtAll() {
    assertBad(
        new Cifar10(),
        "data_batch_1.bin: expected it there or in "
            + folder
            + "/cifar-10-batches-bin, found no such file; fetch it with 'espalier data fetch"
            + " cifar10'");
  }

  @Test
  void oneMissingFile() throws IOException {
    CifarFiles.write(folder, CifarFiles.CIFAR10, ten);
    Files.delete(folder.resolve("data_batch_4.bin"));
    assertBad(
        new Cifar10(),
        "data_batch_4.bin: expected a whole number of records of 3073 bytes, at least one, found no"
            + " such file");
  }

  @Test
  void lengthsThatAreNotWholeRecords() throws IOException {
    CifarFiles.write(folder, CifarFiles.CIFAR100, hundred);
    Path file = folder.resolve("train.bin");
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, content.length - 1));
    assertBad(
        new Cifar100(),
        "train.bin: expected a whole number of records of 3074 bytes, at least one, found 307399"
            + " bytes");
    Files.write(file, new byte[0]);
    assertBad(
        new Cifar100(),
        "train.bin: expected a whole number of records of 3074 bytes, at least one, found 0 bytes");
  }

  @Test
  void labelsThatDoNotExist() throws IOException {
    CifarFiles.write(folder, CifarFiles.CIFAR10, ten);
    byte[] batch = Files.readAllBytes(folder.resolve("data_batch_2.bin"));
    batch[3 * 3073] = (byte) 200;
    Files.write(folder.resolve("data_batch_2.bin"), batch);
    assertBad(
        new Cifar10(), "data_batch_2.bin: expected a label from 0 to 9, found 200 in record 3");

    CifarFiles.write(folder, CifarFiles.CIFAR100, hundred);
    byte[] test = Files.readAllBytes(folder.resolve("test.bin"));
    test[3074] = 20;
    Files.write(folder.resolve("test.bin"), test);
    assertBad(
        new Cifar100(), "test.bin: expected a coarse label from 0 to 19, found 20 in record 1");
  }

  @Test
  void verifyTellsEachFileApart() throws IOException {
    CifarFiles.write(folder, CifarFiles.CIFAR10, ten);
    Files.delete(folder.resolve("data_batch_2.bin"));
    Files.write(folder.resolve("test_batch.bin"), new byte[10]);
    List<FileCheck> checks = new Cifar10().verify(Optional.of(folder));
    assertThat(checks)
        .extracting(FileCheck::status)
        .containsExactly(
            Status.DIFFERENT,
            Status.MISSING,
            Status.DIFFERENT,
            Status.DIFFERENT,
            Status.DIFFERENT,
            Status.BROKEN);
    assertThat(checks)
        .extracting(check -> Path.of(check.file()).getFileName().toString())
        .isEqualTo(CifarFiles.CIFAR10);
    assertThat(new Cifar10().checksums(Optional.of(folder)))
        .as("the format is not looked at")
        .extracting(FileCheck::status)
        .containsExactly(
            Status.DIFFERENT,
            Status.MISSING,
            Status.DIFFERENT,
            Status.DIFFERENT,
            Status.DIFFERENT,
            Status.DIFFERENT);
    assertThat(checks.get(0).detail())
        .startsWith("right format; expected SHA-256 cee91656")
        .contains(", found " + Checksums.ofFile(folder.resolve("data_batch_1.bin")));
    assertThat(checks.get(5).detail()).contains("found 10 bytes");
    assertThat(checks.get(5).isUsable()).isFalse();
    assertThat(checks.get(0).isUsable()).isTrue();
  }
}
