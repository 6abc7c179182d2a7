package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.savedmodels.imports.SavedModelImporter;

/** What MODEL on a command line may stand for. */
final class Models {
  private final Architectures architectures;
  private final SavedModelImporter importer;

  @Inject
  Models(Architectures architectures, SavedModelImporter importer) {
    this.architectures = architectures;
    this.importer = importer;
  }

  /** A network by folder or by architecture name, or that of a SavedModel or frozen graph. */
  Network network(String model, NetworkSettings settings, ImportSettings imports) {
    Path folder = Path.of(model);
    if (isForeign(folder)) {
      return read(folder, imports).network();
    }
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

  /** A trained network: the folder of a run or model, a SavedModel or a frozen graph. */
  Model trained(String model, ImportSettings imports) {
    Path path = Path.of(model);
    return isForeign(path) ? read(path, imports) : trained(model);
  }

  /** A folder that is Espalier's as well is read as that: it says more. */
  private static boolean isForeign(Path path) {
    return !ModelFolder.isOne(path) && SavedModelImporter.accepts(path);
  }

  private Model read(Path path, ImportSettings imports) {
    return imports.read(path, importer);
  }

  private static void checkIsModel(Path folder) {
    if (!ModelFolder.isOne(folder)) {
      String found =
          Files.exists(folder.resolve("saved_model.pb"))
              ? "a SavedModel, which only inspect, prune and predict read"
              : "no " + ModelFolder.NETWORK;
      throw new BadInputException(
          folder + ": expected the folder of a run or model, found " + found);
    }
  }
}
