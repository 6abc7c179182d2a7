package org.espalier;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.data.Scaling;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.DatasetSource;
import org.espalier.framework.evidence.SampledEvidence;
import org.espalier.framework.experiments.Conductor;
import org.espalier.framework.experiments.Given;
import org.espalier.framework.experiments.Maker;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Store;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Workers;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.files.OwnFolder;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.LatencyFile;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.framework.training.Evaluator;
import org.espalier.framework.training.PixelInput;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.Trainer;
import org.espalier.framework.training.TrainingJob;
import org.espalier.framework.training.TrainingState;
import org.espalier.framework.training.Watcher;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.Architecture;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.ops.OpRule;
import org.espalier.lottery.Lottery;
import org.espalier.lottery.LotteryTelling;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Decision;
import org.espalier.pruning.PruningMethod;
import org.espalier.pruning.comparison.Comparison;
import org.espalier.pruning.comparison.ComparisonFolder;
import org.espalier.pruning.comparison.ComparisonResult;
import org.espalier.pruning.comparison.NamedComparison;
import org.espalier.pruning.comparison.NamedComparisons;
import org.espalier.pruning.comparison.PublishedRow;
import org.espalier.pruning.comparison.Standing;
import org.espalier.pruning.sensitivity.Sensitivity;
import org.espalier.pruning.sensitivity.SensitivitySpec;
import org.espalier.report.ReportFolder;
import org.espalier.report.ReportWriter;

/**
 * The library: verbs that take values and give values. What it knows by name (pruning methods,
 * architectures, data sets, tasks) is Espalier's own, what services on the class path bring along,
 * and what a {@link Builder} was given. Immutable; share it between threads.
 *
 * <p>What cannot be done is told in one sentence: {@link org.espalier.graphs.UsageException} where
 * the request makes no sense, {@link BadInputException} where a file or model is not what it should
 * be, {@link org.espalier.framework.training.StoppedException} where the work was asked to stop
 * (also by an interrupt), {@link org.espalier.framework.training.DivergedException} where a
 * training's loss is no longer a number, {@link java.io.UncheckedIOException} where a file cannot
 * be written.
 */
public final class Espalier {
  private static final int BATCH = 250;

  private final Wiring wiring;
  private final Workshop shop;
  private final int jobs;

  /** For those who wire the library into a house of their own; others call {@link #create}. */
  @Inject
  Espalier(Wiring wiring) {
    this(
        wiring,
        new Workshop(
            wiring.tools,
            new Store(Path.of(".")),
            Machine.all(),
            Step.ofEpochs(1),
            PlanWatcher.NONE),
        1);
  }

  private Espalier(Wiring wiring, Workshop shop, int jobs) {
    this.wiring = wiring;
    this.shop = shop;
    this.jobs = jobs;
  }

  /** With all processors, and runs in {@code ./runs}. */
  public static Espalier create() {
    return builder().build();
  }

  /** To add things of one's own. */
  public static Builder builder() {
    return new Builder();
  }

  /** Adds to what is known by name. */
  public static final class Builder {
    private final Additions additions = new Additions();

    private Builder() {}

    /**
     * A named record: a {@link PruningMethod}, an {@link
     * org.espalier.framework.training.Optimiser}, an {@link
     * org.espalier.framework.training.Intervention}, a {@link Task}.
     */
    public Builder with(Class<? extends Record> named) {
      additions.kinds().add(new Kind(given(named, "named")).checked());
      return this;
    }

    public Builder with(Architecture architecture) {
      additions.families().add(new Additions.Single(given(architecture, "architecture")));
      return this;
    }

    /** A data set that the program holds, under its own name. */
    public Builder with(Dataset dataset) {
      return with(DatasetSource.of(given(dataset, "dataset")));
    }

    /** A data set that is read when it is wanted. */
    public Builder with(DatasetSource source) {
      additions.sources().add(given(source, "source"));
      return this;
    }

    /** How channels pass through an op. */
    public Builder with(OpRule rule) {
      additions.rules().add(given(rule, "rule"));
      return this;
    }

    public Espalier build() {
      return DaggerLibraryComponent.builder()
          .libraryModule(new LibraryModule(additions))
          .build()
          .espalier();
    }
  }

  private static <T> T given(T value, String name) {
    return Objects.requireNonNull(value, name + " must be given, found null");
  }

  private Espalier with(Workshop other) {
    return new Espalier(wiring, other, jobs);
  }

