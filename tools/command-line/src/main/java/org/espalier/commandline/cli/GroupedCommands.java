package org.espalier.commandline.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** The list of commands in help text, under the headings that the commands name. */
final class GroupedCommands {
  private static final int INDENT = 2;

  private GroupedCommands() {}

  static String render(Help help) {
    Map<Group, List<CommandLine>> groups = new EnumMap<>(Group.class);
    int widest = 0;
    for (CommandLine line : help.commandSpec().subcommands().values()) {
      Command command = (Command) line.getCommandSpec().userObject();
      groups.computeIfAbsent(command.group(), g -> new ArrayList<>()).add(line);
      widest = Math.max(widest, line.getCommandName().length());
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Group, List<CommandLine>> group : groups.entrySet()) {
      text.append(System.lineSeparator()).append(group.getKey().heading()).append(":");
      text.append(System.lineSeparator()).append(table(help, group.getValue(), widest));
    }
    return text.toString();
  }

  private static String table(Help help, List<CommandLine> lines, int widest) {
    int left = INDENT + widest + INDENT;
    int width = help.commandSpec().usageMessage().width();
    Help.TextTable table =
        Help.TextTable.forColumns(
            help.colorScheme(),
            new Help.Column(left, INDENT, Help.Column.Overflow.SPAN),
            new Help.Column(Math.max(width - left, 20), INDENT, Help.Column.Overflow.WRAP));
    for (CommandLine line : lines) {
      String[] description = line.getCommandSpec().usageMessage().description();
      table.addRowValues(
          help.colorScheme().commandText(line.getCommandName()),
          help.colorScheme().text(description.length == 0 ? "" : description[0]));
    }
    return table.toString();
  }
}
