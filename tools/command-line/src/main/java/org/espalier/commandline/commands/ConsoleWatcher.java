package org.espalier.commandline.commands;

import org.espalier.commandline.cli.Console;
import org.espalier.framework.training.TrainingHook;
import org.espalier.framework.training.TrainingJob;
import org.espalier.pruning.comparison.ComparisonWatcher;

/** Shows a comparison's progress on the console. */
record ConsoleWatcher(Console console) implements ComparisonWatcher {
  @Override
  public void note(String line) {
    console.say(line);
  }

  @Override
  public TrainingHook training(String title, TrainingJob job) {
    return new ProgressHook(console, title, job);
  }
}
