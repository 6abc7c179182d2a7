package org.espalier.framework.experiments;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.framework.files.FileProblems;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.graphs.BadInputException;

/**
 * A run that lies in a folder of runs.
 *
 * @param name of its folder, in a store the hash of its task
 * @param task what was done, by name
 * @param network that it was done to
 * @param dataset null if none was looked at
 * @param epochs that it trained; null if it is not done
 * @param accuracy on the test images, a fraction; null if it is not done or nothing was measured
 * @param changed when its state was last written, UTC
 * @param problem why it cannot be read; null if it can
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoredRun(
    String name,
    State state,
    String task,
    String network,
    String dataset,
    Integer epochs,
    Double accuracy,
    String changed,
    String problem) {
  private static final String RUNS = "runs";

  /** How far it is. */
  public enum State {
    DONE,
    /** A process is at it. */
    RUNNING,
    /** Nobody is at it; the command that began it goes on. */
    BEGUN,
    UNREADABLE
  }

  /**
   * The runs of a store, or those in a folder that is none; those that changed last come last.
   *
   * @throws BadInputException if there is no such folder
   */
  public static List<StoredRun> in(Path folder) {
    Path within = Files.isDirectory(folder.resolve(RUNS)) ? folder.resolve(RUNS) : folder;
    try (Stream<Path> inside = Files.list(within)) {
      return inside
          .filter(run -> Files.isRegularFile(run.resolve(RunDescription.FILE)))
          .map(StoredRun::of)
          .sorted(Comparator.comparing(StoredRun::changed).thenComparing(StoredRun::name))
          .toList();
    } catch (IOException e) {
      throw FileProblems.reading(within, "a folder of runs", e);
    }
  }

  private static StoredRun of(Path folder) {
    String name = folder.getFileName().toString();
    try {
      RunFolder run = new RunFolder(folder);
      RunDescription description = run.description().orElseThrow();
      Optional<RunSummary> summary = run.summary();
      State state =
          summary.isPresent() ? State.DONE : Claim.isHeld(folder) ? State.RUNNING : State.BEGUN;
      return new StoredRun(
          name,
          state,
          description.task(),
          text(description, "network"),
          text(description, "dataset"),
          summary.map(RunSummary::epochs).orElse(null),
          summary.map(RunSummary::accuracy).orElse(null),
          lastChange(folder),
          null);
    } catch (BadInputException e) {
      String problem = e.getMessage();
      return new StoredRun(
          name, State.UNREADABLE, null, null, null, null, null, lastChange(folder), problem);
    }
  }

  private static String text(RunDescription description, String input) {
    Object value = description.inputs().get(input);
    return value == null ? null : value.toString();
  }

  private static String lastChange(Path folder) {
    Path summary = folder.resolve(RunSummary.FILE);
    Path file = Files.exists(summary) ? summary : folder.resolve(RunDescription.FILE);
    try {
      Instant at = Files.getLastModifiedTime(file).toInstant();
      return at.truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (IOException e) {
      throw FileProblems.reading(file, "a file of a run", e);
    }
  }
}
