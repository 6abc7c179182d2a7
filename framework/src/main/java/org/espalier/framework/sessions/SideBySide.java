package org.espalier.framework.sessions;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Two computations at the same time. Opening a graph and its first run use one thread most of the
 * time, and the two sides of a check have each their own.
 */
public final class SideBySide {
  private SideBySide() {}

  /**
   * Computes both and joins what comes out. Neither is left running when this returns.
   *
   * @param first computed in the calling thread; where both fail, its failure is told
   */
  public static <A, B, C> C of(Supplier<A> first, Supplier<B> second, BiFunction<A, B, C> join) {
    FutureTask<B> beside = new FutureTask<>(second::get);
    Thread thread = new Thread(beside, "espalier-beside");
    thread.setDaemon(true);
    thread.start();
    A one;
    try {
      one = first.get();
    } catch (RuntimeException | Error e) {
      ended(thread);
      throw e;
    }
    ended(thread);
    return join.apply(one, result(beside));
  }

  /** Waits for it, also if the waiting is interrupted: it holds memory that is closed behind it. */
  private static void ended(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a task has made, or its failure, as it was thrown. */
  static <B> B result(FutureTask<B> done) {
    try {
      return done.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      if (e.getCause() instanceof Error thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }
}
