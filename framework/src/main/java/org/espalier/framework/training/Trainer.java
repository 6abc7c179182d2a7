package org.espalier.framework.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Model;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.FuseBatchNorm;

/**
 * Trains. The same job gives the same bits, on one machine with one thread count, whether it runs
 * in one go or is stopped and taken up again between any two steps.
 */
public final class Trainer {
  private final OpRules rules;
  private final Machine machine;
  private final TrainingJob job;
  private final List<Watcher> watchers;

  public Trainer(OpRules rules, Machine machine, TrainingJob job, List<Watcher> watchers) {
    this.rules = rules;
    this.machine = machine;
    this.job = job;
    this.watchers = List.copyOf(watchers);
  }

  /**
   * The same model in a form that can be trained: batch norm that is written out, as in models of
   * others, would not learn its statistics.
   */
  public static Model trainable(Model model, OpRules rules) {
    Model fused = model.rewritten(new FuseBatchNorm(rules));
    boolean same = fused.network().graph().nodes().size() == model.network().graph().nodes().size();
    return same ? model : fused;
  }

  /** What becomes of a training's states. */
  public interface Keeper {
    /** Keeps none. */
    Keeper NONE =
        new Keeper() {
          @Override
          public boolean wants(long step, int stepsPerEpoch) {
            return false;
          }

          @Override
          public void keep(TrainingState state) {}

          @Override
          public void keepWeights(Step step, Weights weights) {}
        };

    /** Whether the state after a step is to be kept, to go on from it. */
    boolean wants(long step, int stepsPerEpoch);

    /** Keeps a state in the place of the one before. */
    void keep(TrainingState state);

    /** Keeps the weights at one of the job's steps, for good. */
    void keepWeights(Step step, Weights weights);
  }

  /** Trains from the start and forgets all but the end. */
  public TrainingState train() {
    return train(Optional.empty(), Keeper.NONE);
  }

  /**
   * Trains on from a state, or from the start.
   *
   * @param from where to go on
   * @throws DivergedException if the loss is no longer a number
   * @throws StoppedException if a watcher asked for it or the thread was interrupted; the state is
   *     kept first
   */
  public TrainingState train(Optional<TrainingState> from, Keeper keeper) {
    if (from.isPresent() && from.get().step() >= job.steps()) {
      return from.get();
    }
    List<Watcher> started = new ArrayList<>();
    Throwable failure = null;
    try (TrainingSession session = open()) {
      TrainingState start = from.orElseGet(() -> start(session));
      session.write(start.weights().with(start.slots()));
      for (Watcher watcher : watchers) {
        started.add(watcher);
        watcher.started(job.extent(), start.step());
      }
      return new Course(job, session, watchers, keeper, start).run();
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      end(started, failure); // the session is closed: that is a part of the training too
    }
  }

  private TrainingSession open() {
    return new TrainingSession(
        job.network(), Feed.of(job.data()), job.recipe(), job.loss(), rules, machine);
  }

  private TrainingState start(TrainingSession session) {
    Weights weights = job.start().weights();
    return new TrainingState(
        job.firstStep(), weights, session.zeroSlots(), TrainingState.Tally.NONE, List.of());
  }

  /** Ends every watcher, even if another fails at it; the first failure is the one that is told. */
  private static void end(List<Watcher> started, Throwable failure) {
    Throwable told = failure;
    RuntimeException own = null;
    for (Watcher watcher : started) {
      try {
        watcher.ended();
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
}
