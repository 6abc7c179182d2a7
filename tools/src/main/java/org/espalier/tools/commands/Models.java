package org.espalier.tools.commands;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.framework.runs.Model;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.Architectures;

/** What MODEL on a command line may stand for. */
final class Models {
  private final Architectures architectures;

  @Inject
  Models(Architectures architectures) {
    this.architectures = architectures;
  }

  /** A network by folder or by architecture name. */
  Network network(String model, NetworkSettings settings) {
    Path folder = Path.of(model);
    if (Files.isDirectory(folder)) {
      checkIsModel(folder);
      return ModelFolder.loadNetwork(folder);
    }
    if (Files.exists(folder)) {
      throw new BadInputException(model + ": expected a model folder, found a file");
    }
    if (model.contains("/")) {
      throw new BadInputException(model + ": expected a model folder, found nothing there");
    }
    return settings.build(architectures, model);
  }

  /** A trained network; must be a folder. */
  Model trained(String model) {
    Path folder = Path.of(model);
    if (!Files.isDirectory(folder)) {
      if (architectures.names().contains(model)) {
        throw new UsageException(
            "'"
                + model
                + "' is an architecture without weights; name the folder of a run or model");
      }
      throw new BadInputException(
          model
              + ": expected a model folder, found "
              + (Files.exists(folder) ? "a file" : "nothing there"));
    }
    checkIsModel(folder);
    return ModelFolder.load(folder);
  }

  private static void checkIsModel(Path folder) {
    if (!ModelFolder.isOne(folder)) {
      String found =
          Files.exists(folder.resolve("saved_model.pb"))
              ? "a SavedModel, which Espalier can write but not yet read"
              : "no " + ModelFolder.NETWORK;
      throw new BadInputException(
          folder + ": expected the folder of a run or model, found " + found);
    }
  }
}
