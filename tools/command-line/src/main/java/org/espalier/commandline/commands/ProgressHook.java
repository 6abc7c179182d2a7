package org.espalier.commandline.commands;

import java.util.Locale;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Progress;
import org.espalier.framework.training.EpochMetrics;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.TrainingHook;
import org.espalier.framework.training.TrainingJob;

/**
 * Shows a training's progress: images done of all, rate, time left, and how the last epoch went.
 */
final class ProgressHook implements TrainingHook {
  private final Console console;
  private final String title;
  private final long imagesPerEpoch;
  private Progress progress;
  private int epochs;

  ProgressHook(Console console, String title, TrainingJob job) {
    this.console = console;
    this.title = title;
    this.imagesPerEpoch = job.data().train().size();
  }

  @Override
  public void started(Live live, int epochsDone, Recipe recipe, int stepsPerEpoch) {
    epochs = recipe.epochs();
    if (epochsDone > 0) {
      console.say(title + ": goes on after epoch " + epochsDone + " of " + epochs);
    }
    progress = console.progress(title, "images", imagesPerEpoch * (epochs - epochsDone));
  }

  @Override
  public void afterStep(long step, int images, double loss) {
    progress.step(images);
  }

  @Override
  public void afterEpoch(EpochMetrics m) {
    progress.note(
        String.format(
            Locale.ROOT, " epoch %d/%d, %.1f %% right", m.epoch(), epochs, 100 * m.testAccuracy()));
  }

  @Override
  public void ended() {
    if (progress != null) {
      progress.close();
    }
  }
}
