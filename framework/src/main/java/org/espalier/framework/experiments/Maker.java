package org.espalier.framework.experiments;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;

/** Makes tasks, or finds them made. Of many makers of one task, on any host, one makes it. */
public final class Maker {
  private static final long POLL_MILLIS = 250;

  private final Workshop shop;

  public Maker(Workshop shop) {
    this.shop = shop;
  }

  /** Makes a task in the store; waits if another process is at it. */
  public RunSummary make(Task task) {
    return make(task, shop.store().folder(task));
  }

  /**
   * The same, in a folder of its own.
   *
   * @throws org.espalier.graphs.UsageException if there is something else in it
   */
  public RunSummary make(Task task, Path folder) {
    boolean told = false;
    while (true) {
      Optional<RunSummary> made = tryMake(task, folder);
      if (made.isPresent()) {
        return made.get();
      }
      if (!told) {
        String holder = Claim.holder(folder).orElse("another process");
        shop.watcher().note(task.title() + ": waits for " + holder + ", which makes it");
        told = true;
      }
      Waiting.sleep(POLL_MILLIS, shop.watcher());
    }
  }

  /** Makes a task in the store, or finds it made; nothing if another process is at it. */
  public Optional<RunSummary> tryMake(Task task) {
    return tryMake(task, shop.store().folder(task));
  }

  private Optional<RunSummary> tryMake(Task task, Path folder) {
    RunFolder.checkFree(folder);
    Optional<RunSummary> done = find(task, folder);
    if (done.isPresent()) {
      return done;
    }
    new RunFolder(folder).holds(Run.describe(task, Map.of()), task.settings()); // or it refuses
    Optional<Claim> claim = Claim.tryTake(folder);
    if (claim.isEmpty()) {
      return Optional.empty();
    }
    try (Claim held = claim.get()) {
      done = shop.find(task, folder); // somebody may have been quicker
      return done.isPresent()
          ? done
          : Optional.of(task.make(new Run(task, new RunFolder(folder), held), shop));
    }
  }

  /** Finds a task made in the store. What a process left that died at the very end goes. */
  Optional<RunSummary> find(Task task) {
    return find(task, shop.store().folder(task));
  }

  private Optional<RunSummary> find(Task task, Path folder) {
    Optional<RunSummary> done = shop.find(task, folder);
    if (done.isPresent() && Claim.isClaimed(folder)) {
      Optional<Claim> left = Claim.tryTake(folder);
      try (Claim held = left.orElse(null)) {
        left.ifPresent(claim -> new RunFolder(folder).tidy());
      }
    }
    return done;
  }
}