  /** The same, with runs in {@code root/runs}. */
  public Espalier store(Path root) {
    return with(shop.with(new Store(given(root, "root"))));
  }

  /** The same on other hardware. */
  public Espalier machine(Machine other) {
    return with(shop.with(given(other, "machine")));
  }

  /** The same with so many threads. */
  public Espalier threads(int count) {
    return machine(new Machine(count, shop.machine().device()));
  }

  /**
   * The same, with the tasks of a plan made by so many processes, which share the threads. What was
   * added by a {@link Builder} other than named records is not known to them; services are.
   *
   * @param processes at least 1, which means this one
   */
  public Espalier jobs(int processes) {
    if (processes < 1) {
      throw new UsageException("jobs must be at least 1, found " + processes);
    }
    return new Espalier(wiring, shop, processes);
  }

  /**
   * How many processes a plan is best made by: one for each thread where it has many trainings and
   * each computes with one thread anyway; else one.
   */
  public int jobsThatPay(Plan plan) {
    return new Forecaster(shop, 1).jobsThatPay(given(plan, "plan"));
  }

  /** The same, with the state of each training kept at such steps. Changes no result. */
  public Espalier checkpointEvery(Step step) {
    return with(shop.with(given(step, "step")));
  }

  /** The same, watched. */
  public Espalier watcher(PlanWatcher other) {
    return with(shop.with(given(other, "watcher")));
  }

  /** What is known by name. */
  public SettingsReader settings() {
    return new SettingsReader(wiring.words);
  }

  /** Reads a model: the folder of a run or model, a SavedModel, a frozen graph. */
  public Model read(Path path) {
    return read(path, ReadOptions.DEFAULT);
  }

  /** The same, with a say in how models of others are read. */
  public Model read(Path path, ReadOptions options) {
    return wiring.models.read(given(path, "path"), given(options, "options"));
  }

  /** An architecture for a data set's images and classes, with initial weights. */
  public Model build(String architecture, Dataset data, long seed) {
    return build(ArchitectureSpec.of(given(architecture, "architecture")), data, seed);
  }

  /** The same, adapted. */
  public Model build(ArchitectureSpec architecture, Dataset data, long seed) {
    Network network =
        given(architecture, "architecture")
            .build(
                wiring.architectures,
                given(data, "data").height(),
                data.width(),
                data.channels(),
                data.classes());
    return new Model(network, network.initialise(seed));
  }

  /** A data set by name. */
  public Dataset dataset(String name) {
    return dataset(DataSpec.of(given(name, "name")));
  }

  /** A data set by name, or some of it. */
  public Dataset dataset(DataSpec spec) {
    return workshop().load(given(spec, "spec"));
  }

  /**
   * The same data set with pixels scaled as a model wants them: as is asked for, or else as the run
   * or the export that it comes from, or its graph, tells. What was found, and any doubt, is noted
   * to the watcher.
   */
  public DataSpec fitting(DataSpec asked, Given given) {
    Model model = given(given, "given").model(shop, Optional.empty());
    Optional<ModelScaling> told = ModelScaling.of(given.path(), model);
    Optional<Scaling> wanted = told.map(ModelScaling::scaling);
    Optional<Scaling> chosen = given(asked, "asked").subset().scaling();
    DataSpec fitting = asked;
    if (chosen.isEmpty() && wanted.isEmpty()) {
      note(given, "pixels are scaled as the data set says, for nothing tells what it was made for");
    } else if (chosen.isEmpty() && !wanted.get().equals(Scaling.STANDARD)) {
      fitting = asked.scaled(wanted.get());
      note(given, "pixels are scaled: " + wanted.get() + ", " + told.get().by());
    } else if (chosen.isPresent() && wanted.isPresent() && !chosen.equals(wanted)) {
      note(given, "it was made for pixels scaled: " + wanted.get() + ", " + told.get().by());
    }
    if (told.filter(ModelScaling::isRecorded).isEmpty()) {
      Normalisation standard = shop.data(asked.scaled(Scaling.STANDARD)).normalisation();
      ModelScaling.doubt(model, shop.data(fitting), standard, shop.machine())
          .ifPresent(doubt -> note(given, doubt));
    }
    return fitting;
  }

  private void note(Given given, String line) {
    shop.watcher().note(given.title() + ": " + line);
  }

  /** Trains a model on from its weights, with seed 1. */
  public Trained train(Model start, Dataset data, Recipe recipe) {
    return train(
        new TrainingJob(given(start, "start"), given(recipe, "recipe"), given(data, "data"), 1));
  }

