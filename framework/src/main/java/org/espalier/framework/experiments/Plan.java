package org.espalier.framework.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.espalier.graphs.UsageException;

/**
 * Arms and seeds, each a task. A comparison, a lottery, a sweep are ways to draw one. Tasks that
 * two arms share, or need, are one task.
 *
 * @param name for people
 */
public record Plan(String name, List<Arm> arms) {
  public Plan {
    arms = List.copyOf(arms);
  }

  /** A plan without arms, to which they are added. */
  public static Plan named(String name) {
    return new Plan(name, List.of());
  }

  /** The same plan with one arm for each seed. */
  public Plan arm(String arm, List<Long> seeds, LongFunction<? extends Task> task) {
    checkSeeds(seeds);
    List<Arm> more = new ArrayList<>(arms);
    seeds.forEach(seed -> more.add(new Arm(arm, seed, task.apply(seed))));
    return new Plan(name, more);
  }

  /** The same plan with one arm more. */
  public Plan arm(String arm, long seed, Task task) {
    return arm(arm, List.of(seed), s -> task);
  }

  /**
   * Refuses seeds that are none, or not all different.
   *
   * @throws UsageException with the seeds
   */
  public static void checkSeeds(List<Long> seeds) {
    if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
      throw new UsageException("seeds must be one or more, all different; found " + seeds);
    }
  }

  /** Every task once, those that others need before them; otherwise in the order of the arms. */
  public List<Task> order() {
    Map<String, Task> order = new LinkedHashMap<>();
    arms.forEach(arm -> add(arm.task(), order));
    return List.copyOf(order.values());
  }

  private static void add(Task task, Map<String, Task> order) {
    String key = task.key();
    if (!order.containsKey(key)) {
      task.needs().forEach(need -> add(need, order));
      order.put(key, task);
    }
  }
}
