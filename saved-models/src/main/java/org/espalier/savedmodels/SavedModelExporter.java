package org.espalier.savedmodels;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.FileProblems;
import org.espalier.framework.files.Protobuf;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.TensorFlowRuntime;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.FoldBatchNorm;
import org.espalier.graphs.rewrites.FuseBatchNorm;
import org.espalier.graphs.rewrites.InferenceForm;
import org.espalier.graphs.rewrites.RemoveEmptyChannels;
import org.tensorflow.proto.SavedModel;

/**
 * Writes a network as a SavedModel in the layout of TensorFlow Serving: {@code
 * base/version/{saved_model.pb, variables/, assets.extra/espalier.json}}. The signature has the
 * network's own name and endpoints: those of the model that it was read from, or {@code images},
 * float32 [batch, height, width, channels], scaled as in training, to {@code logits}, float32
 * [batch, classes].
 */
public final class SavedModelExporter {
  /** Where the export says what it is and how well it was checked; Serving does not read it. */
  public static final String PROVENANCE = "assets.extra/espalier.json";

  /** What stands in the folder of a model, of others or of ours. */
  private static final List<String> MODELS =
      List.of("saved_model.pb", "saved_model.pbtxt", ModelFolder.NETWORK, RunDescription.FILE);

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final OpRules rules;

  @Inject
  public SavedModelExporter(OpRules rules) {
    this.rules = rules;
  }

  /**
   * What an export made.
   *
   * @param folder of the version
   * @param check how close its outputs are to the network's
   */
  public record Export(Path folder, Agreement check) {}

  /** What is written. */
  public enum Form {
    /**
     * Masks are multiplied in, channels that they left empty go, batch norm is folded; nothing of
     * training may be left.
     */
    SERVED,
    /** The network, node by node. */
    AS_IT_IS
  }

  /** The form that is served. */
  public Export export(Model model, Path base, int version, Map<String, Object> provenance) {
    return export(model, base, version, provenance, Form.SERVED);
  }

  /**
   * Exports, loads the result and compares it with the network, then moves it into place.
   *
   * @param base the model's folder, which holds its versions
   * @param version from 1; one that exists is never touched
   * @param provenance what {@code espalier.json} should say, beside the network's name and the
   *     check
   * @throws UsageException if the version exists
   */
  public Export export(
      Model model, Path base, int version, Map<String, Object> provenance, Form form) {
    if (version < 1) {
      throw new UsageException("a version is a whole number from 1, found " + version);
    }
    checkBase(base);
    Path target = base.resolve(String.valueOf(version));
    if (Files.exists(target)) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s exists and stays as it is; pick another version, for example --version %d",
              target,
              free(base, version)));
    }
    List<Path> made = AtomicFiles.makeFolders(base);
    AtomicFiles.sweep(base);
    Path temporary = AtomicFiles.temporaryFolder(target);
    try {
      Model written = form == Form.SERVED ? served(model) : model;
      write(written, temporary, form);
      // By the name that it is to have: that of now is nobody's business, and soon gone.
      Agreement check =
          new ExportCheck(temporary, target.toString(), rules, Machine.all()).of(model, written);
      writeProvenance(temporary, model.network(), check, provenance);
      AtomicFiles.newFolder(temporary, target);
      return new Export(target, check);
    } catch (IOException e) {
      throw FileProblems.writing(target, e);
    } finally {
      AtomicFiles.deleteFolder(temporary);
      AtomicFiles.deleteEmpty(made);
    }
  }

  /**
   * Refuses a folder that is a model itself: versions of a model do not go into one.
   *
   * @throws UsageException that names what was found
   */
  public static void checkBase(Path base) {
    if (Files.exists(base) && !Files.isDirectory(base)) {
      throw new UsageException(base + " exists and is no folder; choose a new folder");
    }
    for (String file : MODELS) {
      if (Files.exists(base.resolve(file))) {
        throw new UsageException(
            base
                + " is a model itself, it holds "
                + file
                + "; choose another folder, below which versions go");
      }
    }
  }

  private static int free(Path base, int version) {
    int free = version;
    while (Files.exists(base.resolve(String.valueOf(free)))) {
      free++;
    }
    return free;
  }

  /** The network as it is served, and what carries weights to it. */
  Rewritten served(Network network) {
    return new InferenceForm()
        .apply(network)
        .then(new FuseBatchNorm(rules))
        .then(new FoldBatchNorm());
  }

  /** The model as it is served: what {@link Form#SERVED} says. */
  public Model served(Model model) {
    Model smaller =
        model.masks().isEmpty() ? model : model.rewritten(new RemoveEmptyChannels(rules));
    return served(smaller.network()).carried(smaller.weights());
  }

  private static void write(Model made, Path folder, Form form) throws IOException {
    Network served = made.network();
    Weights values = made.weights();
    NodeGraph graph = ServingGraph.of(served);
    ServingRules.check(served, graph, form);
    List<TensorRef> endpoints = new ArrayList<>();
    for (Network offered : served.offered()) {
      endpoints.addAll(offered.inputs().values());
      endpoints.addAll(offered.outputs().values());
    }
    SavedModel written =
        SavedModelProto.of(
            served,
            graph.executable(),
            SavedModelSession.types(graph, endpoints),
            TensorFlowRuntime.version());
    try (OutputStream out = Files.newOutputStream(folder.resolve("saved_model.pb"))) {
      Protobuf.write(written, out);
    }
    Path variables = Files.createDirectory(folder.resolve("variables"));
    SavedModelSession.writeVariables(variables.resolve("variables"), values);
  }

  private static void writeProvenance(
      Path folder, Network network, Agreement check, Map<String, Object> provenance)
      throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(provenance);
    all.put("network", network.name());
    all.put("check", check);
    Path file = folder.resolve(PROVENANCE);
    Files.createDirectories(file.getParent());
    Files.writeString(file, JSON.writeValueAsString(all) + "\n");
  }
}
