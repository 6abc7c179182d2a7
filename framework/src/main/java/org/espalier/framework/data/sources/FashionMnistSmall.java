package org.espalier.framework.data.sources;

import jakarta.inject.Inject;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.sources.FileCheck.Status;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;

/**
 * 6,000 training and 1,000 test images of Fashion-MNIST, 600 and 100 of each class, that travel in
 * the jar. Drawn at random from the whole set; the images keep their order there. Fashion-MNIST is
 * under the MIT licence; its text lies beside the files.
 */
final class FashionMnistSmall implements DatasetSource {
  static final String NAME = "fashion-mnist-small";
  static final int TRAIN_SIZE = 6_000;
  static final int TEST_SIZE = 1_000;

  /** {@link ImageSet#digest()} of the two parts. */
  static final String TRAIN_DIGEST =
      "7d6da88ac6fa6137ee1d2576889ad429583dda6d5178598dd71abe648adc79c2";

  static final String TEST_DIGEST =
      "5521eb9a1fb7a9a99dd8637718226af40476232abb6e8afc5f158e65747b31eb";

  /** Opens a file of the subset; null if there is none. */
  interface Resources {
    InputStream open(String file);
  }

  private final Resources resources;

  @Inject
  FashionMnistSmall() {
    this(file -> FashionMnistSmall.class.getResourceAsStream(NAME + "/" + file));
  }

  FashionMnistSmall(Resources resources) {
    this.resources = resources;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "6,000 + 1,000 images of Fashion-MNIST, 28 x 28 x 1, 10 classes; needs no files";
  }

  /**
   * {@inheritDoc}
   *
   * @throws UsageException if a folder is given, for it would not be read
   */
  @Override
  public Dataset load(Optional<Path> dir) {
    refuse(dir);
    return new Dataset(
        NAME,
        read("train", TRAIN_DIGEST),
        read("test", TEST_DIGEST),
        FashionMnist.NORMALISATION,
        Augmentation.STANDARD);
  }

  @Override
  public List<FileCheck> verify(Optional<Path> dir) {
    refuse(dir);
    return List.of(check("train", TRAIN_DIGEST), check("test", TEST_DIGEST));
  }

  @Override
  public List<RemoteFile> remoteFiles() {
    return List.of();
  }

  private FileCheck check(String split, String digest) {
    String file = NAME + "/" + split;
    try {
      return new FileCheck(file, Status.PUBLISHED, "SHA-256 " + read(split, digest).digest());
    } catch (BadInputException e) {
      return new FileCheck(file, Status.BROKEN, e.getMessage());
    }
  }

  private ImageSet read(String split, String digest) {
    ImageSet set =
        IdxFile.imageSet(
            NAME + "/" + split,
            open(split + "-images-idx3-ubyte.gz", 3),
            open(split + "-labels-idx1-ubyte.gz", 1),
            FashionMnist.SIDE,
            FashionMnist.SIDE,
            FashionMnist.CLASSES);
    String found = set.digest();
    if (!found.equals(digest)) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected SHA-256 %s of pixels and labels, found %s; the jar is damaged",
              set.name(),
              digest,
              found));
    }
    return set;
  }

  private IdxFile open(String file, int rank) {
    String path = NAME + "/" + file;
    InputStream in = resources.open(file);
    if (in == null) {
      throw new BadInputException(path + ": expected a file in the jar, found no such file");
    }
    return IdxFile.read(path, in, rank);
  }

  private static void refuse(Optional<Path> dir) {
    if (dir.isPresent()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s travels inside Espalier and reads no folder, found %s; for files use '%s'",
              NAME,
              dir.get(),
              FashionMnist.NAME));
    }
  }
}
