package org.espalier.framework.sessions;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Something that is made once, by whoever asks for it first; all others wait until it is there. */
public final class Once<T> {
  private final FutureTask<T> making;

  /** Nothing is made yet. */
  public Once(Callable<T> make) {
    making = new FutureTask<>(make);
  }

  /** Begins to make it beside what the caller does next; a failure waits for who asks for it. */
  public void ahead() {
    Thread thread = new Thread(making, "espalier-ahead");
    thread.setDaemon(true);
    thread.start();
  }

  /** It, made now if need be. What making it throws is thrown to everybody who asks. */
  public T get() {
    making.run();
    return SideBySide.result(making);
  }
}