  /**
   * Trains. Keeps no state; a training that is to be resumed is a {@link
   * org.espalier.framework.experiments.Train} task.
   */
  public Trained train(TrainingJob job, Watcher... watchers) {
    TrainingJob ready =
        given(job, "job").startingFrom(Trainer.trainable(job.start(), wiring.rules));
    Machine machine = shop.machine(ready.network(), ready.recipe().batchSize());
    TrainingState end = new Trainer(wiring.rules, machine, ready, List.of(watchers)).train();
    return new Trained(new Model(ready.network(), end.weights()), end.measurements());
  }

  /** Trains a pruned model on: few epochs at a small constant rate. */
  public Trained finetune(Model pruned, Dataset data) {
    return train(pruned, data, Recipe.FINE_TUNING);
  }

  /**
   * Prunes by weights alone.
   *
   * @param method by name, with its settings: {@code l1-norm}, {@code random(seed=3)}
   */
  public Decision prune(Model model, String method, Amount amount) {
    return prune(model, method(method), amount);
  }

  /** Prunes by what the model does on images too. */
  public Decision prune(Model model, String method, Amount amount, Dataset sample) {
    return prune(model, method(method), amount, sample);
  }

  /** Prunes by weights alone. */
  public Decision prune(Model model, PruningMethod method, Amount amount) {
    return prune(model, method, amount, Optional.empty());
  }

  /**
   * Prunes by what the model does on images too.
   *
   * @param sample of whose training images the method looks at some
   */
  public Decision prune(Model model, PruningMethod method, Amount amount, Dataset sample) {
    return prune(model, method, amount, Optional.of(given(sample, "sample")));
  }

  private Decision prune(
      Model model, PruningMethod method, Amount amount, Optional<Dataset> sample) {
    ChannelAnalysis analysis = ChannelAnalysis.of(given(model, "model").network(), wiring.rules);
    SampledEvidence evidence =
        new SampledEvidence(
            analysis, model.weights(), sample, shop.machine(), shop.watcher()::note);
    return wiring.pruner.decide(given(method, "method"), evidence, given(amount, "amount"));
  }

  /** A pruning method by name, with its settings. */
  public PruningMethod method(String text) {
    return (PruningMethod) wiring.words.thing(PruningMethod.class, given(text, "method"));
  }

  /**
   * Proves that the pruned network computes what the network before computes with the channels
   * masked, on two random inputs.
   *
   * @throws BadInputException if it does not
   */
  public Agreement prove(Decision decision) {
    return CutCheck.proof(
        given(decision, "decision").analysis(),
        decision.repaired().weights(),
        decision
            .pruned()
            .cut()
            .orElseThrow(
                () -> new BadInputException("masks remove nothing, so there is nothing to prove")),
        decision.after(),
        shop.machine());
  }

  /**
   * How much each channel group holds: the accuracy on the test images that remains when it alone
   * is cut, at several shares, and nothing is retrained. Keeps nothing; a scan that is to be found
   * again is a {@link Sensitivity} task. {@link
   * org.espalier.pruning.sensitivity.SensitivityRule#of(SensitivityTable)} says what to leave
   * whole.
   */
  public SensitivityTable sensitivity(Model model, Dataset data) {
    return sensitivity(model, SensitivitySpec.STANDARD, data);
  }

  /** The same, of other groups, at other shares, by another method. */
  public SensitivityTable sensitivity(Model model, SensitivitySpec how, Dataset data) {
    return sensitivity(model, how, Optional.of(given(data, "data")));
  }

  /** The same without labels: how far outputs for random inputs agree with those of the model. */
  public SensitivityTable sensitivity(Model model, SensitivitySpec how) {
    return sensitivity(model, how, Optional.empty());
  }

  private SensitivityTable sensitivity(Model model, SensitivitySpec how, Optional<Dataset> data) {
    return Sensitivity.measure(given(model, "model"), given(how, "how"), data, shop);
  }

  /** Accuracy and loss on the test images. */
  public Evaluator.Score evaluate(Model model, Dataset data) {
    return Evaluator.score(
        given(model, "model"),
        given(data, "data").test(),
        data.normalisation(),
        BATCH,
        shop.machine());
  }

  /**
   * Computes logits.
   *
   * @param images float32 [n, height, width, channels], scaled as in training
   * @return [n, classes]
   */
  public ShapedArray predict(Model model, ShapedArray images) {
    try (Predictor predictor = new Predictor(given(model, "model"), shop.machine())) {
      return predictor.logits(given(images, "images"), BATCH);
    }
  }

