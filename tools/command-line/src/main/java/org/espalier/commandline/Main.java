package org.espalier.commandline;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.espalier.commandline.cli.CommandRunner;
import org.espalier.launch.Launcher;
import org.espalier.launch.Stopping;

/** The command line. */
public final class Main {
  private Main() {}

  /** Runs one command and exits: 0 success, 2 wrong use, 3 bad input, 1 anything else. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // libraries, the progress bar for one, write numbers by it
    Launcher.followParent();
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    // stdout is for results alone: whatever else prints there must not spoil a JSON document.
    System.setOut(err);
    System.setErr(err);
    Stopping stopping = new Stopping();
    CommandLineComponent wired = DaggerCommandLineComponent.create();
    CommandRunner runner =
        new CommandRunner(
            wired.commands(),
            out,
            err,
            System.getenv(),
            wired.words(),
            stopping::isAsked,
            again -> Launcher.tryRun(Main.class, again));
    int code = runner.run(arguments);
    stopping.done();
    System.exit(code);
  }

  /** UTF-8 whatever the locale says: JSON is. */
  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
