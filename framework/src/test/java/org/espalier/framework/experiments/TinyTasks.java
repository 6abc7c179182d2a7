package org.espalier.framework.experiments;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.DatasetSource;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.MetricsCsv;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.Watcher;
import org.espalier.graphs.Model;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/** The trainings of {@link TinyJobs} as tasks, and a workshop to make them in. */
final class TinyTasks {
  static final DataSpec TINY = DataSpec.of("tiny");

  private TinyTasks() {}

  static Workshop.Tools tools(Dataset data) {
    return new Workshop.Tools(
        TestNetworks.WIRED.architectures(),
        new Datasets(Set.of(DatasetSource.of(data))),
        TestNetworks.WIRED.rules(),
        TestNetworks.WIRED.costs(),
        TestNetworks.WIRED.rewrites(),
        (path, options) -> ModelFolder.load(path));
  }

  /** On 40 + 20 images, one thread, with a state kept after every epoch. */
  static Workshop shop(Path root) {
    return shop(root, TinyJobs.data(40, 20));
  }

  static Workshop shop(Path root, Dataset data) {
    return new Workshop(
        tools(data), new Store(root), Machine.threads(1), Step.ofEpochs(1), PlanWatcher.NONE);
  }

  static RunSummary make(Task task, Workshop shop) {
    return new Maker(shop).make(task);
  }

  /** A narrow ResNet-8 with its initial weights. */
  static Fresh fresh(long seed) {
    return new Fresh(ArchitectureSpec.of("resnet8").withWidth(0.25), seed);
  }

  /** Batches of 12 of 40 images: four steps an epoch, the last of them short. */
  static Train train(int epochs, long seed) {
    return train(fresh(seed), TinyJobs.recipe(epochs, 12, 0.05), seed);
  }

  static Train train(Source start, Recipe recipe, long seed) {
    return Train.of(start, TINY, recipe, seed);
  }

  /** With one arm for each task. */
  static Plan plan(Task... tasks) {
    Plan plan = Plan.named("test");
    for (Task task : tasks) {
      plan = plan.arm("arm", 1, task);
    }
    return plan;
  }

  /** What was measured, without the clock. */
  static List<Measurement> metrics(Path run) {
    return TinyJobs.withoutClock(MetricsCsv.read(run));
  }

  /** Watches every training with the same watcher. */
  static PlanWatcher watching(Watcher watcher) {
    return new PlanWatcher() {
      @Override
      public Watcher training(Task task) {
        return watcher;
      }
    };
  }

  /** Asks a training to stop after so many steps of this start. */
  static PlanWatcher stopAfter(int steps) {
    return watching(
        new Watcher() {
          private int done;

          @Override
          public void afterStep(long step, int images, double loss) {
            done++;
          }

          @Override
          public boolean wantsToStop() {
            return done == steps;
          }
        });
  }

  /** Ends a training as a crash would, after so many steps of this start. */
  static PlanWatcher crashAfter(int steps) {
    return watching(
        new Watcher() {
          private int left = steps;

          @Override
          public void afterStep(long step, int images, double loss) {
            if (--left == 0) {
              throw new IllegalStateException("crashed");
            }
          }
        });
  }

  /**
   * Does nothing, but leaves a run behind.
   *
   * @param after what must be done before
   */
  @Named("nothing")
  record Nothing(@Setting("Tells it from others.") String name, @Setting("") List<Need> after)
      implements Task {
    private static final Model MODEL =
        new Model(TinyJobs.network(), TinyJobs.network().initialise(1));
    private static final RunSummary SUMMARY =
        new RunSummary(null, null, 0, 1, 2, 3, 0, 0, Digests.of(MODEL.weights()));

    static Nothing named(String name, Task... after) {
      return new Nothing(name, List.of(after).stream().map(Need::new).toList());
    }

    @Override
    public RunSummary make(Run run, Workshop shop) {
      run.fill(folder -> folder.write(run.describe(Map.of(), shop), MODEL, SUMMARY));
      return SUMMARY;
    }

    @Override
    public String title() {
      return name;
    }
  }

  /** Fails with a message. */
  @Named("failing")
  record Failing(@Setting("What it says.") String message, @Setting("") List<Need> after)
      implements Task {
    static Failing saying(String message, Task... after) {
      return new Failing(message, List.of(after).stream().map(Need::new).toList());
    }

    @Override
    public RunSummary make(Run run, Workshop shop) {
      throw new IllegalStateException(message);
    }

    @Override
    public String title() {
      return "failing task";
    }
  }
}
