package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.util.List;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.pruning.PruningMethod;
import org.espalier.report.TextTable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "methods",
    description = "List the pruning methods, what each removes or masks, and its settings.")
final class MethodsCommand implements Command {
  private final Vocabulary words;

  @Inject
  MethodsCommand(Vocabulary words) {
    this.words = words;
  }

  /** A setting of a method; see the contract of {@code methods --json}. */
  record SettingRow(String name, String type, String standard, String help) {}

  /** A line of the list; see the contract of {@code methods --json}. */
  record Row(
      String name,
      String description,
      boolean masksWeights,
      boolean findsAmount,
      List<SettingRow> settings) {}

  @Override
  public Group group() {
    return Group.TRAINING;
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
    List<Row> rows = words.all(PruningMethod.class).values().stream().map(this::row).toList();
    TextTable table = new TextTable("method", "what goes").withWholeNames().endingInText();
    rows.forEach(row -> table.row(row.name(), row.description() + settings(row)));
    Terminal.table(in.console(), table);
    in.console()
        .tell(
            "Settings go with a method, as --method random --seed 3, or in one word where several are"
                + " listed, as random(seed=3).");
    in.console().result(rows);
  }

  private Row row(Kind kind) {
    PruningMethod method = (PruningMethod) words.thing(PruningMethod.class, kind.name());
    List<SettingRow> settings =
        words.describe(kind.type()).stream()
            .map(s -> new SettingRow(s.name(), s.type(), s.defaultValue().orElse(""), s.help()))
            .toList();
    return new Row(
        kind.name(), kind.description(), method.masksWeights(), method.findsAmount(), settings);
  }

  /** As they are if nothing is said; those of a method within a method are its own. */
  private static String settings(Row row) {
    List<String> own =
        row.settings().stream()
            .filter(s -> s.name().indexOf('.') < 0)
            .map(s -> s.name() + "=" + s.standard())
            .toList();
    return own.isEmpty() ? "" : "; " + String.join(", ", own);
  }
}
