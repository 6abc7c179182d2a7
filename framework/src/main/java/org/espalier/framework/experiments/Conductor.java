package org.espalier.framework.experiments;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.training.StoppedException;

/**
 * Lets workers make the tasks of a plan: each as soon as what it needs is done, none twice. A task
 * that fails fails alone; the others go on, but for those that need it. Other processes may work on
 * the same plan, or on plans that share its tasks.
 */
public final class Conductor {
  /** How long a task that another process makes is left alone before it is looked at again. */
  private static final long LATER_MILLIS = 500;

  private final Workers workers;
  private final Workshop shop;
  private final PlanWatcher watcher;
  private final Map<String, Task> open = new LinkedHashMap<>();
  private final Map<String, List<String>> waitsFor = new HashMap<>();
  private final Map<String, RuntimeException> failed = new LinkedHashMap<>();
  private final Set<String> skipped = new HashSet<>();
  private final Set<String> atWork = new HashSet<>();
  private final Map<String, Long> later = new HashMap<>();
  private final List<Thread> crew = new ArrayList<>();
  private RuntimeException stopped;
  private Error fatal;

  private Conductor(Workers workers, Workshop shop) {
    this.workers = workers;
    this.shop = shop;
    this.watcher = shop.watcher();
  }

  /**
   * Makes all tasks of a plan that are not done.
   *
   * @throws PlanFailedException if some failed, after all others were made
   * @throws StoppedException if the watcher asked for it; what was begun goes on from where it was
   */
  public static void run(Plan plan, Workshop shop, Workers workers) {
    new Conductor(workers, shop).run(plan.order());
  }

  private void run(List<Task> tasks) {
    Maker maker = new Maker(shop);
    Set<String> done = new HashSet<>();
    for (Task task : tasks) {
      String key = task.key();
      if (maker.find(task).isPresent()) {
        done.add(key);
      } else {
        open.put(key, task);
        waitsFor.put(
            key, task.needs().stream().map(Task::key).filter(k -> !done.contains(k)).toList());
      }
    }
    crew.add(Thread.currentThread());
    for (int i = 1; i < Math.min(workers.atOnce(), open.size()); i++) {
      Thread thread = new Thread(this::work, "espalier-work-" + i);
      crew.add(thread);
    }
    List<Thread> others = crew.subList(1, crew.size());
    others.forEach(Thread::start);
    try {
      work(); // this thread works too, so that one worker is no other thread
    } finally {
      join(others);
    }
    if (fatal != null) {
      throw fatal;
    }
    if (stopped != null) {
      throw stopped;
    }
    if (!failed.isEmpty()) {
      throw failed.size() == 1 && skipped.isEmpty() && tasks.size() == 1
          ? failed.values().iterator().next()
          : new PlanFailedException(failed.values(), skipped.size(), tasks.size());
    }
  }

  private void join(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
    if (stopped != null) {
      Thread.interrupted(); // the exception tells it
    } else if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    for (Task task = next(); task != null; task = next()) {
      RuntimeException failure = null;
      boolean made = false;
      try {
        made = workers.make(task);
      } catch (RuntimeException e) {
        failure = e;
      } catch (Error e) {
        end(e); // thrown when all threads have ended
        return;
      }
      settle(task.key(), made, failure);
    }
  }

  /** A task that can be made; waits for one. Null if there is none left. */
  private synchronized Task next() {
    while (stopped == null && !open.isEmpty()) {
      if (watcher.wantsToStop()) {
        stopped = new StoppedException("stopped between two tasks");
        break;
      }
      long now = System.nanoTime();
      for (Map.Entry<String, Task> entry : open.entrySet()) {
        String key = entry.getKey();
        if (isReady(key) && now - later.getOrDefault(key, now) >= 0 && !atWork.contains(key)) {
          atWork.add(key);
          return entry.getValue();
        }
      }
      try {
        wait(LATER_MILLIS);
      } catch (InterruptedException e) {
        stopped = new StoppedException("interrupted between two tasks");
        Thread.currentThread().interrupt(); // so that the other workers are told, too
      }
    }
    notifyAll();
    return null;
  }

  /** Out of memory, or worse: nothing more is begun. */
  private synchronized void end(Error error) {
    fatal = error;
    stopped = new StoppedException(String.valueOf(error.getMessage()));
    crew.forEach(Thread::interrupt);
    notifyAll();
  }

  private boolean isReady(String key) {
    return waitsFor.get(key).stream().noneMatch(open::containsKey);
  }

  private synchronized void settle(String key, boolean made, RuntimeException failure) {
    atWork.remove(key);
    if (failure instanceof StoppedException) {
      stopped = failure;
    } else if (failure != null) {
      watcher.note(open.get(key).title() + " failed: " + failure.getMessage());
      failed.put(key, failure);
      open.remove(key);
      skipThoseThatNeed(key);
    } else if (made) {
      open.remove(key);
    } else {
      if (!later.containsKey(key)) {
        Claim.holder(shop.store().folder(open.get(key)))
            .ifPresent(who -> watcher.note(open.get(key).title() + ": " + who + " makes it"));
      }
      later.put(key, System.nanoTime() + LATER_MILLIS * 1_000_000);
    }
    notifyAll();
  }

  private void skipThoseThatNeed(String key) {
    for (String other : List.copyOf(open.keySet())) {
      if (waitsFor.get(other).contains(key)) {
        skipped.add(other);
        open.remove(other);
        skipThoseThatNeed(other);
      }
    }
  }
}
