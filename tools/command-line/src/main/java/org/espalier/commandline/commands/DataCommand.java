package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.sources.DataFetcher;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.data.sources.FileCheck;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.settings.Setting;
import org.espalier.report.TextTable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "data",
    description = "Fetch data sets, or check the files of one against the published checksums.")
final class DataCommand implements Command {
  record Folder(
      @Setting(
              value =
                  "Folder that holds the data set's files, or shall hold them; default: the data set's own.",
              identity = false)
          Optional<Path> to) {}

  /** One file of a data set, for scripts. */
  record FileRow(String file, String status, String detail) {
    static FileRow of(FileCheck check) {
      return new FileRow(
          check.file(), check.status().name().toLowerCase(Locale.ROOT), check.detail());
    }
  }

  private final Fetch fetch;
  private final Verify verify;

  @Inject
  DataCommand(Fetch fetch, Verify verify) {
    this.fetch = fetch;
    this.verify = verify;
  }

  @Override
  public Group group() {
    return Group.UPKEEP;
  }

  @Override
  public List<Command> subcommands() {
    return List.of(fetch, verify);
  }

  @Override
  public void run(Invocation invocation) {
    throw new IllegalStateException("data has subcommands only");
  }

  private static void report(Console console, String name, List<FileCheck> checks) {
    TextTable table = new TextTable("file", "status", "detail").withWholeNames().endingInText();
    checks.forEach(c -> table.row(c.file(), FileRow.of(c).status(), c.detail()));
    if (checks.isEmpty()) {
      console.tell(name + " travels with Espalier; there is nothing to fetch");
    } else {
      Terminal.table(console, table);
    }
    console.result(checks.stream().map(FileRow::of).toList());
    refuse(name + ": not usable: ", checks.stream().filter(c -> !c.isUsable()));
    refuse(
        name + ": not the published files, by their checksums: ",
        checks.stream().filter(c -> !c.isPublished()));
  }

  private static void refuse(String problem, Stream<FileCheck> checks) {
    List<String> files = checks.map(FileCheck::file).toList();
    if (!files.isEmpty()) {
      throw new BadInputException(problem + String.join(", ", files) + "; see above");
    }
  }

  @CommandLine.Command(name = "fetch", description = "Download a data set and check it.")
  static final class Fetch implements Command {
    @CommandLine.Parameters(
        paramLabel = "NAME",
        description = "The data set: cifar10, cifar100, fashion-mnist or fashion-mnist-small.")
    String name;

    private final DataFetcher fetcher;

    @Inject
    Fetch(DataFetcher fetcher) {
      this.fetcher = fetcher;
    }

    @Override
    public Group group() {
      return Group.UPKEEP;
    }

    @Override
    public List<Class<? extends Record>> settings() {
      return List.of(Folder.class);
    }

    @Override
    public boolean supportsJson() {
      return true;
    }

    @Override
    public boolean needsTensorFlow() {
      return false;
    }

    @Override
    public void run(Invocation in) throws IOException {
      Console console = in.console();
      report(
          console,
          name,
          fetcher.fetch(name, in.settings(Folder.class).to(), new FetchProgress(console)));
    }
  }

  @CommandLine.Command(
      name = "verify",
      description =
          "Check the files of a data set: format, sizes, labels, checksums. Exit code 3 if a file is missing,"
              + " broken or not the published one.")
  static final class Verify implements Command {
    @CommandLine.Parameters(
        paramLabel = "NAME",
        description = "The data set: cifar10, cifar100, fashion-mnist or fashion-mnist-small.")
    String name;

    private final Datasets datasets;

    @Inject
    Verify(Datasets datasets) {
      this.datasets = datasets;
    }

    @Override
    public Group group() {
      return Group.UPKEEP;
    }

    @Override
    public List<Class<? extends Record>> settings() {
      return List.of(Folder.class);
    }

    @Override
    public boolean supportsJson() {
      return true;
    }

    @Override
    public boolean needsTensorFlow() {
      return false;
    }

    @Override
    public void run(Invocation in) {
      report(in.console(), name, datasets.source(name).verify(in.settings(Folder.class).to()));
    }
  }
}
