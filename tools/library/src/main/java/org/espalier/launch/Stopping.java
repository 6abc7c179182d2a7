package org.espalier.launch;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM mean: keep the state, then stop. From its creation on a signal is only noted,
 * and the process ends once the work says that it is done. The exit code is then that of the
 * signal, 130 or 143.
 */
public final class Stopping {
  /** Longest that the end of the process is put off. */
  private static final long PATIENCE_SECONDS = 120;

  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean asked;

  public Stopping() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "espalier-stop"));
  }

  private void stop() {
    asked = true;
    try {
      done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether there was a signal. */
  public boolean isAsked() {
    return asked;
  }

  /** The work is done, or has kept what it needs to go on. */
  public void done() {
    done.countDown();
  }
}
