package org.espalier.framework.experiments;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Step;
import org.espalier.graphs.Model;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/** What a task made, at its end or at a step whose weights it kept. */
@Named(value = "result", description = "what another task made")
public record Result(
    @Setting("The task, by its hash.") Need of,
    @Setting("Step whose weights are taken; default: the last.") Optional<Step> at)
    implements Source {

  /** At its end. */
  public static Result of(Task task) {
    return new Result(new Need(task), Optional.empty());
  }

  /** At a step whose weights the task keeps. */
  public static Result of(Task task, Step at) {
    return new Result(new Need(task), Optional.of(at));
  }

  private Path folder(Workshop shop) {
    return shop.store().folder(of.task());
  }

  @Override
  public Model model(Workshop shop, Optional<Dataset> data) {
    Path folder = folder(shop);
    return at.isEmpty()
        ? ModelFolder.load(folder)
        : new Model(ModelFolder.loadNetwork(folder), new RunFolder(folder).keptWeights(at.get()));
  }

  @Override
  public Optional<Preview> preview(Workshop shop, Optional<Dataset> data) {
    if (shop.store().find(of.task()).isEmpty()) {
      return of.preview(shop);
    }
    Path made = folder(shop);
    return Optional.of(Preview.of(ModelFolder.loadNetwork(made), PrunedFile.find(made)));
  }

  @Override
  public Optional<PrunedFile> pruned(Workshop shop) {
    return PrunedFile.find(folder(shop));
  }

  @Override
  public Optional<Double> accuracy(Workshop shop, DataSpec on) {
    return at.isEmpty()
            && of.task() instanceof Train train
            && Settings.canonical(train.images()).equals(Settings.canonical(on))
        ? new RunFolder(folder(shop)).summary().map(RunSummary::accuracy)
        : Optional.empty();
  }

  /** Beside the run that it is for. */
  @Override
  public Optional<String> place(Workshop shop) {
    return Optional.of("../" + of.key());
  }

  @Override
  public String title() {
    return "(" + of.task().title() + ")";
  }
}
