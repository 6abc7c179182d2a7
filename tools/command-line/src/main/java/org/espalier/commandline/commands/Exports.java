package org.espalier.commandline.commands;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.experiments.Claim;
import org.espalier.framework.files.Json;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.Model;
import org.espalier.graphs.UsageException;
import org.espalier.savedmodels.SavedModelExporter;
import org.espalier.savedmodels.imports.SavedModelImporter;

/** Exports that are done once, however often the same command is given. */
final class Exports {
  private static final int FIRST = 1;

  private Exports() {}

  /** Writes version 1 of the model in a folder, or finds it written. */
  static Path once(Espalier espalier, Path folder, Path to) {
    return once(espalier, folder, espalier.read(folder), to, FIRST);
  }

  /**
   * Writes a version of a model, or finds it written.
   *
   * @param path where the model was read from
   * @param to the folder for Serving
   * @return the folder of the version
   * @throws UsageException if the version is of another model
   */
  static Path once(Espalier espalier, Path path, Model model, Path to, int version) {
    SavedModelExporter.checkBase(to);
    Path folder = to.resolve(Integer.toString(version));
    try (Claim claim = Claim.take(folder, espalier.workshop().watcher())) {
      if (!Files.exists(folder)) {
        return espalier.export(path, model, to, version);
      }
    }
    if (!isOf(model, folder)) {
      throw new UsageException(
          folder
              + " exists and is of another model; choose another folder or, with 'espalier export',"
              + " another version");
    }
    return folder;
  }

  private static boolean isOf(Model model, Path folder) {
    Path known = folder.resolve(SavedModelExporter.PROVENANCE);
    if (!Files.exists(known)) {
      return false;
    }
    JsonNode from = Json.object(known, "where an export comes from");
    return from.path("graphDigest").asText().equals(Digests.of(model.network()))
        && from.path("weightsDigest").asText().equals(Digests.of(model.weights()));
  }

  /** Signatures that are not read are lost in what is written; nobody should find out later. */
  static void tellLeftOut(Invocation in, Path model) {
    tellLeftOut(in, model, in.settings(ReadOptions.class));
  }

  static void tellLeftOut(Invocation in, Path model, ReadOptions options) {
    List<String> left = SavedModelImporter.leftOut(model, options);
    if (!left.isEmpty()) {
      in.console()
          .say("left out, as only a part was asked for: signature " + String.join(", ", left));
    }
  }
}
