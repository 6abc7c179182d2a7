package org.espalier.lottery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.espalier.framework.experiments.Store;
import org.espalier.pruning.comparison.PairedDifferences;

/**
 * Says how far apart another order of images takes two copies of a network: the error barrier
 * between them (Frankle et al. 2020), one sentence a learning rate.
 */
final class Stability {
  /** Frankle et al. 2020, section 3: what is below counts as noise. */
  private static final double STABLE = 0.02;

  private final Store store;
  private final ToDoubleFunction<LotteryPath> density;
  private final double image;

  /**
   * @param density of a path's network
   * @param testImages how many each accuracy was measured on
   */
  Stability(Store store, ToDoubleFunction<LotteryPath> density, int testImages) {
    this.store = store;
    this.density = density;
    this.image = 1.0 / testImages;
  }

  /** Sentences; none if nothing was measured. */
  List<String> read(List<LotteryPath> paths) {
    Map<Double, Map<Integer, List<LotteryPath>>> rates = new LinkedHashMap<>();
    paths.forEach(
        path ->
            rates
                .computeIfAbsent(path.learningRate(), k -> new TreeMap<>())
                .computeIfAbsent(path.round(), k -> new ArrayList<>())
                .add(path));
    List<String> sentences = new ArrayList<>();
    rates.forEach((rate, rounds) -> sentences.add(sentence(rate, rounds.values())));
    return sentences;
  }

  private String sentence(double rate, Iterable<List<LotteryPath>> rounds) {
    List<String> all = new ArrayList<>();
    List<String> stable = new ArrayList<>();
    String start = "";
    for (List<LotteryPath> seeds : rounds) {
      start = seeds.get(0).start();
      List<Double> barriers = seeds.stream().map(this::barrier).toList();
      String left = LotteryReading.percent(seeds.stream().mapToDouble(density).average().orElse(1));
      all.add(points(barriers) + " at " + left);
      if (mean(barriers) < STABLE) {
        stable.add(left);
      }
    }
    return String.format(
        Locale.ROOT,
        "Learning rate %s, two copies from %s with the images in different orders: error barrier on the"
            + " line between them %s of the weights. Below 2 points copies count as stable: %s.",
        rate,
        start,
        String.join(", ", all),
        stable.isEmpty() ? "none is" : "those at " + String.join(", ", stable));
  }

  private double barrier(LotteryPath path) {
    return PathFile.read(store.folder(path.task())).barrier();
  }

  private static double mean(List<Double> barriers) {
    return barriers.stream().collect(Collectors.averagingDouble(b -> b));
  }

  /** The mean, with its 95 % interval where there are several seeds. */
  private String points(List<Double> barriers) {
    String mean = String.format(Locale.ROOT, "%.2f", 100 * mean(barriers));
    return barriers.size() < 2
        ? mean + " points"
        : String.format(
            Locale.ROOT,
            "%s ±%.2f points",
            mean,
            100 * new PairedDifferences(barriers, image).halfWidth(1));
  }
}
