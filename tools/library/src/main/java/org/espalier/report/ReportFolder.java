package org.espalier.report;

import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.graphs.BadInputException;

/** Makes a report of what a command left in a folder. */
public final class ReportFolder {
  private ReportFolder() {}

  /**
   * The report of a comparison folder ({@code results.json} and the runs it names) or of a run
   * folder ({@code run.json}, {@code metrics.csv}, {@code summary.json}).
   *
   * @throws BadInputException if the folder is neither, or one of its files is missing or broken;
   *     the message names the file, what was expected and what was found
   */
  public static Report read(Path folder) {
    if (Files.exists(folder.resolve(ResultsJson.FILE))) {
      return ComparisonFolder.read(folder);
    }
    if (Files.exists(folder.resolve(Provenance.FILE))
        || Files.exists(folder.resolve(MetricsCsv.FILE))) {
      return RunFolder.read(folder);
    }
    throw JsonFile.unexpected(
        folder,
        "a folder with " + ResultsJson.FILE + " (a comparison) or " + Provenance.FILE + " (a run)",
        Files.isDirectory(folder) ? "neither" : "no such folder");
  }

  /** The last part of the folder's path, also for {@code .}. */
  static String name(Path folder) {
    Path last = folder.toAbsolutePath().normalize().getFileName();
    return last == null ? folder.toString() : last.toString();
  }
}
