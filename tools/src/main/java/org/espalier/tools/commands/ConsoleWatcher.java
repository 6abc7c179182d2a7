package org.espalier.tools.commands;

import org.espalier.framework.training.TrainingHook;
import org.espalier.framework.training.TrainingJob;
import org.espalier.pruning.comparison.ComparisonWatcher;
import org.espalier.tools.cli.Console;

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
