package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.framework.runs.Digests;
import org.espalier.graphs.Model;
import org.espalier.savedmodels.SavedModelExporter;

/** Writes versions of models for Serving, with all that is known of where they come from. */
final class Exporting {
  private final SavedModelExporter exporter;

  @Inject
  Exporting(SavedModelExporter exporter) {
    this.exporter = exporter;
  }

  /** The folder of the version. */
  Path export(Path folder, Model model, Path to, int version) {
    Map<String, Object> provenance = new LinkedHashMap<>(Ancestry.provenance(folder));
    provenance.put("model", folder.toAbsolutePath().normalize().toString());
    provenance.put("graphDigest", Digests.of(model.network()));
    provenance.put("weightsDigest", Digests.of(model.weights()));
    return exporter.export(model, to, version, provenance).folder();
  }
}
