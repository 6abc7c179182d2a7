package org.espalier.pruning.comparison;

import java.util.List;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.FineTuning;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.pruning.PruningSettings;
import org.espalier.pruning.StructuredMethod;

/**
 * A comparison that can be run: everything that its results depend on.
 *
 * @param name for people
 * @param recipe of the unpruned network, and so of Scratch-E
 * @param cap if given, Scratch-B gets at most this many times the epochs
 * @param seeds one run of every arm for each
 * @param scale says how far this is from the paper's protocol, for people
 * @param command how to run it again
 */
public record ComparisonPlan(
    String name,
    Network network,
    Dataset data,
    Recipe recipe,
    FineTuning fineTuning,
    Optional<Double> cap,
    StructuredMethod method,
    PruningSettings pruning,
    List<Long> seeds,
    Machine machine,
    String scale,
    String command) {
  public ComparisonPlan {
    seeds = List.copyOf(seeds);
    checkSeeds(seeds);
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
}
