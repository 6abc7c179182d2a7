package org.espalier.fuzz;

import dagger.Component;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.espalier.Espalier;
import org.espalier.LibraryModule;
import org.espalier.framework.checks.GraphCheck;
import org.espalier.framework.checks.RandomInputs;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Model;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.Rewrites;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Decision;

/** Does with a mutant what the commands do with a model. */
final class Trial {
  /** A mutant that takes longer is a fault. */
  static final Duration LONG = Duration.ofSeconds(30);

  /** What it may need beside four times its file. */
  private static final long SPARE = 300L << 20;

  private static final double RATIO = 0.4;

  private final Espalier espalier;
  private final Wired wired = DaggerTrial_Wired.create();
  private final Path work;
  private final boolean measuresMemory;

  /** What the facade does not hand out. */
  @Component(modules = LibraryModule.class)
  interface Wired {
    OpRules rules();

    Rewrites rewrites();
  }

  /**
   * What became of a mutant.
   *
   * @param at the depth at which it ended
   * @param words what it was refused with
   */
  record Result(Mutant mutant, Depth at, Outcome outcome, String words, Throwable thrown) {
    @Override
    public String toString() {
      return outcome + " at " + at + ": " + mutant + ": " + words;
    }
  }

  /**
   * @param work a folder of its own
   * @param measuresMemory whether what a mutant needs is measured, which only a process can that
   *     does nothing else
   */
  Trial(Path work, boolean measuresMemory) {
    this.work = work;
    this.measuresMemory = measuresMemory;
    this.espalier = Espalier.create().store(work);
  }

  Result of(Mutant mutant, Depth depth) {
    ProcessMemory memory = measuresMemory ? ProcessMemory.now() : null;
    long start = System.nanoTime();
    Result result = done(mutant, depth);
    if (!result.outcome().isGood()) {
      return result;
    }
    if (System.nanoTime() - start > LONG.toNanos()) {
      return new Result(mutant, result.at(), Outcome.TOO_SLOW, result.words(), null);
    }
    if (memory != null && memory.grownBy() > 4L * mutant.file().length + SPARE) {
      String words = (memory.grownBy() >> 20) + " MiB: " + result.words();
      return new Result(mutant, result.at(), Outcome.TOO_MUCH_MEMORY, words, null);
    }
    return result;
  }

  private Result done(Mutant mutant, Depth depth) {
    Path path = mutant.sample().write(mutant.file(), work);
    Depth[] at = {Depth.READ};
    try {
      all(path, depth, at);
      return new Result(mutant, at[0], Outcome.FINE, "", null);
    } catch (BadInputException | UsageException e) {
      String words = String.valueOf(e.getMessage());
      return new Result(
          mutant, at[0], isClear(words) ? Outcome.REFUSED : Outcome.UNEXPECTED, words, e);
    } catch (OutOfMemoryError e) {
      return new Result(mutant, at[0], Outcome.TOO_MUCH_MEMORY, String.valueOf(e), e);
    } catch (RuntimeException | Error e) {
      return new Result(mutant, at[0], Outcome.UNEXPECTED, String.valueOf(e), e);
    }
  }

  /** A sentence, not the remains of an exception. */
  private static boolean isClear(String words) {
    return !words.isBlank() && !words.matches("(?s).*\\b(null|\\w+Exception)\\b.*");
  }

  private void all(Path path, Depth depth, Depth[] at) {
    Model model = espalier.read(path);
    if (depth.compareTo(at[0] = Depth.INSPECT) < 0) {
      return;
    }
    ChannelAnalysis analysis = ChannelAnalysis.of(model.network(), wired.rules());
    new CostModel(wired.rules()).of(model.network());
    if (depth.compareTo(at[0] = Depth.PRUNE) < 0) {
      return;
    }
    boolean cuts = !analysis.prunable().isEmpty();
    Decision decision = cuts ? espalier.prune(model, "l1-norm", Amount.ratio(RATIO)) : null;
    if (depth.compareTo(at[0] = Depth.PROVE) < 0) {
      return;
    }
    if (decision != null) {
      espalier.prove(decision);
    }
    espalier.predict(model, RandomInputs.of(model.network(), 2, 1));
    if (depth.compareTo(at[0] = Depth.REWRITE) < 0) {
      return;
    }
    rewritten(model);
    if (depth.compareTo(at[0] = Depth.EXPORT) < 0) {
      return;
    }
    Path base = work.resolve("exported");
    delete(base);
    espalier.export(decision == null ? model : decision.after(), base, 1);
  }

  /** Every pass alone; what one of them refuses, others may not. */
  private void rewritten(Model model) {
    BadInputException refused = null;
    for (GraphRewrite pass : wired.rewrites().all()) {
      try {
        GraphCheck.apply(pass, model, wired.rules());
      } catch (BadInputException e) {
        refused = e;
      }
    }
    if (refused != null) {
      throw refused;
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path one : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
