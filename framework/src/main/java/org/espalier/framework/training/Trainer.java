package org.espalier.framework.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.framework.data.Batch;
import org.espalier.framework.data.Batches;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.OpRules;

/**
 * Trains. The same job gives the same bits, on one machine with one thread count, whether it runs
 * in one go or is taken up again between two epochs.
 */
public final class Trainer {
  /** Images in a batch of the evaluation; changes no result but rounding. */
  private static final int EVALUATION_BATCH = 250;

  private final OpRules rules;
  private final TrainingJob job;
  private final List<TrainingHook> hooks;

  public Trainer(OpRules rules, TrainingJob job, List<TrainingHook> hooks) {
    this.rules = rules;
    this.job = job;
    this.hooks = List.copyOf(hooks);
  }

  /** Trains from the start and forgets all but the end. */
  public TrainingState train() {
    return train(Optional.empty(), state -> {});
  }

  /**
   * Trains on from a state, or from the start.
   *
   * @param from where to go on
   * @param keep called after each epoch with all that is needed to go on from there
   * @throws DivergedException if the loss is no longer a number
   */
  public TrainingState train(Optional<TrainingState> from, Consumer<TrainingState> keep) {
    Recipe r = job.recipe();
    TrainingState state = from.orElse(null);
    if (state != null && state.epochsDone() >= r.epochs()) {
      return state;
    }
    Throwable failure = null;
    try (TrainingSession session = open()) {
      session.write(state == null ? job.start() : state.weights());
      session.writeMomentum(state == null ? session.zeroMomentum() : state.momentum());
      return train(session, state == null ? List.of() : state.metrics(), keep);
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      end(failure);
    }
  }

  private TrainingSession open() {
    Recipe r = job.recipe();
    return new TrainingSession(
        job.network(),
        job.data().normalisation(),
        new TrainingGraph.Optimiser((float) r.momentum(), r.nesterov(), (float) r.weightDecay()),
        rules,
        job.machine());
  }

  private TrainingState train(
      TrainingSession session, List<EpochMetrics> before, Consumer<TrainingState> keep) {
    Recipe r = job.recipe();
    List<EpochMetrics> metrics = new ArrayList<>(before);
    TrainingHook.Live live = live(session);
    hooks.forEach(h -> h.started(live, metrics.size(), r, job.stepsPerEpoch()));
    TrainingState state = null;
    while (metrics.size() < r.epochs()) {
      EpochMetrics epoch = epoch(session, live, metrics.size());
      metrics.add(epoch);
      state = new TrainingState(session.read(), session.readMomentum(), metrics);
      keep.accept(state);
      hooks.forEach(h -> h.afterEpoch(epoch));
    }
    return state;
  }

  /** Ends every hook, even if another fails at it; the first failure is the one that is told. */
  private void end(Throwable failure) {
    Throwable told = failure;
    RuntimeException own = null;
    for (TrainingHook hook : hooks) {
      try {
        hook.ended();
      } catch (RuntimeException e) {
        if (told == null) {
          own = e;
          told = e;
        } else if (told != e) {
          told.addSuppressed(e);
        }
      }
    }
    if (own != null) {
      throw own;
    }
  }

  private static TrainingHook.Live live(TrainingSession session) {
    return new TrainingHook.Live() {
      @Override
      public Weights read() {
        return session.read();
      }

      @Override
      public void write(Weights weights) {
        session.write(weights);
      }
    };
  }

  private EpochMetrics epoch(TrainingSession session, TrainingHook.Live live, int index) {
    long start = System.nanoTime();
    Recipe r = job.recipe();
    double rate = r.learningRateAt(index);
    long step = (long) index * job.stepsPerEpoch();
    double loss = 0;
    long correct = 0;
    try (Batches batches =
        job.data()
            .train()
            .training(r.augmentation().augmentation(), r.batchSize(), job.seed(), index, 0)) {
      while (batches.hasNext()) {
        Batch b = batches.next();
        TrainingSession.Outcome o = session.step(b.images(), b.labels(), b.size(), (float) rate);
        step++;
        if (!Double.isFinite(o.loss())) {
          throw new DivergedException("loss", o.loss(), step, index + 1);
        }
        loss += o.loss() * b.size();
        correct += o.correct();
        for (TrainingHook hook : hooks) {
          hook.afterStep(step, b.size(), o.loss());
        }
      }
    }
    double trained = (System.nanoTime() - start) / 1e9;
    hooks.forEach(h -> h.afterEpochSteps(index + 1, live));
    Evaluator.Score score = Evaluator.score(job.data().test(), EVALUATION_BATCH, session::evaluate);
    if (!Double.isFinite(score.loss())) {
      throw new DivergedException("test loss", score.loss(), step, index + 1);
    }
    int n = job.data().train().size();
    return new EpochMetrics(
        index + 1,
        step,
        rate,
        loss / n,
        (double) correct / n,
        score.loss(),
        score.accuracy(),
        (System.nanoTime() - start) / 1e9,
        n / trained);
  }
}
