package org.espalier.commandline.cli;

import jakarta.inject.Provider;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.graphs.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reads a command line, runs the command it names and turns the outcome into an exit code. */
public final class CommandRunner {
  /** Runs the command in another JVM; empty if this one will do. */
  @FunctionalInterface
  public interface Relaunch {
    Optional<Integer> tryRun(String[] arguments) throws Exception;
  }

  private final Supplier<? extends Commands> all;
  private final StandardOutput out;
  private final PrintStream err;
  private final Console console;
  private final BooleanSupplier stop;
  private final Relaunch relaunch;
  private boolean answered;

  /**
   * @param all the commands; not asked for by a line that is about none
   * @param out for results and for help that was asked for
   * @param err for people
   * @param environment for NO_COLOR and TERM
   * @param stop whether the process was asked to stop
   */
  public CommandRunner(
      Supplier<? extends Commands> all,
      OutputStream out,
      PrintStream err,
      Map<String, String> environment,
      BooleanSupplier stop,
      Relaunch relaunch) {
    this.all = all;
    this.out = new StandardOutput(out);
    this.err = err;
    this.console = Console.of(err, this.out, environment);
    this.stop = stop;
    this.relaunch = relaunch;
  }

  /** The exit code. */
  public int run(String... typed) {
    String[] arguments = Asked.plainly(typed);
    boolean debug = false;
    boolean json = List.of(arguments).contains(CommandTree.JSON);
    try {
      checkSigns(typed);
      if (Asked.isVersion(arguments)) { // so small a thing needs no model of a command line
        List.of(Versions.read().lines()).forEach(out.printing()::println);
        out.check();
        return 0;
      }
      Commands known = all.get();
      CommandLine line = tree(known, arguments);
      if (arguments.length == 0) {
        line.usage(err);
        return Failure.WRONG_USE;
      }
      ParseResult parsed = line.parseArgs(arguments);
      debug = anywhere(parsed, part -> part.hasMatchedOption(CommandTree.DEBUG));
      checkCommand(line, parsed);
      if (CommandLine.printHelpIfRequested(parsed)) {
        out.check();
        return 0;
      }
      return run(deepest(parsed), arguments, known.words().get());
    } catch (ParameterException e) {
      return fail(new Failure(Failure.WRONG_USE, WrongUse.message(e)), e, debug, json);
    } catch (StandardOutput.LostOutput e) {
      answered = true; // there is nobody to tell it to
      return e.isUnread() ? Failure.UNREAD : fail(Failure.of(e), e, debug, json);
    } catch (Exception | VirtualMachineError | LinkageError e) {
      return fail(Failure.of(e), e, debug, json);
    }
  }

  private CommandLine tree(Commands known, String[] arguments) {
    boolean colour = arguments.length == 0 ? console.terminal() : console.colour();
    CommandLine line =
        CommandTree.build(
            asked(known, arguments),
            known.words(),
            Versions.read(),
            colour ? Help.Ansi.ON : Help.Ansi.OFF);
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    return line;
  }

  private int run(ParseResult parsed, String[] arguments, Vocabulary words) throws Exception {
    CommandSpec spec = parsed.commandSpec();
    if (!spec.subcommands().isEmpty()) {
      String known = String.join(", ", spec.subcommands().keySet());
      throw new ParameterException(spec.commandLine(), "expected a command, one of: " + known);
    }
    if (!(spec.userObject() instanceof Command command)) {
      throw new ParameterException(spec.commandLine(), "there are no commands");
    }
    checkNames(parsed);
    if (command.needsTensorFlow()) {
      Optional<Integer> elsewhere = relaunch.tryRun(arguments);
      if (elsewhere.isPresent()) {
        return elsewhere.get();
      }
    }
    Console talk =
        console.with(
            parsed.hasMatchedOption(CommandTree.JSON), parsed.hasMatchedOption(CommandTree.QUIET));
    Optional<Path> file =
        Optional.ofNullable(parsed.matchedOptionValue(CommandTree.SETTINGS, null));
    try {
      command.run(
          new Invocation(
              talk,
              SettingsOptions.given(parsed, command.settings(), words),
              file,
              command.settings(),
              words,
              stop));
    } finally {
      answered = talk.answered();
    }
    if (talk.json() && !answered) {
      throw new IllegalStateException("the command gave no result for --json");
    }
    return 0;
  }

  /**
   * The commands that a line is about. To describe all of them takes longer than most take to run:
   * a line that names one does without the others.
   */
  private static Collection<Command> asked(Commands all, String[] arguments) {
    Map<String, Provider<Command>> byName = all.commands();
    Provider<Command> named = arguments.length == 0 ? null : byName.get(arguments[0]);
    if (named != null) {
      Command command = named.get();
      if (!command.describesOthers()) {
        return List.of(command);
      }
    }
    return byName.values().stream().map(Provider::get).toList();
  }

  /** What the JVM could not read of the command line is no name of anything. */
  private static void checkSigns(String[] typed) {
    for (String argument : typed) {
      if (argument.indexOf('\uFFFD') >= 0) {
        throw new UsageException(
            "'"
                + argument
                + "' has signs that the locale does not know; set LC_ALL=C.UTF-8, as the script"
                + " espalier does");
      }
    }
  }

  /** An empty name would mean the current folder, which nobody means by it. */
  private static void checkNames(ParseResult parsed) {
    for (PositionalParamSpec given : parsed.matchedPositionals()) {
      if (given.stringValues().stream().anyMatch(String::isBlank)) {
        throw new ParameterException(
            parsed.commandSpec().commandLine(), given.paramLabel() + " is empty; give a name");
      }
    }
  }

  /** Help that is asked for of a command that there is not: picocli would pass the name over. */
  private static void checkCommand(CommandLine line, ParseResult parsed) {
    if (!parsed.hasSubcommand() && !parsed.unmatched().isEmpty()) {
      throw new CommandLine.UnmatchedArgumentException(line, parsed.unmatched());
    }
  }

  private static ParseResult deepest(ParseResult parsed) {
    return parsed.hasSubcommand() ? deepest(parsed.subcommand()) : parsed;
  }

  private static boolean anywhere(ParseResult parsed, Predicate<ParseResult> test) {
    return test.test(parsed) || (parsed.hasSubcommand() && anywhere(parsed.subcommand(), test));
  }

  private int fail(Failure failure, Throwable thrown, boolean debug, boolean json) {
    console.say("espalier: " + failure.message());
    if (json && !answered) {
      Map<String, Object> error =
          Map.of("error", failure.message(), "exitCode", failure.exitCode());
      try {
        console.with(true, false).result(error);
      } catch (StandardOutput.LostOutput e) {
        return failure.exitCode(); // it was said where somebody may see it
      }
    }
    if (debug) {
      thrown.printStackTrace(err);
    }
    return failure.exitCode();
  }
}
