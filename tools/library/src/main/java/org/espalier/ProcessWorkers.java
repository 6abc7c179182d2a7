package org.espalier;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.TaskReader;
import org.espalier.framework.experiments.Workers;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.files.ProcessId;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.framework.training.StoppedException;
import org.espalier.graphs.UsageException;

/**
 * Tasks are made by child processes, which share the threads of this one's machine. A child that
 * dies loses what its task has not kept; the task is tried again, {@value #TRIES} times in all, and
 * then fails alone. What children say beside their answers stands in {@code STORE/logs}, a file a
 * child, as long as it says anything.
 */
final class ProcessWorkers implements Workers, AutoCloseable {
  /** How often a task is tried whose process dies, or that fails. */
  static final int TRIES = 3;

  /** How often a worker looks whether all work is to stop. */
  private static final long LOOK_MILLIS = 100;

  /** A signal to all processes at once may be seen by a child first. */
  private static final long SIGNAL_SECONDS = 1;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Workshop shop;
  private final int jobs;
  private final Map<String, Object> settings;
  private final BlockingDeque<Child> idle = new LinkedBlockingDeque<>();
  private final Set<Child> busy = ConcurrentHashMap.newKeySet();
  private final Set<String> noted = ConcurrentHashMap.newKeySet();

  /**
   * @param jobs how many processes
   * @param kinds what they know by name
   */
  ProcessWorkers(Workshop shop, int jobs, Collection<Kind> kinds) {
    if (jobs < 1) {
      throw new UsageException("jobs must be at least 1, found " + jobs);
    }
    this.shop = shop;
    this.jobs = jobs;
    settings = new LinkedHashMap<>();
    settings.put("store", shop.store().root().toAbsolutePath().toString());
    settings.put("threads", Math.max(1, shop.machine().threads() / jobs));
    settings.put("device", shop.machine().device().name());
    settings.put("checkpointEvery", shop.checkpointEvery().toString());
    settings.put("kinds", kinds.stream().map(kind -> kind.type().getName()).sorted().toList());
  }

  @Override
  public int atOnce() {
    return jobs;
  }

  @Override
  public boolean make(Task task) {
    for (int attempt = 1; ; attempt++) {
      Answer answer = attempt(task);
      switch (answer.event()) {
        case MADE:
          return true;
        case BUSY:
          return false;
        case STOPPED:
          throw new StoppedException(answer.text());
        case REFUSED:
          throw Job.thrown(answer.said());
        default:
          if (attempt == TRIES) {
            throw new IllegalStateException(
                String.format(
                    Locale.ROOT,
                    "%s: %s, %d times; see %s",
                    task.title(),
                    answer.text(),
                    TRIES,
                    answer.log()));
          }
          shop.watcher().note(task.title() + ": " + answer.text() + "; it is tried again");
      }
    }
  }

  /**
   * How a try ended.
   *
   * @param said by the child in the end; nothing if it died
   * @param log of the child
   */
  private record Answer(Job.Event event, String text, JsonNode said, Path log) {}

  private Answer attempt(Task task) {
    Child child = Optional.ofNullable(idle.poll()).orElseGet(this::start);
    busy.add(child);
    JsonNode said = ask(child, task);
    busy.remove(child);
    Job.Event event = said == null ? Job.Event.FAILED : Job.event(said);
    String text = said == null ? "" : said.path("text").asText();
    if (said == null || event == Job.Event.STOPPED) {
      child.dismiss();
      String end = child.end();
      boolean meant = isStopping();
      text = meant && said != null ? text : meant ? "stopped" : "its process " + end;
      event = meant ? Job.Event.STOPPED : Job.Event.FAILED;
    } else {
      idle.push(child);
    }
    return new Answer(event, text, said, child.log());
  }

  private Child start() {
    String name =
        String.format(
            Locale.ROOT,
            "%s-%d-%d.log",
            ProcessId.current().host(),
            ProcessHandle.current().pid(),
            COUNT.incrementAndGet());
    return Child.start(settings, shop.store().root().resolve("logs").resolve(name));
  }

  /** What the child says in the end; null if it dies. */
  private JsonNode ask(Child child, Task task) {
    Relay relay = new Relay(task, shop.watcher(), noted);
    Stop stop = new Stop(child, shop.watcher());
    try {
      child.say(TaskReader.describe(task).asMap());
      for (JsonNode said = child.hear(); said != null; said = child.hear()) {
        if (Job.isLast(said)) {
          return said;
        }
        relay.hear(said);
      }
      return null;
    } catch (RuntimeException | Error e) {
      child.abandon(); // a watcher failed, and with it the task
      throw e;
    } finally {
      stop.interrupt();
      relay.end();
    }
  }

  private boolean isStopping() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SIGNAL_SECONDS);
    try {
      while (!isStopping(Thread.currentThread(), shop.watcher())) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private static boolean isStopping(Thread worker, PlanWatcher watcher) {
    return watcher.wantsToStop() || worker.isInterrupted();
  }

  /** Passes on to a child that all work is to stop. */
  private static final class Stop extends Thread {
    private final Thread worker = Thread.currentThread();
    private final Child child;
    private final PlanWatcher watcher;

    Stop(Child child, PlanWatcher watcher) {
      super("espalier-stop-child");
      this.child = child;
      this.watcher = watcher;
      setDaemon(true);
      start();
    }

    @Override
    public void run() {
      try {
        while (!isStopping(worker, watcher)) {
          Thread.sleep(LOOK_MILLIS);
        }
        child.stop();
      } catch (InterruptedException e) {
        return; // the task is over
      }
    }
  }

  /** When this returns, no child lives. */
  @Override
  public void close() {
    idle.forEach(Child::dismiss);
    busy.forEach(Child::abandon);
    busy.forEach(Child::end);
    idle.forEach(Child::end);
  }
}
