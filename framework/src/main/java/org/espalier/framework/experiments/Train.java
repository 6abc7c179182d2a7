package org.espalier.framework.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.EventFile;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.Stretch;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.Extent;
import org.espalier.framework.training.MasksHold;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.Trainer;
import org.espalier.framework.training.TrainingJob;
import org.espalier.framework.training.TrainingState;
import org.espalier.framework.training.Watcher;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.FreshScale;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * A training. Its folder holds the network, a checkpoint while it goes on, its measurements, and in
 * the end the weights.
 *
 * @param freshSeed if given, the network starts with fresh weights of this seed, not with those
 *     that it has: the scratch arms. Masks stay
 * @param freshScale how widely fresh values of masked kernels are spread
 * @param passes what the network goes through before the first step: scales for Sparse Structure
 *     Selection, selections
 * @param sameCompute train for as much computation as the recipe's epochs would take the network
 *     before the cut: Scratch-B
 * @param cap of the epochs of {@code sameCompute}, as a multiple of the recipe's
 * @param begin where in the recipe it begins, with nothing in the optimiser's memory: what was
 *     rewound to that step is trained from there
 * @param moreEpochs on top of those of {@code sameCompute}: those that another arm was fine-tuned
 *     for
 */
@Named(value = "train", description = "trains a network")
public record Train(
    @Setting(value = "What is trained.", standard = Fresh.class) Source start,
    @Setting("Seed of fresh weights to start with; default: the weights that it has.")
        Optional<Long> freshSeed,
    @Setting(
            value =
                "How widely fresh weights of masked kernels are spread: by the weights that are left"
                    + " (density) or as if none were masked (dense).",
            defaultValue = "density")
        FreshScale freshScale,
    @Setting(value = "", inline = true) DataSpec images,
    @Setting(value = "", inline = true) Recipe recipe,
    @Setting(value = "What is minimised.", standard = Objective.Labels.class) Objective objective,
    @Setting("Train for as much computation as the network before the cut would take.")
        boolean sameCompute,
    @Setting("At most this many times the epochs.") Optional<Double> cap,
    @Setting(value = "Seed of the order of images and of augmentation.", defaultValue = "1")
        long seed,
    @Setting(value = "When the test images are looked at.", defaultValue = "1ep")
        Step evaluateEvery,
    @Setting("Steps whose weights are kept.") List<Step> keep,
    @Setting(value = "Epochs on top of those of the same computation.", defaultValue = "0")
        int moreEpochs,
    @Setting("Passes that the network goes through first: {passes}.") List<String> passes,
    @Setting(
            value =
                "Where in the recipe training begins: learning rate and images are those from this"
                    + " step on.",
            defaultValue = "0ep")
        Step begin)
    implements Task {

  public Train {
    Budget.checkCap(cap);
    keep = List.copyOf(keep);
    if (keep.stream().distinct().count() < keep.size()) {
      throw new UsageException("keep names a step twice; found " + keep);
    }
    if (moreEpochs < 0 || moreEpochs > 0 && !sameCompute) {
      throw new UsageException(
          "moreEpochs must be at least 0, and 0 without the same computation, found " + moreEpochs);
    }
    if (sameCompute && !begin.equals(Step.ofEpochs(0))) {
      throw new UsageException(
          "begin goes with epochs that are given, not with the same computation; found " + begin);
    }
    passes = List.copyOf(passes);
  }

  /** With labels, nothing kept but the end. */
  public static Train of(Source start, DataSpec images, Recipe recipe, long seed) {
    return new Train(
        start,
        Optional.empty(),
        FreshScale.DENSITY,
        images,
        recipe,
        new Objective.Labels(),
        false,
        Optional.empty(),
        seed,
        Step.ofEpochs(1),
        List.of(),
        0,
        List.of(),
        Step.ofEpochs(0));
  }

  /** The same from fresh weights. */
  public Train fresh(long weightsSeed) {
    return Settings.with(this, "freshSeed", Optional.of(weightsSeed));
  }

  /** The same with fresh weights of masked kernels spread otherwise. */
  public Train spread(FreshScale scale) {
    return Settings.with(this, "freshScale", scale);
  }

  /** The same for as much computation as the network before the cut would take. */
  public Train sameCompute(Optional<Double> atMost) {
    return Settings.with(this, Map.of("sameCompute", true, "cap", atMost));
  }

  /** The same for some epochs more than that. */
  public Train andEpochs(int more) {
    return Settings.with(this, "moreEpochs", more);
  }

  /** The same, with the weights of some steps kept. */
  public Train keeping(List<Step> steps) {
    return Settings.with(this, "keep", steps);
  }

  /** The same of a network that goes through some passes first. */
  public Train after(List<String> named) {
    return Settings.with(this, "passes", named);
  }

  /** The same from a step of the recipe on. */
  public Train beginning(Step at) {
    return Settings.with(this, "begin", at);
  }

  /** The same with the test images looked at elsewhere. */
  public Train evaluatedEvery(Step step) {
    return Settings.with(this, "evaluateEvery", step);
  }

  /** The same with another objective. */
  public Train minimising(Objective other) {
    return Settings.with(this, "objective", other);
  }

  @Override
  public Optional<DataSpec> data() {
    return Optional.of(images);
  }

  @Override
  public String title() {
    return "train " + start.title() + " on " + images.dataset();
  }

  @Override
  public Optional<Preview> preview(Workshop shop) {
    return start
        .preview(shop, Optional.of(shop.data(images)))
        .map(p -> new Preview(passed(p.network(), shop).network(), p.flopsBefore(), p.flops()));
  }

  /** The recipe that is followed, if that can be told. */
  public Recipe recipe(Preview preview, Workshop shop) {
    if (!sameCompute || preview.flopsBefore() == 0) {
      return recipe;
    }
    long flops = preview.flops() > 0 ? preview.flops() : shop.costs().of(preview.network()).flops();
    return Budget.scratchB(recipe, preview.flopsBefore(), flops, cap, moreEpochs);
  }

  /**
   * How many epochs of a recipe are trained; one that is begun in the middle counts.
   *
   * @throws UsageException if the recipe has not the step that it begins at, or one that is kept
   */
  public int epochs(Recipe followed, Dataset data) {
    Extent extent = extent(followed, data);
    TrainingJob.checkSteps(begin, keep, extent);
    long steps = extent.steps() - begin.toIterations(extent.stepsPerEpoch());
    return (int) ((steps + extent.stepsPerEpoch() - 1) / extent.stepsPerEpoch());
  }

  private static Extent extent(Recipe followed, Dataset data) {
    return new Extent(followed.epochs(), followed.batchSize(), data.train().size());
  }

  @Override
  public RunSummary make(Run run, Workshop shop) {
    TrainingJob job = job(shop);
    RunDescription described = run.describe(inputs(job), shop);
    Optional<TrainingState> from = run.folder().open(job.network(), described, this);
    Machine machine = shop.machine(job.network(), job.recipe().batchSize());
    Stretch stretch = Stretch.now(from.map(TrainingState::step).orElse(0L), machine);
    run.folder().begin(stretch);
    TrainingState end;
    try (EventFile events = new EventFile(run.folder().path())) {
      List<Watcher> watchers = new ArrayList<>();
      watchers.add(events);
      watchers.add(shop.watcher().training(this));
      watchers.add(stops(shop.watcher()));
      Trainer trainer = new Trainer(shop.rules(), machine, job, watchers);
      end = trainer.train(from, new Keeping(run, shop.checkpointEvery()));
    }
    run.checkHeld();
    MasksHold.check(job, end);
    RunSummary summary = summary(job, end, shop);
    run.folder().finish(end, summary);
    run.folder()
        .description()
        .map(RunDescription::differingStretches)
        .filter(differences -> !differences.isEmpty())
        .ifPresent(d -> shop.watcher().note(title() + ": " + RunDescription.warning(d)));
    return summary;
  }

  private static Watcher stops(PlanWatcher watcher) {
    return new Watcher() {
      @Override
      public boolean wantsToStop() {
        return watcher.wantsToStop();
      }
    };
  }

  /** The training, with all that it needs read. */
  public TrainingJob job(Workshop shop) {
    Dataset data = shop.data(images);
    Model given = start.model(shop, Optional.of(data));
    Model model = Trainer.trainable(given, shop.rules());
    if (nodes(model) != nodes(given)) {
      shop.watcher()
          .note(title() + ": batch norm that was written out is one op now, and learns statistics");
    }
    Model passed = passed(model.network(), shop).carried(model.weights());
    Model from = freshSeed.map(s -> passed.fresh(s, freshScale)).orElse(passed);
    return new TrainingJob(
        from, budgeted(shop), data, seed, objective.loss(shop, data), evaluateEvery, keep, begin);
  }

  private Rewritten passed(Network network, Workshop shop) {
    Rewritten passed = new Rewritten(network, UnaryOperator.identity());
    for (String pass : passes) {
      passed = passed.then(shop.rewrites().get(pass));
    }
    return passed;
  }

  private static int nodes(Model model) {
    return model.network().graph().nodes().size();
  }

  private Recipe budgeted(Workshop shop) {
    if (!sameCompute) {
      return recipe;
    }
    Optional<PrunedFile> cut = start.pruned(shop);
    if (cut.isEmpty()) {
      return preview(shop)
          .filter(predefined -> predefined.flopsBefore() > 0)
          .map(predefined -> recipe(predefined, shop))
          .orElseThrow(
              () ->
                  new BadInputException(
                      start.title()
                          + ": expected a pruned model, for only that knows the computation of"
                          + " the network before the cut, found another"));
    }
    PrunedFile pruned = cut.get();
    if (pruned.atLeast()) {
      throw new BadInputException(
          start.title()
              + ": the computation of the network before or after the cut is known in part only, so"
              + " as much computation as before cannot be told; give the epochs");
    }
    return Budget.scratchB(
        recipe, pruned.spentBefore().flops(), pruned.spent().flops(), cap, moreEpochs);
  }

  private Map<String, Object> inputs(TrainingJob job) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("seed", seed);
    inputs.put("epochs", job.recipe().epochs());
    inputs.put("network", job.network().name());
    inputs.put("networkDigest", Digests.of(job.network()));
    inputs.put("startDigest", Digests.of(job.start().weights()));
    return inputs;
  }

  /** Three times the forward pass; the largest number where it is larger. */
  private static long trainingMacs(Cost cost, TrainingJob job) {
    long images = job.extent().imagesAfter(job.firstStep());
    double all = 3.0 * cost.macs() * images;
    return all >= Long.MAX_VALUE ? Long.MAX_VALUE : 3 * cost.macs() * images;
  }

  private RunSummary summary(TrainingJob job, TrainingState end, Workshop shop) {
    Cost cost = shop.costs().of(new Model(job.network(), end.weights()));
    return new RunSummary(
        end.last().testAccuracy(),
        end.last().testLoss(),
        epochs(job.recipe(), job.data()),
        cost.parameters(),
        cost.macs(),
        cost.flops(),
        trainingMacs(cost, job),
        end.measurements().stream()
            .filter(Measurement::isWholeEpoch)
            .mapToDouble(Measurement::seconds)
            .sum(),
        Digests.of(end.weights()),
        cost.isAtLeast(),
        cost.effective().orElse(null));
  }

  /** Keeps states in the run's folder, as long as the run is this process's. */
  private record Keeping(Run run, Step every) implements Trainer.Keeper {
    @Override
    public boolean wants(long step, int stepsPerEpoch) {
      return step % every.toIterations(stepsPerEpoch) == 0;
    }

    @Override
    public void keep(TrainingState state) {
      run.checkHeld();
      run.folder().keep(state);
    }

    @Override
    public void keepWeights(Step step, Weights weights) {
      run.checkHeld();
      run.folder().keepWeights(step, weights);
    }
  }
}
