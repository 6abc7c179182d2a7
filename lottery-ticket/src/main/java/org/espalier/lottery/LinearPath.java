package org.espalier.lottery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.experiments.Need;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Run;
import org.espalier.framework.experiments.Tally;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.Stretch;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Evaluator;
import org.espalier.framework.training.StoppedException;
import org.espalier.framework.training.WeightLine;
import org.espalier.graphs.Model;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Linear mode connectivity (Frankle et al. 2020): the accuracy on the line between the weights of
 * two trainings that began alike. Its folder holds {@code path.csv}.
 *
 * @param points both ends included
 */
@Named(value = "linear-path", description = "accuracy on the line between two trainings")
public record LinearPath(
    @Setting("The one training, by its hash.") Need one,
    @Setting("The other training, by its hash.") Need other,
    @Setting(value = "Points on the line, both ends included.", defaultValue = "11") int points)
    implements Task {
  private static final int BATCH = 128;

  public LinearPath {
    train(one);
    train(other);
    if (points < 3) {
      throw new UsageException("points must be at least 3, found " + points);
    }
  }

  /** Eleven points between two trainings of one network. */
  static LinearPath of(Train one, Train other) {
    return new LinearPath(new Need(one), new Need(other), 11);
  }

  private static Train train(Need of) {
    if (of.task() instanceof Train train) {
      return train;
    }
    throw new UsageException("a line goes from training to training, found: " + of.task().title());
  }

  @Override
  public Optional<DataSpec> data() {
    return Optional.of(train(one).images());
  }

  @Override
  public String title() {
    return "look at the line from (" + one.task().title() + ") to (" + other.task().title() + ")";
  }

  @Override
  public RunSummary make(Run run, Workshop shop) {
    Dataset data = shop.data(train(one).images());
    Model begin = Result.of(one.task()).model(shop, Optional.of(data));
    Model end = Result.of(other.task()).model(shop, Optional.of(data));
    Machine machine = shop.machine(begin.network(), BATCH);
    run.folder().open(run.describe(inputs(begin, end), shop), this);
    run.folder().begin(Stretch.now(0, machine));
    PathFile path = walk(new WeightLine(begin, end, data, shop.rules(), machine), shop);
    run.checkHeld();
    path.write(run.folder().path());
    RunSummary summary = RunSummary.untrained(null, null, shop.costs().of(begin), begin.weights());
    run.folder().finish(summary);
    return summary;
  }

  private PathFile walk(WeightLine opened, Workshop shop) {
    List<PathFile.Point> walked = new ArrayList<>();
    try (WeightLine line = opened;
        Tally tally = shop.watcher().counting(this, "points", points)) {
      for (int i = 0; i < points; i++) {
        if (shop.watcher().wantsToStop()) {
          throw new StoppedException("stopped at point " + i + " of " + points + " on a line");
        }
        double share = (double) i / (points - 1);
        Evaluator.Score score = line.at(share);
        walked.add(new PathFile.Point(share, score.accuracy(), score.loss()));
        tally.one();
      }
    }
    return new PathFile(walked);
  }

  private static Map<String, Object> inputs(Model begin, Model end) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("network", begin.network().name());
    inputs.put("networkDigest", Digests.of(begin.network()));
    inputs.put("startDigest", Digests.of(begin.weights()));
    inputs.put("endDigest", Digests.of(end.weights()));
    return inputs;
  }
}
