package org.espalier.lottery;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.PairedDifferences;

/** Says in sentences what a lottery answers, and what it cannot tell. */
final class LotteryReading {
  private static final double ERROR = 0.05;

  /** Fewer seeds never reach 5 %, whatever they show. */
  private static final int FEWEST =
      IntStream.iterate(2, n -> n + 1)
          .filter(n -> PairedDifferences.smallestP(n) <= ERROR)
          .findFirst()
          .orElseThrow();

  private LotteryReading() {}

  /** A sentence or two for each learning rate and control; first that on fresh weights. */
  static List<String> of(List<ArmResult> arms, int testImages) {
    List<String> sentences = new ArrayList<>();
    Map<Double, List<ArmResult>> byRate = new LinkedHashMap<>();
    arms.forEach(a -> byRate.computeIfAbsent(a.learningRate(), k -> new ArrayList<>()).add(a));
    byRate.forEach(
        (rate, own) -> {
          for (String other : others(own)) {
            sentences.add(
                String.format(
                    Locale.ROOT,
                    "Learning rate %s, winning ticket against %s: %s",
                    rate,
                    other,
                    answer(pairs(own, other, 1.0 / testImages))));
          }
        });
    return sentences;
  }

  private static List<String> others(List<ArmResult> arms) {
    return arms.stream()
        .map(ArmResult::arm)
        .distinct()
        .filter(arm -> !arm.equals(LotteryArm.DENSE) && !arm.equals(LotteryArm.TICKET))
        .toList();
  }

  /** Of one round: how dense, and the differences. */
  private record Pair(double density, List<Double> values, double image) {
    PairedDifferences differences() {
      return new PairedDifferences(values, image);
    }
  }

  private static List<Pair> pairs(List<ArmResult> arms, String other, double image) {
    Map<Integer, List<ArmResult>> rounds = new TreeMap<>();
    arms.stream()
        .filter(a -> a.arm().equals(LotteryArm.TICKET))
        .forEach(a -> rounds.computeIfAbsent(a.round(), k -> new ArrayList<>()).add(a));
    Map<String, Double> accuracies = new HashMap<>();
    arms.stream()
        .filter(a -> a.arm().equals(other))
        .forEach(a -> accuracies.put(a.round() + " " + a.seed(), a.accuracy()));
    List<Pair> pairs = new ArrayList<>();
    rounds.forEach(
        (round, tickets) -> {
          List<Double> values =
              tickets.stream()
                  .filter(t -> accuracies.containsKey(round + " " + t.seed()))
                  .map(t -> t.accuracy() - accuracies.get(round + " " + t.seed()))
                  .toList();
          double density = tickets.stream().mapToDouble(ArmResult::density).average().orElseThrow();
          pairs.add(new Pair(density, values, image));
        });
    return pairs;
  }

  private static String answer(List<Pair> pairs) {
    int seeds = pairs.get(0).values().size();
    if (seeds < 2) {
      return String.format(
          Locale.ROOT,
          "%s points%s. One seed has no spread, so this says nothing; the exact test needs %d seeds.",
          points(pairs.get(0).values().isEmpty() ? 0 : mean(pairs, 0)),
          inMean(pairs),
          FEWEST);
    }
    PairedDifferences overall =
        new PairedDifferences(
            IntStream.range(0, seeds).mapToObj(s -> mean(pairs, s)).toList(), pairs.get(0).image());
    return seeds < FEWEST ? tooFew(pairs, overall) : tested(pairs, overall);
  }

  /** Of one seed, over all densities. */
  private static double mean(List<Pair> pairs, int seed) {
    return pairs.stream().mapToDouble(p -> p.values().get(seed)).average().orElseThrow();
  }

  private static String inMean(List<Pair> pairs) {
    return pairs.size() == 1 ? "" : " in the mean over " + pairs.size() + " densities";
  }

  private static String tooFew(List<Pair> pairs, PairedDifferences overall) {
    return String.format(
        Locale.ROOT,
        "%s%s, by Student's t %s. %d seeds are too few for the exact test, whose p-value cannot come"
            + " below %.2g with them; %d are the fewest.%s",
        interval(overall),
        inMean(pairs),
        isClear(overall, 1) ? "more than chance" : "no more than chance" + wanted(overall),
        overall.seeds(),
        PairedDifferences.smallestP(overall.seeds()),
        FEWEST,
        single(
            pairs,
            pairs.stream().map(Pair::differences).map(d -> isClear(d, pairs.size())).toList()));
  }

  private static boolean isClear(PairedDifferences differences, int looks) {
    return Math.abs(differences.mean()) > differences.halfWidth(looks);
  }

  private static String tested(List<Pair> pairs, PairedDifferences overall) {
    double p = PairedDifferences.corrected(List.of(overall)).get(0);
    List<Double> each = PairedDifferences.corrected(pairs.stream().map(Pair::differences).toList());
    return String.format(
        Locale.ROOT,
        "%s%s, %s (exact permutation test over %d seeds, p = %.2g).%s",
        interval(overall),
        inMean(pairs),
        p > ERROR
            ? "no more than chance" + wanted(overall)
            : overall.mean() > 0 ? "so the ticket is better" : "so the ticket is worse",
        overall.seeds(),
        p,
        single(pairs, each.stream().map(of -> of <= ERROR).toList()));
  }

  /** What single densities show, where there are several. */
  private static String single(List<Pair> pairs, List<Boolean> clear) {
    if (pairs.size() == 1) {
      return "";
    }
    List<Pair> beyond =
        IntStream.range(0, pairs.size()).filter(clear::get).mapToObj(pairs::get).toList();
    return String.format(
        Locale.ROOT,
        " Looked at one by one, and corrected for %d looks, %s.",
        pairs.size(),
        beyond.isEmpty() ? "no density shows more than chance" : "more than chance " + at(beyond));
  }

  /** How many seeds would tell, should the difference be what it is. */
  private static String wanted(PairedDifferences differences) {
    OptionalInt seeds = differences.seedsNeeded();
    return seeds.isPresent()
        ? String.format(
            Locale.ROOT,
            "; if it is real, about %d seeds would show it",
            Math.max(Math.max(FEWEST, differences.seeds() + 1), seeds.getAsInt()))
        : "";
  }

  private static String interval(PairedDifferences differences) {
    return String.format(
        Locale.ROOT, "%s ±%.2f points", points(differences.mean()), 100 * differences.halfWidth(1));
  }

  /** One density with its interval; several with the least and the most that they differ by. */
  private static String at(List<Pair> pairs) {
    String densities =
        pairs.stream().map(p -> percent(p.density())).collect(Collectors.joining(", "));
    if (pairs.size() == 1) {
      return "at " + densities + " of the weights (" + interval(pairs.get(0).differences()) + ")";
    }
    DoubleSummaryStatistics means =
        pairs.stream().mapToDouble(p -> p.differences().mean()).summaryStatistics();
    return String.format(
        Locale.ROOT,
        "at %s of the weights (%s to %s points)",
        densities,
        points(means.getMin()),
        points(means.getMax()));
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share).replaceFirst("\\.0$", "") + " %";
  }

  private static String points(double difference) {
    return String.format(Locale.ROOT, "%+.2f", 100 * difference).replace('-', '\u2212');
  }
}
