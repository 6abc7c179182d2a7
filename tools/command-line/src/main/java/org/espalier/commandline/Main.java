package org.espalier.commandline;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.espalier.commandline.cli.CommandRunner;
import org.espalier.launch.Home;
import org.espalier.launch.Launcher;
import org.espalier.launch.Stopping;

/** The command line. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with 0, or a code that says what kind of failure it was. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // libraries, the progress bar for one, write numbers by it
    Home.ensure();
    Launcher.followParent();
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    // stdout is for results alone: whatever else prints there must not spoil a JSON document.
    System.setOut(err);
    System.setErr(err);
    Stopping stopping = new Stopping();
    CommandRunner runner =
        new CommandRunner(
            DaggerCommandLineComponent::create,
            out,
            err,
            System.getenv(),
            stopping::isAsked,
            again -> Launcher.tryRun(Main.class, again));
    int code = runner.run(arguments);
    stopping.done();
    System.exit(code);
  }
}
