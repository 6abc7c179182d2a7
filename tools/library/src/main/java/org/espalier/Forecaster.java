package org.espalier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.Forecast.Entry;
import org.espalier.Forecast.State;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Preview;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.Stretch;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Feed;
import org.espalier.framework.training.Loss;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.TrainingSession;
import org.espalier.graphs.Network;

/**
 * Tells what a plan would do and about how long it would take: by the runs of the same network that
 * are done on this machine or, where there are none, by a few steps that are measured.
 */
final class Forecaster {
  private static final int WARM_UP = 2;
  private static final int MEASURED = 4;

  /** An evaluated image costs a forward pass, a trained one about three. */
  private static final double EVALUATED = 1.0 / 3;

  /** From so many on, starting more processes costs less than it saves. */
  private static final int MANY_TRAININGS = 20;

  private final Workshop shop;
  private final int jobs;
  private final Map<String, Double> secondsPerImage = new HashMap<>();

  Forecaster(Workshop shop, int jobs) {
    this.shop = shop;
    this.jobs = jobs;
  }

  Forecast of(Plan plan) {
    Map<String, List<String>> arms = new HashMap<>();
    for (Arm arm : plan.arms()) {
      arms.computeIfAbsent(arm.task().key(), k -> new ArrayList<>())
          .add("seed " + arm.seed() + ", " + arm.name());
    }
    List<Task> tasks = plan.order();
    Map<String, String> wantedBy = wantedBy(tasks, arms);
    tasks.forEach(task -> shop.store().find(task).ifPresent(done -> learn(task, done)));
    List<Entry> entries = new ArrayList<>();
    for (Task task : tasks) {
      String wanting = wantedBy.get(task.key());
      String title = wanting == null ? task.title() : task.kind() + ", for " + wanting;
      entries.add(entry(task, title, arms.getOrDefault(task.key(), List.of())));
    }
    double seconds = entries.stream().mapToDouble(Entry::seconds).sum();
    return new Forecast(plan.name(), entries, seconds / jobs);
  }

  /** Of tasks that are no arm themselves, the first arm that needs them. */
  private static Map<String, String> wantedBy(List<Task> tasks, Map<String, List<String>> arms) {
    Map<String, String> wanted = new HashMap<>();
    for (Task task : tasks) {
      List<String> own = arms.getOrDefault(task.key(), List.of());
      for (Task need : own.isEmpty() ? List.<Task>of() : task.needs()) {
        if (!arms.containsKey(need.key())) {
          wanted.putIfAbsent(need.key(), own.get(0));
        }
      }
    }
    return wanted;
  }

  /** See {@link Espalier#jobsThatPay}. */
  int jobsThatPay(Plan plan) {
    List<Train> trainings =
        plan.order().stream().filter(Train.class::isInstance).map(Train.class::cast).toList();
    List<Machine> used =
        trainings.stream()
            .filter(train -> train.start() instanceof Fresh) // the others come from these
            .map(this::machine)
            .distinct()
            .toList();
    boolean small = used.size() == 1 && used.get(0).threads() == 1;
    return small && trainings.size() >= MANY_TRAININGS ? shop.machine().threads() : 1;
  }

  private Entry entry(Task task, String title, List<String> arms) {
    Optional<RunSummary> done = shop.store().find(task);
    if (done.isPresent()) {
      return new Entry(title, task.key(), arms, State.DONE, done.get().epochs(), 0);
    }
    State state = shop.store().isBegun(task) ? State.BEGUN : State.TO_DO;
    Optional<Preview> preview = task instanceof Train ? task.preview(shop) : Optional.empty();
    if (preview.isEmpty()) {
      return new Entry(title, task.key(), arms, state, 0, 0);
    }
    Train train = (Train) task;
    Recipe recipe = train.recipe(preview.get(), shop);
    int epochs = train.epochs(recipe, shop.data(train.images()));
    double seconds = secondsPerImage(preview.get().network(), train) * images(train, epochs);
    return new Entry(title, task.key(), arms, state, epochs, seconds);
  }

  /** Images of the whole training, evaluated ones in the currency of trained ones. */
  private double images(Train train, int epochs) {
    Dataset data = shop.data(train.images());
    return epochs * (data.train().size() + EVALUATED * data.test().size());
  }

  private static String key(String networkDigest, Train train) {
    return networkDigest
        + " "
        + train.recipe().batchSize()
        + " "
        + Settings.text((Record) train.recipe().optimiser());
  }

  /** What a finished run on this machine tells. */
  private void learn(Task task, RunSummary done) {
    if (!(task instanceof Train train) || done.epochs() == 0) {
      return;
    }
    RunDescription run = new RunFolder(shop.store().folder(task)).description().orElseThrow();
    List<Stretch> stretches = run.stretches();
    boolean alike =
        !stretches.isEmpty()
            && Stretch.now(0, machine(train)).isLike(stretches.get(stretches.size() - 1));
    if (alike) {
      double each = done.trainingSeconds() / images(train, done.epochs());
      secondsPerImage.put(key(run.inputs().get("networkDigest").toString(), train), each);
    }
  }

  private Machine machine(Train train) {
    return train
        .preview(shop)
        .map(p -> shop.machine(p.network(), train.recipe().batchSize()))
        .orElse(shop.machine());
  }

  private double secondsPerImage(Network network, Train train) {
    return secondsPerImage.computeIfAbsent(
        key(Digests.of(network), train), k -> measured(network, train));
  }

  private double measured(Network network, Train train) {
    Dataset data = shop.data(train.images());
    int batch = Math.min(train.recipe().batchSize(), data.train().size());
    byte[] pixels = new byte[Math.multiplyExact(batch, data.train().imageBytes())];
    int[] labels = new int[batch];
    try (TrainingSession session =
        new TrainingSession(
            network,
            Feed.of(data),
            train.recipe(),
            Loss.labels(),
            shop.rules(),
            shop.machine(network, batch))) {
      session.write(network.initialise(1).with(session.zeroSlots()));
      long start = 0;
      for (int i = 0; i < WARM_UP + MEASURED; i++) {
        start = i == WARM_UP ? System.nanoTime() : start;
        session.step(pixels, labels, batch, 0, i + 1L);
      }
      return (System.nanoTime() - start) / 1e9 / MEASURED / batch;
    }
  }
}