  /** Computes every output, by the names of inputs and outputs. */
  public Map<String, ShapedArray> predict(Model model, Map<String, ShapedArray> inputs) {
    try (Predictor predictor = new Predictor(given(model, "model"), shop.machine())) {
      return predictor.outputs(given(inputs, "inputs"), BATCH);
    }
  }

  /**
   * A model that takes pixels, uint8 from 0 to 255, and scales them inside, as they were scaled
   * when it was trained.
   *
   * @param folder of its run
   * @param model as it was read from there
   * @throws UsageException if nothing there tells how they were
   */
  public Model takingPixels(Path folder, Model model) {
    return ModelScaling.constants(given(folder, "folder"))
        .map(scaling -> PixelInput.of(given(model, "model"), scaling))
        .orElseThrow(
            () ->
                new UsageException(
                    folder + " does not tell how pixels were scaled when it was trained"));
  }

  /**
   * Writes a model to a folder, to be read again.
   *
   * @param folder new, empty, or with a model that is replaced
   */
  public void save(Model model, Path folder) {
    OwnFolder.check(given(folder, "folder"), ModelFolder.NETWORK, Set.of(), "a model");
    ModelFolder.save(given(folder, "folder"), given(model, "model"));
  }

  /**
   * Writes a model as a SavedModel for TensorFlow Serving: masks multiplied in, batch norm folded,
   * checked against the model.
   *
   * @param base the model's folder, which holds its versions
   * @param version from 1; one that exists is never touched
   * @return the folder of the version
   */
  public Path export(Model model, Path base, int version) {
    return export(model, base, version, Map.of());
  }

  /**
   * The same of a model that lies in a folder: what it was pruned from is told beside the export.
   */
  public Path export(Path folder, Path base, int version) {
    return export(folder, read(folder), base, version);
  }

  /** The same of one that was read from there already. */
  public Path export(Path folder, Model model, Path base, int version) {
    Map<String, Object> provenance = new LinkedHashMap<>(PrunedFile.provenance(folder));
    provenance.putAll(ModelScaling.provenance(folder));
    provenance.put("model", folder.toAbsolutePath().normalize().toString());
    return export(model, base, version, provenance);
  }

  private Path export(Model model, Path base, int version, Map<String, Object> known) {
    given(model, "model").network().checkNothingLost();
    Map<String, Object> provenance = new LinkedHashMap<>(known);
    provenance.put("graphDigest", Digests.of(model.network()));
    provenance.put("weightsDigest", Digests.of(model.weights()));
    return wiring.exporter.export(model, given(base, "base"), version, provenance).folder();
  }

  /** Makes a task in the store, or finds it made. */
  public RunSummary run(Task task) {
    return new Maker(shop).make(given(task, "task"));
  }

  /** The same in a folder of its own. */
  public RunSummary run(Task task, Path folder) {
    return new Maker(shop).make(given(task, "task"), given(folder, "folder"));
  }

  /** Where a task's run is, made or not. */
  public Path folder(Task task) {
    return shop.store().folder(given(task, "task"));
  }

  /**
   * Makes all tasks of a plan that are not made. Before the first, what settings alone decide is
   * looked at: whether each preset, group and target fits its network.
   *
   * @throws UsageException if one does not; nothing is made then
   * @throws org.espalier.framework.experiments.PlanFailedException if some failed, after all others
   *     were made
   */
  public void run(Plan plan) {
    check(plan);
    if (jobs == 1) {
      Conductor.run(plan, shop, Workers.here(new Maker(shop)));
      return;
    }
    try (ProcessWorkers processes = new ProcessWorkers(shop, jobs, wiring.kinds)) {
      Conductor.run(plan, shop, processes);
    }
  }

  /**
   * Refuses a plan that could not be run to its end, as far as settings tell; {@link #run(Plan)}
   * does so too.
   *
   * @throws UsageException that says what does not fit
   */
  public void check(Plan plan) {
    boolean childrenTell = jobs > 1;
    new PlanCheck(childrenTell ? shop.with(PlanWatcher.NONE) : shop).check(given(plan, "plan"));
  }

  /** A task as it stands in a run's description. */
  public Task task(RunDescription description, String source) {
    return wiring.tasks.read(given(description, "description"), source);
  }

  /** What tasks are made with. */
  public Workshop workshop() {
    return shop;
  }

  /** A model that lies somewhere, as what a task starts from. */
  public Given given(Path path, ReadOptions options) {
    return shop.given(given(path, "path"), given(options, "options"));
  }

