package org.espalier.commandline.cli;

import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, with the nearest thing that would have been right. */
final class WrongUse {
  private WrongUse() {}

  static String message(ParameterException thrown) {
    CommandSpec spec = thrown.getCommandLine().getCommandSpec();
    return problem(thrown, spec) + " (see '" + spec.qualifiedName() + " --help')";
  }

  private static String problem(ParameterException thrown, CommandSpec spec) {
    if (thrown instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(unmatched.getUnmatched().get(0), spec);
    }
    if (thrown instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      ArgSpec first = missing.getMissing().get(0);
      return "missing " + (first.isOption() ? "value of " + option(first) : first.paramLabel());
    }
    if (thrown instanceof OverwrittenOptionException overwritten) {
      return option(overwritten.getOverwritten()) + ": expected once, found twice";
    }
    return thrown.getMessage();
  }

  private static String unmatched(String argument, CommandSpec spec) {
    if (argument.startsWith("-")) {
      int end = argument.indexOf('=');
      String name = end < 0 ? argument : argument.substring(0, end);
      return UsageException.unknown("option", name, optionNames(spec)).getMessage();
    }
    if (!spec.subcommands().isEmpty()) {
      return UsageException.unknown("command", argument, spec.subcommands().keySet()).getMessage();
    }
    return "unexpected argument '" + argument + "'" + where(spec);
  }

  /** Where it might have belonged: some commands take options only. */
  private static String where(CommandSpec spec) {
    return spec.positionalParameters().isEmpty() && !spec.options().isEmpty()
        ? "; '"
            + spec.qualifiedName()
            + "' takes options only, such as "
            + option(spec.options().get(0))
        : "";
  }

  private static List<String> optionNames(CommandSpec spec) {
    List<String> names = new ArrayList<>();
    spec.options().forEach(option -> names.addAll(List.of(option.names())));
    return names;
  }

  private static String option(ArgSpec argument) {
    return argument instanceof CommandLine.Model.OptionSpec option
        ? option.longestName()
        : argument.paramLabel();
  }
}
