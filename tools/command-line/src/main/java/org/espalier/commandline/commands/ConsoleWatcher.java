package org.espalier.commandline.commands;

import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Invocation;
import org.espalier.commandline.cli.Progress;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Tally;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.training.Extent;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.Watcher;

/**
 * Shows on the console how work goes on. Of one training at a time: images done of all, rate, time
 * left, and how the last epoch went. Of several at once: a line when one starts, now and then one
 * while it goes on, and one when it ends, for bars would write over each other.
 *
 * @param titles what to call tasks, by their hash; others have titles of their own
 */
record ConsoleWatcher(
    Console console, BooleanSupplier stop, Map<String, String> titles, boolean several)
    implements PlanWatcher {

  ConsoleWatcher(Invocation in) {
    this(in, Map.of(), false);
  }

  ConsoleWatcher(Invocation in, Map<String, String> titles, boolean several) {
    this(in.console(), in.stop(), titles, several);
  }

  @Override
  public void note(String line) {
    console.say(line);
  }

  @Override
  public boolean wantsToStop() {
    return stop.getAsBoolean();
  }

  @Override
  public Watcher training(Task task) {
    String title = titles.getOrDefault(task.key(), task.title());
    return several ? new Lines(title) : new Bar(title);
  }

  @Override
  public Tally counting(Task task, String unit, long total) {
    Progress progress =
        console.progress(titles.getOrDefault(task.key(), task.title()), unit, total);
    return new Tally() {
      @Override
      public void one() {
        progress.step(1);
      }

      @Override
      public void close() {
        progress.close();
      }
    };
  }

  private void goesOn(String title, Extent extent, long step) {
    if (step > 0) {
      double epoch = (double) step / extent.stepsPerEpoch();
      console.say(
          String.format(
              Locale.ROOT,
              "%s: goes on after epoch %s of %d",
              title,
              shown(epoch),
              extent.epochs()));
    }
  }

  private static String shown(double epoch) {
    return epoch == Math.rint(epoch)
        ? Long.toString((long) epoch)
        : String.format(Locale.ROOT, "%.2f", epoch);
  }

  private static String went(Measurement m, int epochs) {
    String accuracy =
        m.isTested() ? String.format(Locale.ROOT, ", %.1f %% right", 100 * m.testAccuracy()) : "";
    return "epoch " + shown(m.epoch()) + "/" + epochs + accuracy;
  }

  /** One training after another. */
  private final class Bar implements Watcher {
    private final String title;
    private Progress progress;
    private int epochs;

    Bar(String title) {
      this.title = title;
    }

    @Override
    public void started(Extent extent, long step) {
      goesOn(title, extent, step);
      epochs = extent.epochs();
      progress = console.progress(title, "images", extent.imagesAfter(step));
    }

    @Override
    public void afterStep(long step, int images, double loss) {
      progress.step(images);
    }

    @Override
    public void measured(Measurement m) {
      progress.note(went(m, epochs));
    }

    @Override
    public void ended() {
      progress.close();
    }
  }

  /** Many trainings at once. */
  private final class Lines implements Watcher {
    private final String title;
    private Progress news;
    private boolean isMeasured;
    private int epochs;

    Lines(String title) {
      this.title = title;
    }

    @Override
    public void started(Extent extent, long step) {
      epochs = extent.epochs();
      if (step == 0) {
        console.say(title + ": starts, " + epochs + (epochs == 1 ? " epoch" : " epochs"));
      }
      goesOn(title, extent, step);
      news = console.news(title, "epochs", epochs);
    }

    @Override
    public void measured(Measurement m) {
      isMeasured = true;
      news.note(went(m, epochs));
    }

    @Override
    public void ended() {
      if (isMeasured) {
        news.close();
      }
    }
  }
}
