package org.espalier.framework.data.sources;

import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.BadInputException;

/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): 60,000 training and 10,000 test images of
 * clothing, 28 x 28 grey values, 10 classes. Read from its four IDX files, gzip or not; without a
 * folder, from the Debian package {@code dataset-fashion-mnist} or else from where {@code fetch}
 * puts them.
 */
final class FashionMnist implements DatasetSource {
  static final String NAME = "fashion-mnist";
  static final int SIDE = 28;
  static final int CLASSES = 10;

  /**
   * Mean and standard deviation of all pixels of the 60,000 training images on the scale from 0 to
   * 1: measured as 0.28604 and 0.35302.
   */
  static final Normalisation NORMALISATION =
      new Normalisation(new float[] {0.2860f}, new float[] {0.3530f});

  /** The folder of the Debian package. */
  static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist");

  private static final URI HOME =
      URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/");

  /** One published file. The sum is of the unzipped bytes, for Debian packs them anew. */
  private record Published(String name, int rank, String sha256) {}

  private static final Published TRAIN_IMAGES =
      new Published(
          "train-images-idx3-ubyte",
          3,
          "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888");
  private static final Published TRAIN_LABELS =
      new Published(
          "train-labels-idx1-ubyte",
          1,
          "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9");
  private static final Published TEST_IMAGES =
      new Published(
          "t10k-images-idx3-ubyte",
          3,
          "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b");
  private static final Published TEST_LABELS =
      new Published(
          "t10k-labels-idx1-ubyte",
          1,
          "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");
  private static final List<Published> FILES =
      List.of(TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS);

  private final Path installed;
  private final Path fetched;
  private final URI home;

  @Inject
  FashionMnist() {
    this(DEBIAN, DataFolders.of(NAME), HOME);
  }

  FashionMnist(Path installed, Path fetched, URI home) {
    this.installed = installed;
    this.fetched = fetched;
    this.home = home;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Fashion-MNIST: 60,000 + 10,000 images of clothing, 28 x 28 x 1, 10 classes";
  }

  @Override
  public Dataset load(Optional<Path> dir) {
    DataFolders.check(dir, NAME);
    Path folder = folder(dir);
    if (dir.isEmpty() && Files.notExists(file(folder, TRAIN_IMAGES))) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected its files in %s or %s, found none; fetch them with 'espalier data fetch %s'",
              NAME,
              installed,
              fetched,
              NAME));
    }
    return new Dataset(
        NAME,
        read(folder, "train", TRAIN_IMAGES, TRAIN_LABELS),
        read(folder, "test", TEST_IMAGES, TEST_LABELS),
        NORMALISATION,
        Augmentation.STANDARD);
  }

  @Override
  public List<FileCheck> verify(Optional<Path> dir) {
    return checked(dir, FashionMnist::parse);
  }

  @Override
  public List<FileCheck> checksums(Optional<Path> dir) {
    return checked(dir, (file, published) -> {});
  }

  private List<FileCheck> checked(Optional<Path> dir, BiConsumer<Path, Published> parse) {
    Path folder = folder(dir);
    List<FileCheck> checks = new ArrayList<>();
    for (Published published : FILES) {
      Path file = file(folder, published);
      checks.add(FileCheck.of(file, published.sha256, () -> parse.accept(file, published)));
    }
    return checks;
  }

  @Override
  public List<RemoteFile> remoteFiles() {
    List<RemoteFile> files = new ArrayList<>();
    for (Published published : FILES) {
      String name = published.name + ".gz";
      files.add(
          new RemoteFile(
              name,
              home.resolve(name),
              published.sha256,
              false,
              Optional.of(installed.resolve(name))));
    }
    return files;
  }

  @Override
  public Path defaultFolder() {
    return fetched;
  }

  private static void parse(Path file, Published published) {
    IdxFile idx = IdxFile.read(file, published.rank);
    if (published.rank == 1) {
      idx.asLabels(CLASSES);
    } else {
      idx.requireSize(SIDE, SIDE);
    }
  }

  private static ImageSet read(Path folder, String split, Published images, Published labels) {
    return IdxFile.imageSet(
        NAME + "/" + split,
        IdxFile.read(file(folder, images), images.rank),
        IdxFile.read(file(folder, labels), labels.rank),
        SIDE,
        SIDE,
        CLASSES);
  }

  private Path folder(Optional<Path> dir) {
    return dir.orElseGet(() -> Files.exists(file(installed, TRAIN_IMAGES)) ? installed : fetched);
  }

  /** The packed file, unless only the unpacked one is there. */
  private static Path file(Path folder, Published published) {
    Path packed = folder.resolve(published.name + ".gz");
    Path plain = folder.resolve(published.name);
    return Files.notExists(packed) && Files.exists(plain) ? plain : packed;
  }
}
