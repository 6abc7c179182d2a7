package org.espalier;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.framework.checks.Latency;
import org.espalier.framework.experiments.Given;
import org.espalier.framework.experiments.TaskReader;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.LatencyFile;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.Stretch;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.UsageException;
import org.espalier.pruning.Prune;
import org.espalier.savedmodels.SavedModelExporter;

/** Measures a pruned model beside the one that it was pruned from. */
record LatencyMeasurement(SavedModelExporter exporter, TaskReader tasks, Workshop shop) {

  LatencyFile of(Path pruned, List<Integer> batches) {
    if (batches.isEmpty() || batches.stream().anyMatch(batch -> batch < 1)) {
      throw new UsageException("batches must be whole numbers from 1, found " + batches);
    }
    if (!Files.exists(pruned.resolve(PrunedFile.FILE))) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "latency is measured of pruned models; %s holds no %s",
              pruned,
              PrunedFile.FILE));
    }
    Model before = exporter.served(before(pruned));
    Model after = exporter.served(ModelFolder.load(pruned));
    Stretch now = Stretch.now(0, shop.machine());
    List<Latency> measured = new ArrayList<>();
    for (int batch : batches) {
      measured.add(Latency.of(before, after, batch, shop.machine()));
    }
    LatencyFile file = new LatencyFile(measured.stream().distinct().toList(), now);
    file.write(pruned);
    return file;
  }

  /** The model that was pruned, read again as it was then. */
  private Model before(Path pruned) {
    RunDescription run = RunDescription.read(pruned);
    String source = pruned.resolve(RunDescription.FILE).toString();
    if (tasks.read(run, source) instanceof Prune prune && prune.of() instanceof Given given) {
      return given.model(shop, Optional.empty());
    }
    Path place =
        run.start(pruned)
            .filter(Files::isDirectory)
            .orElseThrow(
                () ->
                    new BadInputException(
                        pruned + ": the model that it was pruned from is not there any more"));
    Model model = ModelFolder.load(place);
    String expected = PrunedFile.find(pruned).orElseThrow().parentGraph();
    if (!Digests.of(model.network()).equals(expected)) {
      throw new BadInputException(
          place + ": expected the model that " + pruned + " was pruned from, found another");
    }
    return model;
  }
}
