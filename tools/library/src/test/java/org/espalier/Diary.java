package org.espalier;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.training.Extent;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.Watcher;

/** Writes down what a plan's watcher hears, and may do something at a measurement. */
final class Diary implements PlanWatcher {
  /** What was heard of one training, from its start to its end. */
  static final class Part implements Watcher {
    Extent extent;
    long from;
    long step;
    int images;
    int ended;
    final List<Measurement> measured = new CopyOnWriteArrayList<>();
    private final Consumer<Measurement> atMeasurement;

    private Part(Consumer<Measurement> atMeasurement) {
      this.atMeasurement = atMeasurement;
    }

    @Override
    public void started(Extent whole, long after) {
      extent = whole;
      from = after;
    }

    @Override
    public void afterStep(long done, int more, double loss) {
      step = done;
      images += more;
    }

    @Override
    public void measured(Measurement measurement) {
      measured.add(measurement);
      atMeasurement.accept(measurement);
    }

    @Override
    public void ended() {
      ended++;
    }
  }

  final List<String> notes = new CopyOnWriteArrayList<>();
  private final Map<String, List<Part>> parts = new ConcurrentHashMap<>();
  private final Consumer<Measurement> atMeasurement;
  private volatile boolean stop;

  Diary() {
    this(m -> {});
  }

  Diary(Consumer<Measurement> atMeasurement) {
    this.atMeasurement = atMeasurement;
  }

  void stop() {
    stop = true;
  }

  /** The parts in which a training was made. */
  List<Part> parts(Task task) {
    return parts.getOrDefault(task.key(), List.of());
  }

  @Override
  public void note(String line) {
    notes.add(line);
  }

  @Override
  public Watcher training(Task task) {
    Part part = new Part(atMeasurement);
    parts.computeIfAbsent(task.key(), k -> new CopyOnWriteArrayList<>()).add(part);
    return part;
  }

  @Override
  public boolean wantsToStop() {
    return stop;
  }
}
