package org.espalier.framework.runs;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.training.EpochMetrics;
import org.espalier.framework.training.Trainer;
import org.espalier.framework.training.TrainingHook;
import org.espalier.framework.training.TrainingJob;
import org.espalier.framework.training.TrainingState;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;

/**
 * Trains into a folder. Asked again, it takes an unfinished run up, and leaves a finished one
 * alone.
 */
public final class TrainingRun {
  private final CostModel costs;
  private final OpRules rules;

  @Inject
  public TrainingRun(CostModel costs, OpRules rules) {
    this.costs = costs;
    this.rules = rules;
  }

  /**
   * Runs, takes up, or finds the run.
   *
   * @param settings every setting that the result depends on, for {@code run.json}
   * @param parent the run that the start weights come from
   */
  public RunSummary run(
      Path folder,
      TrainingJob job,
      Map<String, Object> settings,
      Optional<String> parent,
      List<TrainingHook> hooks) {
    RunFolder files = new RunFolder(folder);
    files.open(job.network(), Provenance.of(job, settings, parent));
    Optional<RunSummary> done = files.summary();
    if (done.isPresent()) {
      return done.get();
    }
    Optional<TrainingState> from = files.resume(job.network());
    TrainingState end;
    try (EventFile events = files.events()) {
      List<TrainingHook> all = new ArrayList<>(hooks);
      all.add(
          new TrainingHook() {
            @Override
            public void afterEpoch(EpochMetrics metrics) {
              events.add(metrics);
            }
          });
      end = new Trainer(rules, job, all).train(from, files::keep);
    }
    RunSummary summary = summary(job, end);
    files.finish(end.weights(), summary);
    return summary;
  }

  private RunSummary summary(TrainingJob job, TrainingState end) {
    Cost cost = costs.of(job.network());
    return new RunSummary(
        end.last().testAccuracy(),
        end.last().testLoss(),
        end.epochsDone(),
        cost.parameters(),
        cost.macs(),
        cost.flops(),
        3 * cost.macs() * job.data().train().size() * end.epochsDone(),
        end.metrics().stream().mapToDouble(EpochMetrics::seconds).sum(),
        Digests.of(end.weights()));
  }
}
