package org.espalier.framework.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.espalier.framework.data.Batch;
import org.espalier.framework.data.Batches;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;

/** One way through a training's steps, from a state to the end. */
final class Course implements Intervention.Live {
  /** Images in a batch of the evaluation; changes no result but rounding. */
  private static final int EVALUATION_BATCH = 250;

  private final TrainingJob job;
  private final TrainingSession session;
  private final List<Watcher> watchers;
  private final Trainer.Keeper keeper;
  private final int stepsPerEpoch;
  private final List<Measurement> measurements;
  private long step;
  private TrainingState.Tally tally;

  Course(
      TrainingJob job,
      TrainingSession session,
      List<Watcher> watchers,
      Trainer.Keeper keeper,
      TrainingState start) {
    this.job = job;
    this.session = session;
    this.watchers = watchers;
    this.keeper = keeper;
    this.stepsPerEpoch = job.stepsPerEpoch();
    this.step = start.step();
    this.tally = start.tally();
    this.measurements = new ArrayList<>(start.measurements());
  }

  TrainingState run() {
    if (step == job.firstStep()) {
      keepWeights();
      job.recipe().interventions().stream()
          .filter(Intervention::actsAtStart)
          .forEach(i -> i.act(this));
    }
    while (step < job.steps()) {
      epoch();
    }
    return state();
  }

  /** The rest of the epoch that the step is in. */
  private void epoch() {
    Recipe r = job.recipe();
    int epoch = (int) (step / stepsPerEpoch);
    int seen = (int) (step % stepsPerEpoch) * r.batchSize();
    try (Batches batches =
        job.data()
            .train()
            .training(r.augmentation().of(job.data()), r.batchSize(), job.seed(), epoch, seen)) {
      while (batches.hasNext()) {
        long start = System.nanoTime();
        step(batches.next(), start);
        afterStep();
      }
    }
  }

  private void step(Batch b, long start) {
    double rate = job.recipe().learningRateAt(step, stepsPerEpoch);
    TrainingSession.Outcome o =
        session.step(b.images(), b.labels(), b.size(), (float) rate, step - job.firstStep() + 1);
    step++;
    if (!Double.isFinite(o.loss())) {
      throw new DivergedException("loss", o.loss(), step, epochOf(step));
    }
    tell(w -> w.afterStep(step, b.size(), o.loss()));
    job.recipe().interventions().stream()
        .filter(i -> i.actsAfter(step, job.extent()))
        .forEach(i -> i.act(this));
    tally =
        new TrainingState.Tally(
            tally.loss() + o.loss() * b.size(),
            tally.correct() + o.correct(),
            tally.images() + b.size(),
            tally.seconds() + secondsSince(start),
            tally.evaluating());
  }

  private void afterStep() {
    boolean endOfEpoch = step % stepsPerEpoch == 0;
    boolean last = step == job.steps();
    boolean test = last || divides(job.evaluateEvery());
    if (endOfEpoch || test) {
      measure(test);
    }
    if (endOfEpoch) {
      tally = TrainingState.Tally.NONE;
    }
    keepWeights();
    boolean stop = !last && wantsToStop();
    if (stop || keeper.wants(step, stepsPerEpoch)) {
      keeper.keep(state());
    }
    if (endOfEpoch || test) {
      Measurement measured = measurements.get(measurements.size() - 1);
      tell(w -> w.measured(measured));
    }
    if (stop) {
      throw new StoppedException(step, (double) step / stepsPerEpoch, job.recipe().epochs());
    }
  }

  private void tell(Consumer<Watcher> what) {
    watchers.forEach(what);
  }

  private boolean wantsToStop() {
    return Thread.interrupted() | watchers.stream().anyMatch(Watcher::wantsToStop);
  }

  private boolean divides(Step every) {
    return step % every.toIterations(stepsPerEpoch) == 0;
  }

  private void measure(boolean test) {
    Evaluator.Score score = new Evaluator.Score(Double.NaN, Double.NaN, 0);
    if (test) {
      long start = System.nanoTime();
      score = Evaluator.score(job.data().test(), EVALUATION_BATCH, session::evaluate);
      if (!Double.isFinite(score.loss())) {
        throw new DivergedException("test loss", score.loss(), step, epochOf(step));
      }
      tally = tally.evaluated(secondsSince(start));
    }
    measurements.add(
        new Measurement(
            (double) step / stepsPerEpoch,
            step,
            job.recipe().learningRateAt(step - 1, stepsPerEpoch),
            tally.loss() / tally.images(),
            (double) tally.correct() / tally.images(),
            score.loss(),
            score.accuracy(),
            tally.seconds() + tally.evaluating(),
            tally.images() / tally.seconds()));
  }

  private void keepWeights() {
    job.keep().stream()
        .filter(s -> s.toIterations(stepsPerEpoch) == step)
        .forEach(s -> keeper.keepWeights(s, session.read()));
  }

  private TrainingState state() {
    return new TrainingState(step, session.read(), session.readSlots(), tally, measurements);
  }

  private int epochOf(long done) {
    return (int) ((done - 1) / stepsPerEpoch) + 1;
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public Network network() {
    return job.network();
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public Extent extent() {
    return job.extent();
  }

  @Override
  public Weights weights() {
    return session.read();
  }

  @Override
  public Weights slots() {
    return session.readSlots();
  }

  @Override
  public void write(Weights changed) {
    session.write(changed);
  }
}
