package org.espalier.framework.experiments;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.FileProblems;
import org.espalier.framework.files.ProcessId;

/**
 * Says that one process makes a run, and keeps all others off: a file beside the run's folder,
 * which only one process can create. It names the process, and its time is set anew every few
 * seconds while the process lives. A claim whose process is dead is taken over: at once if that is
 * seen on this host, else when its time was seen to stand still for {@link #STALE}. Clocks of hosts
 * are not compared: whoever waits looks at its own.
 */
public final class Claim implements AutoCloseable {
  /** A claim that nobody was seen to renew for so long is taken over. */
  public static final Duration STALE = Duration.ofSeconds(60);

  static final Duration BEAT = Duration.ofSeconds(5);

  private static final long WAIT_MILLIS = 250;

  private static final Set<Claim> HELD = ConcurrentHashMap.newKeySet();
  private static final Map<Path, Seen> SEEN = new ConcurrentHashMap<>();

  /** A claim of others as it was first seen, by the clock of this process. */
  private record Seen(String token, FileTime beat, long nanos) {}

  private final Path file;
  private final String token;
  private final List<Path> made;
  private volatile boolean lost;

  /**
   * @param made folders on the way to the file that were not there before
   */
  private Claim(Path file, String token, List<Path> made) {
    this.file = file;
    this.token = token;
    this.made = made;
  }

  /** The file that claims a folder. */
  static Path fileFor(Path folder) {
    Path full = AtomicFiles.real(folder);
    return full.resolveSibling("." + full.getFileName() + ".claim");
  }

  /** Claims a folder, which need not exist; nothing if another process holds it. */
  static Optional<Claim> tryTake(Path folder) {
    return tryTake(folder, STALE);
  }

  static Optional<Claim> tryTake(Path folder, Duration still) {
    Path file = fileFor(folder);
    String token = ProcessId.current() + " " + UUID.randomUUID();
    List<Path> made = AtomicFiles.makeFolders(file.getParent());
    try {
      if (!create(file, token)) {
        Optional<String> stale = stale(file, still);
        if (stale.isEmpty() || !replace(file, stale.get(), token)) {
          return Optional.empty();
        }
      }
    } catch (NoSuchFileException e) {
      return Optional.empty(); // another process took its empty folders back
    } catch (IOException e) {
      AtomicFiles.deleteEmpty(made);
      throw FileProblems.writing(folder, e);
    }
    Claim claim = new Claim(file, token, made);
    HELD.add(claim);
    Heart.start();
    return Optional.of(claim);
  }

  /** Claims a folder; waits for whoever holds it. */
  public static Claim take(Path folder, PlanWatcher watcher) {
    Optional<Claim> claim = tryTake(folder);
    while (claim.isEmpty()) {
      Waiting.sleep(WAIT_MILLIS, watcher);
      claim = tryTake(folder);
    }
    return claim.get();
  }

  /** Whether there is a claim of a folder, of a process that lives or not. */
  static boolean isClaimed(Path folder) {
    return Files.exists(fileFor(folder));
  }

  /** Whether a process that lives, as far as this host can tell, is at a folder. */
  static boolean isHeld(Path folder) {
    return read(fileFor(folder))
        .filter(token -> !ProcessId.parse(token.split(" ", -1)[0]).isGone())
        .isPresent();
  }

  /** Who holds a folder, in words, if anybody does. */
  static Optional<String> holder(Path folder) {
    return read(fileFor(folder))
        .map(token -> ProcessId.parse(token.split(" ", -1)[0]))
        .map(id -> "process " + id.pid() + " on " + id.host());
  }

  private static boolean create(Path file, String token) throws IOException {
    try {
      Files.writeString(file, token, StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      return Optional.empty(); // gone, or about to be
    }
  }

  /** What a claim says whose process is dead. */
  private static Optional<String> stale(Path file, Duration still) {
    Optional<String> token = read(file);
    if (token.isEmpty()) {
      return token;
    }
    boolean gone = ProcessId.parse(token.get().split(" ", -1)[0]).isGone();
    return gone || standsStill(file, token.get(), still) ? token : Optional.empty();
  }

  private static boolean standsStill(Path file, String token, Duration still) {
    try {
      FileTime beat = Files.getLastModifiedTime(file);
      Seen now = new Seen(token, beat, System.nanoTime());
      Seen first =
          SEEN.merge(
              file,
              now,
              (old, other) -> old.token.equals(token) && old.beat.equals(beat) ? old : other);
      return now.nanos - first.nanos >= still.toNanos();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Puts our claim in the place of one that was found stale. Several processes may have found it
   * so; the guard, named after the stale claim, lets one of them, and becomes the claim in one
   * step: nobody who dies on the way leaves anything that another one does not take over.
   */
  private static boolean replace(Path file, String stale, String token) throws IOException {
    String id = stale.substring(stale.lastIndexOf(' ') + 1).replaceAll("[^\\w-]", "");
    Path guard = file.resolveSibling(file.getFileName() + "." + id);
    if (!create(guard, token)) {
      if (stale(guard, STALE).isPresent()) {
        Files.deleteIfExists(guard); // its process died between two steps
      }
      return false;
    }
    if (read(file).filter(stale::equals).isEmpty()) {
      Files.deleteIfExists(guard);
      return false;
    }
    try {
      Files.move(guard, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return false; // we stood still, and the guard was taken for that of a dead process
    }
    return read(file).filter(token::equals).isPresent();
  }

  /**
   * Whether the claim was taken over, because this process stood still for too long. Whoever holds
   * it must then write nothing more.
   */
  public boolean isLost() {
    return lost;
  }

  private void beat() {
    try {
      if (read(file).filter(token::equals).isEmpty()) {
        lost = true;
      } else {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      }
    } catch (IOException e) {
      return; // the next beat may do better; if none does, the claim is stale
    }
  }

  @Override
  public void close() {
    HELD.remove(this);
    try {
      if (read(file).filter(token::equals).isPresent()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw FileProblems.writing(file, e);
    }
    AtomicFiles.deleteEmpty(made); // whatever was to be made was not
  }

  /** Renews all claims of this process. */
  private static final class Heart {
    private static boolean beats;

    private Heart() {}

    static synchronized void start() {
      if (beats) {
        return;
      }
      beats = true;
      Thread thread = new Thread(Heart::run, "espalier-claims");
      thread.setDaemon(true);
      thread.start();
    }

    private static void run() {
      try {
        while (true) {
          Thread.sleep(BEAT.toMillis());
          HELD.forEach(Claim::beat);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
