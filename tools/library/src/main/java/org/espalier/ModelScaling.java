package org.espalier;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Images;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.data.Scaling;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.files.Json;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Evaluator;
import org.espalier.framework.training.InputScaling;
import org.espalier.graphs.Model;
import org.espalier.graphs.settings.Named;
import org.espalier.savedmodels.SavedModelExporter;

/**
 * Which scaling of pixels a model was made for, where something tells: the run that it comes from,
 * what stands beside its export, or its own graph.
 *
 * @param scaling what is told
 * @param by what tells it
 * @param isRecorded whether a run or an export says so; else the graph is read for signs of it
 */
record ModelScaling(Scaling scaling, String by, boolean isRecorded) {
  /** The field of what stands beside an export. */
  static final String FIELD = "scaling";

  private static final String MEAN = "dataMean";
  private static final String DEVIATION = "dataDeviation";

  private static final String TRAIN = Train.class.getAnnotation(Named.class).value();

  /** Enough to tell a wrong scaling from a right one. */
  private static final int IMAGES = 200;

  private static final int BATCH = 100;

  /** What is told of a model in a folder or file. */
  static Optional<ModelScaling> of(Path path, Model model) {
    return ofRun(path)
        .or(() -> ofExport(path))
        .or(
            () ->
                InputScaling.expected(model)
                    .map(
                        scaling ->
                            new ModelScaling(scaling, "for its graph scales them too", false)));
  }

  /** Of the run that is there, or the ones before it. */
  static Optional<ModelScaling> ofRun(Path path) {
    Optional<RunDescription> run = new RunFolder(path).description();
    if (run.isEmpty()) {
      return Optional.empty();
    }
    String by = "as in " + path;
    Object told = run.get().settings().get(FIELD);
    if (told != null) {
      return Optional.of(new ModelScaling(Scaling.parse(told.toString()), by, true));
    }
    if (run.get().task().equals(TRAIN)) {
      return Optional.of(new ModelScaling(Scaling.STANDARD, by, true));
    }
    return run.get().start(path).filter(Files::isDirectory).flatMap(ModelScaling::ofRun);
  }

  private static Optional<ModelScaling> ofExport(Path path) {
    Path file = path.resolve(SavedModelExporter.PROVENANCE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    JsonNode told = Json.object(file, "where an export comes from").path(FIELD);
    return told.isTextual()
        ? Optional.of(new ModelScaling(Scaling.parse(told.asText()), "as in " + file, true))
        : Optional.empty();
  }

  /**
   * For what stands beside an export: the scaling of the run that a model comes from, and its
   * constants. Nothing for others.
   */
  static Map<String, Object> provenance(Path path) {
    Map<String, Object> known = new LinkedHashMap<>();
    ofRun(path).ifPresent(told -> known.put(FIELD, told.scaling().text()));
    Optional<Path> at = Optional.of(path);
    while (at.isPresent()) {
      Path folder = at.get();
      Optional<RunDescription> run = new RunFolder(folder).description();
      for (String constants : List.of(MEAN, DEVIATION)) {
        run.map(r -> r.inputs().get(constants)).ifPresent(c -> known.putIfAbsent(constants, c));
      }
      at = run.flatMap(r -> r.start(folder)).filter(Files::isDirectory);
    }
    return known;
  }

  /** The constants of the run that a model comes from. */
  static Optional<Normalisation> constants(Path path) {
    Map<String, Object> known = provenance(path);
    return known.containsKey(MEAN) && known.containsKey(DEVIATION)
        ? Optional.of(new Normalisation(floats(known.get(MEAN)), floats(known.get(DEVIATION))))
        : Optional.empty();
  }

  private static float[] floats(Object list) {
    return Json.value(Json.tree(list), float[].class);
  }

  /**
   * Doubts that a model was made for a scaling, where its loss on some images is far lower on
   * another one.
   *
   * @param data scaled as is to be asked
   * @param standard constants of the data set
   */
  static Optional<String> doubt(
      Model model, Dataset data, Normalisation standard, Machine machine) {
    Images some = data.test().take(Math.min(IMAGES, data.test().size()));
    double asked = loss(model, some, data.normalisation(), machine);
    Scaling best = Scaling.STANDARD;
    double least = loss(model, some, standard, machine);
    for (Scaling other : Scaling.named(data.channels())) {
      double loss = loss(model, some, other.of(standard), machine);
      if (loss < least) {
        least = loss;
        best = other;
      }
    }
    // On Fashion-MNIST 39 % right at a loss of 1.48 became 80 % at 1.10: a quarter is far.
    boolean isFarLower = asked - least > 0.1 && least < 0.8 * asked;
    return isFarLower
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "its loss on %d test images is %.2f on this scaling of pixels and %.2f with --scaling"
                    + " %s: was it made for that?",
                some.size(),
                asked,
                least,
                best.text()))
        : Optional.empty();
  }

  private static double loss(
      Model model, Images images, Normalisation normalisation, Machine machine) {
    return Evaluator.score(model, images, normalisation, BATCH, machine).loss();
  }
}
