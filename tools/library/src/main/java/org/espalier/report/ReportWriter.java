package org.espalier.report;

import com.samskivert.mustache.Mustache;
import java.nio.file.Path;
import org.espalier.framework.files.AtomicFiles;

/** Writes a report as one HTML file that needs nothing beside it and no network. */
public final class ReportWriter {
  private ReportWriter() {}

  /**
   * Writes the page, making the folders it needs. A reader sees the old file or the new one, never
   * half of one.
   *
   * @return the file
   * @throws java.io.UncheckedIOException if the file cannot be written; an older one is then still
   *     there
   */
  public static Path write(Report report, Path file) {
    AtomicFiles.writeText(file, html(report));
    return file;
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
}
