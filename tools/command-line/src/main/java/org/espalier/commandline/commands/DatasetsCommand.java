package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.sources.DatasetSource;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.report.TextTable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "datasets",
    description = "List the data sets that can be named, and whether their files are here.")
final class DatasetsCommand implements Command {
  private final Datasets datasets;

  @Inject
  DatasetsCommand(Datasets datasets) {
    this.datasets = datasets;
  }

  /**
   * A line of the list; see the contract of {@code datasets --json}.
   *
   * @param folder where its files are looked for; empty if it travels with Espalier
   * @param here whether there is something in it
   */
  record Row(String name, String description, String folder, boolean here) {
    static Row of(DatasetSource source) {
      if (source.remoteFiles().isEmpty()) {
        return new Row(source.name(), source.description(), "", true);
      }
      Path folder = source.defaultFolder();
      return new Row(
          source.name(), source.description(), folder.toString(), Files.isDirectory(folder));
    }

    String state() {
      return folder.isEmpty()
          ? "travels with Espalier"
          : here ? "in " + folder : "get it by 'espalier data fetch " + name + "'";
    }
  }

  @Override
  public Group group() {
    return Group.UPKEEP;
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
    List<Row> rows = datasets.all().stream().map(Row::of).toList();
    TextTable table =
        new TextTable("data set", "what it is", "where").withWholeNames().endingInText();
    rows.forEach(row -> table.row(row.name(), row.description(), row.state()));
    Terminal.table(in.console(), table);
    in.console().result(rows);
  }
}
