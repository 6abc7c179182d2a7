package org.espalier.framework.data.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.TestSets;
import org.espalier.framework.data.sources.FileCheck.Status;
import org.espalier.framework.files.Sha256;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistTest {
  @TempDir Path folder;

  private static Dataset installed() {
    assumeTrue(Files.isDirectory(FashionMnist.DEBIAN), "the Debian package is not installed");
    return new FashionMnist().load(Optional.of(FashionMnist.DEBIAN));
  }

  private FashionMnist lookingIn(Path installed) {
    return new FashionMnist(installed, folder.resolve("fetched"), folder.toUri());
  }

  @Test
  void filesOfOnesOwnAreRead() throws IOException {
    ImageSet train = TestSets.random(20, 28, 28, 1, 10);
    IdxWriter.write(folder, "train", train);
    IdxWriter.write(folder, "t10k", train.take(10));
    Dataset dataset = new FashionMnist().load(Optional.of(folder));
    assertThat(dataset.train().digest()).isEqualTo(train.digest());
    assertThat(dataset.test().digest()).isEqualTo(train.take(10).digest());

    Files.delete(folder.resolve("train-labels-idx1-ubyte.gz"));
    Files.write(folder.resolve("train-labels-idx1-ubyte"), IdxWriter.labels(train));
    assertThat(new FashionMnist().load(Optional.of(folder)).train()).isEqualTo(dataset.train());
    assertThat(new FashionMnist().verify(Optional.of(folder)))
        .extracting(FileCheck::status)
        .containsOnly(Status.DIFFERENT);

    ImageSet other = TestSets.random(20, 32, 32, 1, 11);
    IdxWriter.write(folder, "t10k", other);
    assertThat(new FashionMnist().verify(Optional.of(folder)))
        .extracting(FileCheck::status)
        .containsExactly(Status.DIFFERENT, Status.DIFFERENT, Status.BROKEN, Status.BROKEN);
    assertThat(new FashionMnist().checksums(Optional.of(folder)))
        .as("the format is not looked at")
        .extracting(FileCheck::status)
        .containsOnly(Status.DIFFERENT)
        .hasSize(4);
  }

  @Test
  void withoutAFolderTheInstalledFilesComeBeforeTheFetchedOnes() throws IOException {
    ImageSet set = TestSets.random(20, 28, 28, 1, 10);
    Path installed = Files.createDirectory(folder.resolve("installed"));
    assertThatThrownBy(() -> lookingIn(installed).load(Optional.empty()))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "fashion-mnist: expected its files in %s or %s, found none; fetch them with 'espalier"
                    .formatted(installed, folder.resolve("fetched"))
                + " data fetch fashion-mnist'");
    Path fetched = Files.createDirectory(folder.resolve("fetched"));
    IdxWriter.write(fetched, "train", set.take(10));
    IdxWriter.write(fetched, "t10k", set);
    assertThat(lookingIn(installed).load(Optional.empty()).train().size()).isEqualTo(10);
    IdxWriter.write(installed, "train", set);
    IdxWriter.write(installed, "t10k", set);
    assertThat(lookingIn(installed).load(Optional.empty()).train().size()).isEqualTo(20);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> new FashionMnist().load(Optional.of(folder)))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(folder + "/train-images-idx3-ubyte.gz: expected an IDX file")
        .hasMessageEndingWith("found no such file");
  }

  @Test
  void theWholeSetHasThePublishedSizesSumsAndStatistics() {
    Dataset dataset = installed();
    assertThat(((ImageSet) dataset.train()).classCounts()).hasSize(10).containsOnly(6_000);
    assertThat(((ImageSet) dataset.test()).classCounts()).hasSize(10).containsOnly(1_000);
    assertThat(new FashionMnist().verify(Optional.of(FashionMnist.DEBIAN)))
        .hasSize(4)
        .allMatch(FileCheck::isPublished);
    double sum = 0;
    double squares = 0;
    for (byte pixel : ((ImageSet) dataset.train()).pixels()) {
      double value = (pixel & 0xff) / 255.0;
      sum += value;
      squares += value * value;
    }
    double mean = sum / ((ImageSet) dataset.train()).pixels().length;
    double std = Math.sqrt(squares / ((ImageSet) dataset.train()).pixels().length - mean * mean);
    assertThat(mean).isCloseTo(dataset.normalisation().mean()[0], within(5e-5));
    assertThat(std).isCloseTo(dataset.normalisation().std()[0], within(5e-5));
  }

  @Test
  void theSubsetIsStratifiedAndUndamaged() {
    Dataset small = new FashionMnistSmall().load(Optional.empty());
    assertThat(((ImageSet) small.train()).classCounts()).hasSize(10).containsOnly(600);
    assertThat(((ImageSet) small.test()).classCounts()).hasSize(10).containsOnly(100);
    assertThat(small.train().digest()).isEqualTo(FashionMnistSmall.TRAIN_DIGEST);
    assertThat(small.test().digest()).isEqualTo(FashionMnistSmall.TEST_DIGEST);
    assertThat(small.normalisation()).isEqualTo(FashionMnist.NORMALISATION);
    assertThat(small.augmentation()).isEqualTo(Augmentation.STANDARD);
    assertThat(new FashionMnistSmall().verify(Optional.empty()))
        .extracting(FileCheck::status)
        .containsExactly(Status.PUBLISHED, Status.PUBLISHED);
  }

  @Test
  void theSubsetIsDrawnFromTheWholeSetByItsRule() {
    Dataset whole = installed();
    assertThat(EmbeddedSubset.draw(whole, "train").digest())
        .isEqualTo(FashionMnistSmall.TRAIN_DIGEST);
    assertThat(EmbeddedSubset.draw(whole, "test").digest())
        .isEqualTo(FashionMnistSmall.TEST_DIGEST);
  }

  @Test
  void theSubsetTravelsWithItsLicenceAndSums() throws Exception {
    assertThat(resource("LICENSE.txt"))
        .contains("MIT License", "Copyright (c) 2017 Zalando SE", "WITHOUT WARRANTY");
    List<String> sums = resource("SHA256SUMS").lines().toList();
    assertThat(sums).hasSize(4);
    for (String line : sums) {
      try (InputStream in = open(line.substring(66) + ".gz")) {
        assertThat(new Sha256().add(Checksums.unzipped(in)).hex()).isEqualTo(line.substring(0, 64));
      }
    }
  }

  @Test
  void aDamagedSubsetIsAnError() {
    byte[] labels = IdxWriter.labels(TestSets.random(6_000, 1, 1, 1, 10));
    FashionMnistSmall damaged =
        new FashionMnistSmall(
            file ->
                file.startsWith("train-labels")
                    ? new java.io.ByteArrayInputStream(labels)
                    : open(file));
    assertThatThrownBy(() -> damaged.load(Optional.empty()))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(
            "fashion-mnist-small/train: expected SHA-256 " + FashionMnistSmall.TRAIN_DIGEST)
        .hasMessageEndingWith("; the jar is damaged");
    assertThat(damaged.verify(Optional.empty()))
        .extracting(FileCheck::status)
        .containsExactly(Status.BROKEN, Status.PUBLISHED);
    assertThatThrownBy(() -> new FashionMnistSmall(file -> null).load(Optional.empty()))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "fashion-mnist-small/train-images-idx3-ubyte.gz: expected a file in the jar, found no"
                + " such file");
  }

  @Test
  void theSubsetTakesNoFolder() {
    assertThatThrownBy(() -> new FashionMnistSmall().load(Optional.of(folder)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("reads no folder, found " + folder);
  }

  private static InputStream open(String file) {
    return FashionMnistSmall.class.getResourceAsStream(FashionMnistSmall.NAME + "/" + file);
  }

  private static String resource(String file) throws IOException {
    try (InputStream in = open(file)) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
