package org.espalier.framework.experiments;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.runs.ModelReader;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.EvaluationSession;
import org.espalier.framework.training.Evaluator;
import org.espalier.framework.training.Step;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.Rewrites;

/** What tasks are made with: all that is bound, where runs are, and how the machine is used. */
public final class Workshop {
  /** What is bound. */
  public static final class Tools {
    private final Architectures architectures;
    private final Datasets datasets;
    private final OpRules rules;
    private final CostModel costs;
    private final Rewrites rewrites;
    private final ModelReader reader;
    private final Map<DataSpec, Dataset> loaded = new ConcurrentHashMap<>();
    private final Set<String> noted = ConcurrentHashMap.newKeySet();

    @Inject
    public Tools(
        Architectures architectures,
        Datasets datasets,
        OpRules rules,
        CostModel costs,
        Rewrites rewrites,
        ModelReader reader) {
      this.architectures = architectures;
      this.datasets = datasets;
      this.rules = rules;
      this.costs = costs;
      this.rewrites = rewrites;
      this.reader = reader;
    }
  }

  private static final int EVALUATION_BATCH = 250;

  private final Tools tools;
  private final Store store;
  private final Machine machine;
  private final Step checkpointEvery;
  private final PlanWatcher watcher;
  private volatile Map<Given, Model> last = Map.of();

  /**
   * @param checkpointEvery when a training keeps its state; changes no result
   */
  public Workshop(
      Tools tools, Store store, Machine machine, Step checkpointEvery, PlanWatcher watcher) {
    if (checkpointEvery.equals(Step.ofEpochs(0))) {
      throw new UsageException("checkpoint-every must be at least one step, found 0");
    }
    this.tools = tools;
    this.store = store;
    this.machine = machine;
    this.checkpointEvery = checkpointEvery;
    this.watcher = watcher;
  }

  /** The same with another store. */
  public Workshop with(Store other) {
    return new Workshop(tools, other, machine, checkpointEvery, watcher);
  }

  /** The same on another machine. */
  public Workshop with(Machine other) {
    return new Workshop(tools, store, other, checkpointEvery, watcher);
  }

  /** The same with states kept elsewhere. */
  public Workshop with(Step keptEvery) {
    return new Workshop(tools, store, machine, keptEvery, watcher);
  }

  /** The same, watched. */
  public Workshop with(PlanWatcher other) {
    return new Workshop(tools, store, machine, checkpointEvery, other);
  }

  public Store store() {
    return store;
  }

  public Machine machine() {
    return machine;
  }

  /** What of the machine is used to train a network: of small steps, one thread. */
  public Machine machine(Network network, int batchSize) {
    Cost cost = tools.costs.of(network);
    return cost.isAtLeast() ? machine : machine.forSteps((double) cost.macs() * batchSize);
  }

  public Step checkpointEvery() {
    return checkpointEvery;
  }

  public PlanWatcher watcher() {
    return watcher;
  }

  public Architectures architectures() {
    return tools.architectures;
  }

  public OpRules rules() {
    return tools.rules;
  }

  public CostModel costs() {
    return tools.costs;
  }

  public Rewrites rewrites() {
    return tools.rewrites;
  }

  /** A data set; read and hashed once, however many tasks want it. */
  public Dataset data(DataSpec spec) {
    return tools.loaded.computeIfAbsent(spec, this::load);
  }

  /** A data set that is not remembered. Says, once, if its files are not the published ones. */
  public Dataset load(DataSpec spec) {
    Dataset data = spec.load(tools.datasets);
    spec.note(tools.datasets).filter(tools.noted::add).ifPresent(watcher::note);
    return data;
  }

  /** What tells a data set from others, for {@code run.json}. */
  Map<String, Object> digests(DataSpec spec) {
    Dataset data = data(spec);
    Map<String, Object> digests = new LinkedHashMap<>();
    digests.put("dataset", data.name());
    digests.put("dataTrainDigest", data.train().digest());
    digests.put("dataTestDigest", data.test().digest());
    digests.put("dataMean", data.normalisation().mean());
    digests.put("dataDeviation", data.normalisation().std());
    if (!data.augmentation().equals(Augmentation.STANDARD)) {
      digests.put("dataAugmentation", data.augmentation().toString());
    }
    digests.put("trainImages", data.train().size());
    digests.put("testImages", data.test().size());
    return digests;
  }

  /**
   * How a task ended, if it is done.
   *
   * @throws org.espalier.graphs.BadInputException if it was done under other values, or with other
   *     images under the same name
   */
  public Optional<RunSummary> find(Task task) {
    return find(task, store.folder(task));
  }

  /** The same, of a run that stands in a folder of its own. */
  Optional<RunSummary> find(Task task, Path folder) {
    Optional<RunSummary> done = Store.find(task, folder, Map.of());
    if (done.isPresent() && task.data().isPresent()) {
      Store.find(task, folder, digests(task.data().get()));
    }
    return done;
  }

  /** What a model scores on the test images. */
  public Evaluator.Score score(Model model, Dataset data) {
    return Evaluator.score(model, data.test(), data.normalisation(), EVALUATION_BATCH, machine);
  }

  /** The same, for a model that is scored again and again with some of its weights set anew. */
  public EvaluationSession evaluation(Model model, Dataset data) {
    return new EvaluationSession(
        model, data.test(), data.normalisation(), EVALUATION_BATCH, machine);
  }

  /**
   * A model that lies somewhere, as it is now, to make others of. It is remembered until the next
   * one.
   *
   * @throws UsageException if it has signatures that others would not have
   */
  public Given given(Path path, ReadOptions options) {
    Model model = tools.reader.read(path, options);
    model.network().checkNothingLost();
    Given given = Given.of(path, options, model);
    last = Map.of(given, model);
    return given;
  }

  /** The model of a given, as it is now or was a moment ago. */
  Model read(Given given) {
    Model known = last.get(given);
    return known != null ? known : given.read(tools.reader);
  }
}
