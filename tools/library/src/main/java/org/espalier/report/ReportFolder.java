package org.espalier.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.espalier.framework.runs.RunDescription;
import org.espalier.graphs.BadInputException;
import org.espalier.pruning.comparison.ComparisonResult;

/** Makes a report of what a command left in a folder. */
public final class ReportFolder {
  private ReportFolder() {}

  /**
   * The report of a comparison folder ({@code results.json} and the runs it names) or of a run, a
   * training or a pruning ({@code run.json} and the files beside it).
   *
   * @throws BadInputException if the folder is neither, or one of its files is missing or broken;
   *     the message names the file, what was expected and what was found
   */
  public static Report read(Path folder) {
    if (Files.exists(folder.resolve(ComparisonResult.FILE))) {
      return ComparisonReport.read(folder);
    }
    if (Files.exists(folder.resolve(RunDescription.FILE))) {
      return RunReport.read(folder);
    }
    throw new BadInputException(
        String.format(
            Locale.ROOT,
            "%s: expected a folder with %s (a comparison) or %s (a run), found %s",
            folder,
            ComparisonResult.FILE,
            RunDescription.FILE,
            Files.isDirectory(folder)
                ? "neither"
                : Files.exists(folder) ? "a file" : "no such folder"));
  }

  /** The last part of the folder's path, also for {@code .}. */
  public static String name(Path folder) {
    Path last = folder.toAbsolutePath().normalize().getFileName();
    return last == null ? folder.toString() : last.toString();
  }
}
