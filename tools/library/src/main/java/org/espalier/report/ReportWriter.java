package org.espalier.report;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a report as one HTML file that needs nothing beside it and no network. */
public final class ReportWriter {
  private ReportWriter() {}

  /**
   * Writes the page, making the folders it needs. A reader sees the old file or the new one, never
   * half of one.
   *
   * @return the file
   * @throws UncheckedIOException if the file cannot be written; an older one is then still there
   */
  public static Path write(Report report, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(folder);
      Path part = folder.resolve(file.getFileName() + ".part-" + ProcessHandle.current().pid());
      try {
        Files.writeString(part, html(report));
        moveIntoPlace(part, file);
      } finally {
        Files.deleteIfExists(part);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the report " + file + ": " + e, e);
    }
  }

  /** The page as text. */
  static String html(Report report) {
    Assets assets = Assets.load();
    return Mustache.compiler()
        .escapeHTML(true)
        .emptyStringIsFalse(true)
        .compile(assets.template())
        .execute(Page.of(report, assets));
  }

  private static void moveIntoPlace(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
