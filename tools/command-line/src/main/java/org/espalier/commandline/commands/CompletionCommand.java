package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.graphs.settings.Setting;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

@CommandLine.Command(
    name = "completion",
    description = {
      "Print what lets a shell complete commands, options and names. In bash or zsh: source"
          + " <(espalier completion --shell bash). In fish: espalier completion --shell fish | source."
    })
final class CompletionCommand implements Command {
  /** A shell. */
  enum Shell {
    /** Also what zsh takes. */
    BASH,
    ZSH,
    FISH
  }

  record CompletionSettings(
      @Setting(value = "The shell: bash, zsh or fish.", defaultValue = "bash") Shell shell) {}

  @CommandLine.Spec CommandSpec own;

  @Inject
  CompletionCommand() {}

  @Override
  public Group group() {
    return Group.UPKEEP;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(CompletionSettings.class);
  }

  @Override
  public boolean describesOthers() {
    return true;
  }

  @Override
  public boolean needsTensorFlow() {
    return false;
  }

  @Override
  public void run(Invocation in) {
    CommandSpec root = own.root();
    Shell shell = in.settings(CompletionSettings.class).shell();
    in.console().print(shell == Shell.FISH ? fish(root) : bash(root));
  }

  /** The library writes its counts in the digits of the locale, which no shell reads. */
  private static String bash(CommandSpec root) {
    Locale own = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    try {
      return AutoComplete.bash(root.name(), root.commandLine());
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, own);
    }
  }

  private static String fish(CommandSpec root) {
    StringBuilder script = new StringBuilder();
    root.subcommands()
        .forEach(
            (name, line) -> {
              CommandSpec command = line.getCommandSpec();
              script.append(
                  rule(
                      root.name(),
                      "__fish_use_subcommand",
                      "-f -a " + name,
                      command.usageMessage().description()));
              for (OptionSpec option : command.options()) {
                script.append(
                    rule(
                        root.name(),
                        "__fish_seen_subcommand_from " + name,
                        named(option),
                        option.description()));
              }
            });
    return script.toString();
  }

  private static String named(OptionSpec option) {
    String name = option.longestName().replaceFirst("^--", "");
    return "-l " + name + (option.arity().max() > 0 ? " -r" : "");
  }

  private static String rule(String program, String when, String what, String[] description) {
    String words = description.length == 0 ? "" : description[0];
    String first = words.replaceFirst("(?s)[.:;] .*", "").replace("'", "\\'");
    return "complete -c " + program + " -n '" + when + "' " + what + " -d '" + first + "'\n";
  }
}
