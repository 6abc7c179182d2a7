package org.espalier.commandline.cli;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One subcommand. The class also carries picocli's {@code @Command(name = …, description = …)}; its
 * positional parameters, if any, are fields with {@code @Parameters}. Its options come from {@link
 * #settings()}. {@code --help}, {@code --debug}, {@code --settings} and {@code --json} are added by
 * the frame.
 */
public interface Command {
  /** The heading under which the command is listed. */
  Group group();

  /** The settings records of which every setting becomes an option. */
  default List<Class<? extends Record>> settings() {
    return List.of();
  }

  /**
   * What a setting is before its default holds, in a few words: "as --recipe says". Usually
   * nothing.
   */
  default Optional<String> beforeDefault(String setting) {
    return Optional.empty();
  }

  /** Settings that come with the records and are refused with a reason; help leaves them out. */
  default Set<String> refused() {
    return Set.of();
  }

  /** Commands below this one; then this one cannot itself be run. */
  default List<Command> subcommands() {
    return List.of();
  }

  /** Whether the command says something of all others, and so wants them described too. */
  default boolean describesOthers() {
    return false;
  }

  /** Whether the command writes a JSON document when asked to with {@code --json}. */
  default boolean supportsJson() {
    return false;
  }

  /**
   * Whether the command opens a session, and so is worth starting a JVM with another environment.
   * Asked after the command line has been read into the fields of this object.
   */
  default boolean needsTensorFlow() {
    return true;
  }

  /** Does the work. What it throws becomes one line and an exit code, see {@link Failure}. */
  void run(Invocation invocation) throws Exception;
}
