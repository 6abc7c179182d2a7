package org.espalier.commandline.cli;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.settings.Setting;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** A command for tests: does, or throws, what it is told. */
@CommandLine.Command(name = "greet", description = "Greet somebody.")
final class GreetCommand implements Command {
  record Greeting(
      @Setting(value = "how often", defaultValue = "1") int times,
      @Setting(value = "share of 100% to mean", defaultValue = "0.5") double warmth,
      @Setting("shout") boolean loud,
      @Setting("names to leave out") List<String> exceptOf) {
    Greeting {
      if (times < 1) {
        throw new IllegalArgumentException("times must be at least 1, found " + times);
      }
    }
  }

  record Manner(@Setting(value = "the language", defaultValue = "en") String language) {}

  @Parameters(paramLabel = "NAME", description = "whom to greet")
  String name;

  final boolean tensorflow;
  Throwable failure;
  Greeting greeting;
  Manner manner;

  GreetCommand(boolean tensorflow) {
    this.tensorflow = tensorflow;
  }

  @Override
  public Group group() {
    return Group.START;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(Greeting.class, Manner.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public boolean needsTensorFlow() {
    return tensorflow;
  }

  @Override
  public void run(Invocation invocation) throws Exception {
    greeting = invocation.settings(Greeting.class);
    manner = invocation.settings(Manner.class);
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof Exception exception) {
      throw exception;
    }
    System.err.println("stray words");
    invocation.console().tell("Hello " + name);
    if (!name.equals("nobody")) {
      invocation.console().result(Map.of("greeted", name));
    }
  }
}
