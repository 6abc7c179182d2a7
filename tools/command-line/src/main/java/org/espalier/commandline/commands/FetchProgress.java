package org.espalier.commandline.commands;

import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Progress;
import org.espalier.framework.data.sources.DataFetcher;

/** Shows how far the download of each file is. */
final class FetchProgress implements DataFetcher.Progress {
  private static final int KIB = 1024;

  private final Console console;
  private String current = "";
  private Progress progress;

  FetchProgress(Console console) {
    this.console = console;
  }

  @Override
  public void at(String file, long done, long total) {
    if (!file.equals(current)) {
      current = file;
      progress = console.progress(file, "KiB", total / KIB);
    }
    progress.stepTo(done / KIB);
    if (done == total) {
      progress.close();
    }
  }
}
