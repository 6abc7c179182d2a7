package org.espalier.commandline.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.settings.SettingDescription;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.BadInputException;

/**
 * {@code pruned.json}: what a pruned model was before.
 *
 * @param parent the folder of the network before the cut
 * @param parentGraph SHA-256 of its graph
 * @param parentWeights SHA-256 of its weights
 * @param proof the difference of the masked and the pruned network, as a share of the largest
 *     output
 * @param parentFlops its FLOPs for one image, reference convention: Scratch-B needs them
 */
record Ancestry(
    String parent,
    String parentGraph,
    String parentWeights,
    long parentParameters,
    long parentMacs,
    long parentFlops,
    long parameters,
    long macs,
    long flops,
    Double proof,
    Double accuracyBefore,
    Double accuracyAfter,
    String dataset) {
  /** What was cut, beside it. */
  static final String CUT = "cut.json";

  private static final String FILE = "pruned.json";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  void write(Path folder) {
    AtomicFiles.write(folder.resolve(FILE), out -> out.write(JSON.writeValueAsBytes(this)));
  }

  static Ancestry read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      throw new BadInputException(
          folder + ": expected a model that 'espalier prune' wrote, found no " + FILE);
    }
    try {
      return JSON.readValue(file.toFile(), Ancestry.class);
    } catch (IOException e) {
      throw new BadInputException(file + ": expected what 'espalier prune' writes", e);
    }
  }

  /**
   * For what is made of a model later: what it was, and what was cut, of it or of the model that
   * its training started from. Empty for others.
   */
  static Map<String, Object> provenance(Path folder) {
    Map<String, Object> provenance =
        new RunFolder(folder)
            .run()
            .map(run -> run.path("parent").asText(""))
            .filter(parent -> !parent.isEmpty() && Files.isDirectory(Path.of(parent)))
            .map(parent -> provenance(Path.of(parent)))
            .orElseGet(LinkedHashMap::new);
    try {
      for (String name : List.of(FILE, CUT)) {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
          provenance.put(name.replace(".json", ""), JSON.readValue(file.toFile(), Object.class));
        }
      }
    } catch (IOException e) {
      throw new BadInputException(folder + ": expected what 'espalier prune' writes", e);
    }
    return provenance;
  }

  /** Whether it can be read how the parent was trained. */
  boolean knowsRecipe() {
    return new RunFolder(Path.of(parent)).run().isPresent();
  }

  /**
   * The recipe that trained the parent, as a source beneath the flags; empty if it is not known.
   */
  SettingsSource parentRecipe() {
    Set<String> names =
        Settings.describe(Recipe.class).stream()
            .map(SettingDescription::name)
            .collect(Collectors.toSet());
    Map<String, Object> values = new LinkedHashMap<>();
    new RunFolder(Path.of(parent))
        .run()
        .map(run -> run.path("settings"))
        .ifPresent(
            settings -> {
              for (Map.Entry<String, JsonNode> e : settings.properties()) {
                if (names.contains(e.getKey())) {
                  values.put(e.getKey(), JSON.convertValue(e.getValue(), Object.class));
                }
              }
            });
    return new SettingsSource("run.json of " + parent, values);
  }
}
