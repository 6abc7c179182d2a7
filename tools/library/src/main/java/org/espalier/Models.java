package org.espalier;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.ModelReader;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.Adaptation;
import org.espalier.graphs.architectures.Architecture;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.savedmodels.imports.OtherFormats;
import org.espalier.savedmodels.imports.SavedModelImporter;

/** Finds out what a path or a name stands for: a run, a model of others, an architecture. */
public final class Models implements ModelReader {
  private static final String MODEL = "the folder of a run or model, a SavedModel or a frozen .pb";

  private final Architectures architectures;
  private final SavedModelImporter importer;

  @Inject
  public Models(Architectures architectures, SavedModelImporter importer) {
    this.architectures = architectures;
    this.importer = importer;
  }

  /** A trained network: the folder of a run or model, a SavedModel or a frozen graph. */
  @Override
  public Model read(Path path, ReadOptions options) {
    if (isForeign(path)) {
      return importer.read(path, options);
    }
    if (!Files.isDirectory(path)) {
      if (architectures.names().contains(path.toString())) {
        throw new UsageException(
            "'" + path + "' is an architecture without weights; name the folder of a run or model");
      }
      throw notAFolder(path);
    }
    checkIsModel(path);
    checkSaysNothing(options, path + " is a model of Espalier's");
    return ModelFolder.load(path);
  }

  /** A network, trained or not; a name may also be that of an architecture. */
  public Network network(String nameOrPath, Adaptation adaptation, ReadOptions options) {
    Path path = Path.of(nameOrPath);
    if (isForeign(path)) {
      checkSaysNothing(adaptation, path + " is no architecture");
      return read(path, options).network();
    }
    if (Files.isDirectory(path)) {
      checkIsModel(path);
      checkSaysNothing(adaptation, path + " is no architecture");
      checkSaysNothing(options, path + " is a model of Espalier's");
      return ModelFolder.loadNetwork(path);
    }
    if (Files.exists(path) || nameOrPath.contains("/")) {
      throw notAFolder(path);
    }
    if (!architectures.names().contains(nameOrPath)) {
      throw new UsageException(
          UsageException.unknown("architecture", nameOrPath, architectures.names()).getMessage()
              + "; no file or folder has that name either");
    }
    Architecture known = architectures.get(nameOrPath);
    checkSaysNothing(options, nameOrPath + " is an architecture");
    return adaptation.build(known, known.defaults());
  }

  /** Refuses what would be passed over: who asks for it expects something of it. */
  private static void checkSaysNothing(Record settings, String because) {
    Set<String> given = Settings.canonical(settings).keySet();
    if (!given.isEmpty()) {
      throw new UsageException(
          String.join(" and ", given)
              + (given.size() > 1 ? " say" : " says")
              + " nothing here: "
              + because);
    }
  }

  private static BadInputException notAFolder(Path path) {
    return new BadInputException(
        path
            + ": expected "
            + MODEL
            + ", found "
            + OtherFormats.found(path)
                .orElse(Files.exists(path) ? "another file" : "nothing there"));
  }

  /** A folder that is Espalier's as well is read as that: it says more. */
  private static boolean isForeign(Path path) {
    return !ModelFolder.isOne(path) && SavedModelImporter.accepts(path);
  }

  private static void checkIsModel(Path folder) {
    if (!ModelFolder.isOne(folder)) {
      throw new BadInputException(
          folder
              + ": expected "
              + MODEL
              + ", found "
              + OtherFormats.found(folder)
                  .orElse("no " + ModelFolder.NETWORK + " and no saved_model.pb"));
    }
  }
}
