package org.espalier.framework.data.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.graphs.RandomStream;

/**
 * Makes the embedded subset anew from the whole of Fashion-MNIST. Arguments: the folder to write,
 * and the folder of the whole set if it is not the default one. Prints the digests that {@link
 * FashionMnistSmall} expects.
 */
final class EmbeddedSubset {
  private static final long SEED = 1;

  private EmbeddedSubset() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Optional<Path> whole =
        arguments.length > 1 ? Optional.of(Path.of(arguments[1])) : Optional.empty();
    Dataset dataset = new FashionMnist().load(whole);
    for (String split : new String[] {"train", "test"}) {
      ImageSet subset = draw(dataset, split);
      IdxWriter.write(folder, split, subset);
      System.out.println(split + " " + subset.digest());
    }
  }

  /** The rule: the first images of each class in a random order, back in the order of the set. */
  static ImageSet draw(Dataset whole, String split) {
    RandomStream random = RandomStream.of(SEED, FashionMnistSmall.NAME, split);
    return split.equals("train")
        ? ((ImageSet) whole.train()).sample(FashionMnistSmall.TRAIN_SIZE, random)
        : ((ImageSet) whole.test()).sample(FashionMnistSmall.TEST_SIZE, random);
  }
}
