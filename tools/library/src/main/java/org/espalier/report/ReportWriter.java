package org.espalier.report;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.espalier.framework.files.AtomicFiles;

/** Writes a report as one HTML file that needs nothing beside it and no network. */
public final class ReportWriter {
  private ReportWriter() {}

  /**
   * Writes the page, making the folders it needs. A reader sees the old file or the new one, never
   * half of one. A file that says the same already stays.
   *
   * @return the file
   * @throws java.io.UncheckedIOException if the file cannot be written; an older one is then still
   *     there
   */
  public static Path write(Report report, Path file) {
    String html = html(report);
    if (!says(file, html)) {
      AtomicFiles.writeText(file, html);
    }
    return file;
  }

  private static boolean says(Path file, String html) {
    try {
      return Files.isRegularFile(file)
          && Arrays.equals(Files.readAllBytes(file), html.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return false; // then writing it will say what is wrong
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
}