  /** What a plan would do, and about how long that takes. Makes nothing. */
  public Forecast forecast(Plan plan) {
    return new Forecaster(shop, jobs).of(given(plan, "plan"));
  }

  /**
   * Writes what came of a plan of which all is done.
   *
   * @param folder to write it to, with a link to each run
   */
  public ComparisonResult results(Plan plan, Path folder) {
    return results(plan, folder, "", "");
  }

  /**
   * The same.
   *
   * @param scale how far this is from the paper's protocol; if empty, its sizes are told
   * @param command how to run it again; empty if there is none
   */
  public ComparisonResult results(Plan plan, Path folder, String scale, String command) {
    return new ComparisonFolder(given(plan, "plan"), shop.store(), given(folder, "folder"))
        .write(given(scale, "scale"), given(command, "command"));
  }

  /**
   * The same, told where it stands: how much smaller it was run, and beside which published row.
   *
   * @param command how to run it again; empty if there is none
   */
  public ComparisonResult results(Plan plan, Path folder, Standing standing, String command) {
    return new ComparisonFolder(given(plan, "plan"), shop.store(), given(folder, "folder"))
        .write(given(standing, "standing"), given(command, "command"));
  }

  /**
   * The same of a lottery: each arm says which ticket it is, and the sentences answer its question.
   *
   * @param plan the lottery's
   * @param command how to run it again, if there is one
   */
  public ComparisonResult results(
      Lottery lottery, Plan plan, Path folder, Optional<String> command) {
    return new ComparisonFolder(
            given(plan, "plan"),
            shop.store(),
            given(folder, "folder"),
            new LotteryTelling(given(lottery, "lottery"), shop.store()))
        .write("", given(command, "command").orElse(""));
  }

  /** Runs a lottery and writes what came of it, with a report, into a folder. */
  public ComparisonResult lottery(Lottery lottery, Path folder) {
    ComparisonFolder.checkFree(given(folder, "folder"));
    Plan plan = given(lottery, "lottery").plan(ReportFolder.name(folder));
    run(plan);
    ComparisonResult result = results(lottery, plan, folder, Optional.empty());
    report(folder);
    return result;
  }

  /** The comparisons that can be asked for by name: every row of the paper's tables. */
  public NamedComparisons comparisons() {
    return wiring.comparisons;
  }

  /** Runs a comparison and writes what came of it, with a report, into a folder. */
  public ComparisonResult compare(Comparison comparison, Path folder) {
    return compare(given(comparison, "comparison"), folder, Standing.of(comparison));
  }

  /**
   * The same for a row of the paper, whose numbers then stand beside its own, with all in which the
   * two differ.
   *
   * @param comparison the row's, or one that was made of it
   */
  public ComparisonResult compare(NamedComparison row, Comparison comparison, Path folder) {
    PublishedRow published =
        wiring.comparisons.beside(given(row, "row"), given(comparison, "comparison"));
    return compare(comparison, folder, Standing.of(comparison).beside(published));
  }

  private ComparisonResult compare(Comparison comparison, Path folder, Standing standing) {
    ComparisonFolder.checkFree(given(folder, "folder"));
    comparison.check(wiring.architectures);
    Plan plan = comparison.plan(ReportFolder.name(folder));
    run(plan);
    ComparisonResult result = results(plan, folder, standing, "");
    report(folder);
    return result;
  }

  /**
   * Measures how long a pruned model takes beside the model that it was pruned from, both in the
   * form that is served, and keeps it in the model's folder, where {@link #report} finds it.
   *
   * @param pruned its folder
   * @param batches how many random inputs at once; each is measured
   * @throws BadInputException if the model before is not there any more, or is another one now
   */
  public LatencyFile latency(Path pruned, List<Integer> batches) {
    return new LatencyMeasurement(wiring.exporter, wiring.tasks, shop)
        .of(given(pruned, "pruned"), given(batches, "batches"));
  }

  /** Writes the report page of a run or comparison into its folder. */
  public Path report(Path folder) {
    return ReportWriter.write(
        ReportFolder.read(given(folder, "folder")), folder.resolve("report.html"));
  }

  /**
   * Makes a finished run again from what its folder says of it, with all the runs that it needs.
   *
   * @param into a new store for what is made
   */
  public Reproduction reproduce(Path run, Path into) {
    return Reproduction.of(given(run, "run"), given(into, "into"), wiring.tasks, this);
  }
}
