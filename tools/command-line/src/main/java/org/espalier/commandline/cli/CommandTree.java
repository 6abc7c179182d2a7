package org.espalier.commandline.cli;

import jakarta.inject.Provider;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.espalier.framework.settings.Vocabulary;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Builds picocli's model of the whole command line. */
final class CommandTree {
  static final String HELP = "--help";
  static final String VERSION = "--version";
  static final String DEBUG = "--debug";
  static final String QUIET = "--quiet";
  static final String JSON = "--json";
  static final String SETTINGS = "--settings";

  private static final int WIDEST = 100;

  private CommandTree() {}

  static CommandLine build(
      Collection<Command> commands, Provider<Vocabulary> words, Versions versions, Help.Ansi ansi) {
    CommandSpec root = CommandSpec.create().name("espalier");
    root.usageMessage()
        .description("Prune neural networks on TensorFlow, and find out whether it was worth it.")
        .footer("", "'espalier help COMMAND' says what a command takes.");
    standardOptions(root);
    root.addOption(
        OptionSpec.builder("-V", VERSION)
            .versionHelp(true)
            .description("Print the versions of Espalier, TensorFlow and Java.")
            .build());
    root.version(versions.lines());
    add(root, commands, words);
    CommandLine line = new CommandLine(root);
    line.setExpandAtFiles(false); // a path may begin with @
    line.setColorScheme(Help.defaultColorScheme(ansi));
    line.setUsageHelpAutoWidth(true);
    line.setUsageHelpLongOptionsMaxWidth(36);
    return line;
  }

  private static void add(
      CommandSpec parent, Collection<Command> commands, Provider<Vocabulary> words) {
    List<Command> sorted =
        commands.stream()
            .sorted(Comparator.comparing(Command::group).thenComparing(CommandTree::name))
            .toList();
    for (Command command : sorted) {
      CommandSpec spec = CommandSpec.forAnnotatedObject(command);
      command.settings().forEach(type -> SettingsOptions.add(spec, type, words.get(), command));
      commandOptions(spec, command);
      add(spec, command.subcommands(), words);
      parent.addSubcommand(spec.name(), spec);
    }
    if (!commands.isEmpty()) {
      parent
          .usageMessage()
          .sectionMap()
          .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, GroupedCommands::render);
    }
  }

  private static String name(Command command) {
    return command.getClass().getAnnotation(CommandLine.Command.class).name();
  }

  private static void commandOptions(CommandSpec spec, Command command) {
    if (command.subcommands().isEmpty()) {
      spec.addOption(
          OptionSpec.builder("-q", QUIET)
              .type(boolean.class)
              .arity("0")
              .description("Say nothing but the result, and what went wrong.")
              .build());
    }
    if (!command.settings().isEmpty()) {
      spec.addOption(
          OptionSpec.builder(SETTINGS)
              .type(java.nio.file.Path.class)
              .arity("1")
              .paramLabel("FILE")
              .description("Read settings from this YAML file, by the names of the options above.")
              .build());
    }
    if (command.supportsJson()) {
      spec.addOption(
          OptionSpec.builder(JSON)
              .type(boolean.class)
              .arity("0")
              .description("Print the result as one JSON document on standard output.")
              .build());
    }
    standardOptions(spec);
  }

  private static void standardOptions(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(DEBUG)
            .type(boolean.class)
            .arity("0")
            .description("Print the stack trace of an error.")
            .build());
    spec.addOption(
        OptionSpec.builder("-h", HELP).usageHelp(true).description("Print this help.").build());
    UsageMessageSpec usage = spec.usageMessage();
    usage
        .sortOptions(false)
        .sortSynopsis(false)
        .abbreviateSynopsis(true)
        .width(WIDEST)
        .synopsisHeading("Usage: ")
        .descriptionHeading("%n")
        .parameterListHeading("%nArguments:%n")
        .optionListHeading("%nOptions:%n");
  }
}
