package org.espalier.commandline.cli;

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
import org.espalier.framework.settings.Vocabulary;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reads a command line, runs the command it names and turns the outcome into an exit code. */
public final class CommandRunner {
  /** Runs the command in another JVM; empty if this one will do. */
  @FunctionalInterface
  public interface Relaunch {
    Optional<Integer> tryRun(String[] arguments) throws Exception;
  }

  private final Collection<Command> commands;
  private final PrintStream out;
  private final PrintStream err;
  private final Console console;
  private final Vocabulary words;
  private final BooleanSupplier stop;
  private final Relaunch relaunch;
  private boolean answered;

  /**
   * @param out for results and for help that was asked for
   * @param err for people
   * @param environment for NO_COLOR and TERM
   * @param words what settings may name
   * @param stop whether the process was asked to stop
   */
  public CommandRunner(
      Collection<Command> commands,
      PrintStream out,
      PrintStream err,
      Map<String, String> environment,
      Vocabulary words,
      BooleanSupplier stop,
      Relaunch relaunch) {
    this.commands = commands;
    this.out = out;
    this.err = err;
    this.console = Console.of(err, out, environment);
    this.words = words;
    this.stop = stop;
    this.relaunch = relaunch;
  }

  /** The exit code. */
  public int run(String... typed) {
    String[] arguments = Asked.plainly(typed);
    Help.Ansi ansi = console.colour() ? Help.Ansi.ON : Help.Ansi.OFF;
    CommandLine line = CommandTree.build(commands, words, Versions.read(), ansi);
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    boolean debug = false;
    boolean json = List.of(arguments).contains(CommandTree.JSON);
    if (arguments.length == 0) {
      line.usage(err);
      return Failure.WRONG_USE;
    }
    try {
      ParseResult parsed = line.parseArgs(arguments);
      debug = anywhere(parsed, part -> part.hasMatchedOption(CommandTree.DEBUG));
      checkCommand(line, parsed);
      if (CommandLine.printHelpIfRequested(parsed)) {
        return 0;
      }
      return run(deepest(parsed), arguments);
    } catch (ParameterException e) {
      return fail(new Failure(Failure.WRONG_USE, WrongUse.message(e)), e, debug, json);
    } catch (Exception | VirtualMachineError | LinkageError e) {
      return fail(Failure.of(e), e, debug, json);
    }
  }

  private int run(ParseResult parsed, String[] arguments) throws Exception {
    CommandSpec spec = parsed.commandSpec();
    if (!spec.subcommands().isEmpty()) {
      String known = String.join(", ", spec.subcommands().keySet());
      throw new ParameterException(spec.commandLine(), "expected a command, one of: " + known);
    }
    if (!(spec.userObject() instanceof Command command)) {
      throw new ParameterException(spec.commandLine(), "there are no commands");
    }
    if (command.needsTensorFlow()) {
      Optional<Integer> elsewhere = relaunch.tryRun(arguments);
      if (elsewhere.isPresent()) {
        return elsewhere.get();
      }
    }
    Console talk = console.withJson(parsed.hasMatchedOption(CommandTree.JSON));
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
      console.withJson(true).result(error);
    }
    if (debug) {
      thrown.printStackTrace(err);
    }
    return failure.exitCode();
  }
}
