package org.espalier.framework.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.files.Json;
import org.espalier.graphs.Model;
import org.espalier.graphs.cost.Cost;

/**
 * {@code pruned.json}: what a pruned model was before.
 *
 * @param parent where the network before the cut lies; empty if it was made on the spot
 * @param parentGraph SHA-256 of its graph
 * @param parentWeights SHA-256 of its weights
 * @param parentFlops its FLOPs for one image, reference convention: Scratch-B needs them
 * @param proof the difference of the masked and the pruned network, as a share of the largest
 *     output; null if nothing was proven
 * @param accuracyBefore null where nothing was measured
 * @param dataset on whose test images accuracy was measured; null if on none
 * @param notes sentences that the user should read
 * @param atLeast whether MACs and FLOPs, before and after, are the least that they can be, because
 *     the work of some node is not known
 * @param parentEffective of a network that was masked before, its costs without the weights that
 *     were; null for others
 * @param effective of a masked model, its costs without the weights that are masked; null for
 *     others
 * @param parentStatistics means and variances of batch norm, which Keras counts beside parameters;
 *     0 too where they were not counted
 * @param statistics those that are left
 */
public record PrunedFile(
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
    String dataset,
    List<String> notes,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean atLeast,
    @JsonInclude(JsonInclude.Include.NON_NULL) Cost.Effective parentEffective,
    @JsonInclude(JsonInclude.Include.NON_NULL) Cost.Effective effective,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long parentStatistics,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long statistics) {
  public static final String FILE = "pruned.json";

  private static final Map<String, Object> OTHERWISE = new HashMap<>();

  static {
    OTHERWISE.put("notes", List.of());
    OTHERWISE.put("atLeast", false);
    OTHERWISE.put("parentEffective", null);
    OTHERWISE.put("effective", null);
    OTHERWISE.put("parentStatistics", 0);
    OTHERWISE.put("statistics", 0);
  }

  private static final String WHAT = "what a pruned model was before";

  /** Of a model that was just pruned. */
  public static PrunedFile of(
      Optional<String> parent,
      Model before,
      Cost large,
      Cost small,
      Optional<Double> proof,
      Optional<Double> accuracyBefore,
      Optional<Double> accuracyAfter,
      Optional<String> dataset,
      List<String> notes) {
    return new PrunedFile(
        parent.orElse(""),
        Digests.of(before.network()),
        Digests.of(before.weights()),
        large.parameters(),
        large.macs(),
        large.flops(),
        small.parameters(),
        small.macs(),
        small.flops(),
        proof.orElse(null),
        accuracyBefore.orElse(null),
        accuracyAfter.orElse(null),
        dataset.orElse(null),
        notes,
        large.isAtLeast() || small.isAtLeast(),
        large.effective().orElse(null),
        small.effective().orElse(null),
        large.statistics(),
        small.statistics());
  }

  /** What the network before spent on weights that were not masked. */
  public Cost.Effective spentBefore() {
    return parentEffective != null
        ? parentEffective
        : new Cost.Effective(parentParameters, parentMacs, parentFlops);
  }

  /** What the pruned model spends on weights that are not masked: what Scratch-B reckons with. */
  public Cost.Effective spent() {
    return effective != null ? effective : new Cost.Effective(parameters, macs, flops);
  }

  /** Writes the file into the folder of the model. */
  public void write(Path folder) {
    Json.write(folder.resolve(FILE), this);
  }

  /** What was cut, of the model in a folder or of the model that its training started from. */
  public static Optional<PrunedFile> find(Path folder) {
    return folder(folder).map(at -> Json.read(at.resolve(FILE), PrunedFile.class, WHAT, OTHERWISE));
  }

  /** The folder of the model that was cut: this one, or one that its training started from. */
  public static Optional<Path> folder(Path folder) {
    if (Files.exists(folder.resolve(FILE))) {
      return Optional.of(folder);
    }
    return new RunFolder(folder)
        .description()
        .flatMap(run -> run.start(folder))
        .filter(Files::isDirectory)
        .flatMap(PrunedFile::folder);
  }

  /** For what is made of a model later: what it was, and what was cut. Empty for others. */
  public static Map<String, Object> provenance(Path folder) {
    Map<String, Object> provenance = new LinkedHashMap<>();
    folder(folder)
        .ifPresent(
            at -> {
              for (String name : List.of(FILE, CutFile.FILE)) {
                Path file = at.resolve(name);
                if (Files.exists(file)) {
                  provenance.put(name.replace(".json", ""), Json.read(file, Object.class, "JSON"));
                }
              }
            });
    return provenance;
  }
}
