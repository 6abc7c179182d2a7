package org.espalier.framework.experiments;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelReader;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/** Any model that lies somewhere, told from others by what it is and not by where it lies. */
@Named(value = "given", description = "a model that lies somewhere")
public record Given(
    @Setting(value = "Where it lies.", identity = false) Path path,
    @Setting(value = "", identity = false) ReadOptions read,
    @Setting("Digest of its graph.") String graphDigest,
    @Setting("Digest of its weights.") String weightsDigest)
    implements Source {

  /** The model at a place, as it is now. */
  public static Given of(Path path, ReadOptions read, Model model) {
    return new Given(
        path.toAbsolutePath().normalize(),
        read,
        Digests.of(model.network()),
        Digests.of(model.weights()));
  }

  @Override
  public Model model(Workshop shop, Optional<Dataset> data) {
    return shop.read(this);
  }

  /**
   * Reads the model.
   *
   * @throws BadInputException if another one lies there by now
   */
  Model read(ModelReader reader) {
    Model model = reader.read(path, read);
    if (!Digests.of(model.network()).equals(graphDigest)
        || !Digests.of(model.weights()).equals(weightsDigest)) {
      throw new BadInputException(
          path + ": expected the model that the run began with, found another; it was altered");
    }
    return model;
  }

  @Override
  public Optional<Preview> preview(Workshop shop, Optional<Dataset> data) {
    return Optional.of(Preview.of(shop.read(this).network(), PrunedFile.find(path)));
  }

  @Override
  public Optional<PrunedFile> pruned(Workshop shop) {
    return PrunedFile.find(path);
  }

  @Override
  public Optional<String> place(Workshop shop) {
    return Optional.of(path.toString());
  }

  @Override
  public String title() {
    return String.valueOf(path.getFileName());
  }
}
