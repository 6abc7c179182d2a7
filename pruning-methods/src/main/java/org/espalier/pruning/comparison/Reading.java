package org.espalier.pruning.comparison;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Says in sentences what the numbers of a comparison mean, and what they cannot tell. */
final class Reading {
  /** Two-sided 95 % of a normal distribution. */
  private static final double Z = 1.96;

  private Reading() {}

  static List<String> of(List<ArmResult> arms, int testImages) {
    Map<String, ArmSummary> byArm = new LinkedHashMap<>();
    ArmSummary.of(arms).forEach(arm -> byArm.put(arm.arm(), arm));
    List<String> sentences = new ArrayList<>();
    for (String arm : byArm.keySet()) {
      String prefix =
          arm.endsWith("/" + Comparison.PRUNED) || arm.equals(Comparison.PRUNED)
              ? arm.substring(0, arm.length() - Comparison.PRUNED.length())
              : null;
      if (prefix != null && isWhole(byArm, prefix)) {
        sentences.add(sizes(byArm, prefix));
        verdict(arms, byArm, prefix, Comparison.SCRATCH_B, testImages).ifPresent(sentences::add);
        verdict(arms, byArm, prefix, Comparison.SCRATCH_B_TOTAL, testImages)
            .ifPresent(sentences::add);
      }
    }
    return sentences;
  }

  /** Fine-tuning against an arm from scratch, if that is there and shares a seed with it. */
  private static Optional<String> verdict(
      List<ArmResult> arms,
      Map<String, ArmSummary> byArm,
      String prefix,
      String scratch,
      int testImages) {
    List<Double> differences = differences(arms, prefix + Comparison.FINE_TUNED, prefix + scratch);
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of(
            title(prefix)
                + (scratch.equals(Comparison.SCRATCH_B)
                    ? "Fine-tuning against Scratch-B: "
                    : "Fine-tuning against Scratch-B with as much computation in all: ")
                + verdict(differences, byArm.get(prefix + scratch).mean(), testImages));
  }

  /** Whether all arms are there that the sentences speak of; an experiment may have others. */
  private static boolean isWhole(Map<String, ArmSummary> byArm, String prefix) {
    return byArm.containsKey(Comparison.UNPRUNED)
        && byArm.containsKey(prefix + Comparison.FINE_TUNED)
        && byArm.containsKey(prefix + Comparison.SCRATCH_E)
        && byArm.containsKey(prefix + Comparison.SCRATCH_B);
  }

  private static String title(String prefix) {
    return prefix.isEmpty() ? "" : prefix.replaceAll("/$", "").replace("/", ", ") + ": ";
  }

  /**
   * @param prefix of the arms of one way to prune
   */
  private static String sizes(Map<String, ArmSummary> byArm, String prefix) {
    ArmSummary unpruned = byArm.get(Comparison.UNPRUNED);
    ArmSummary small = byArm.get(prefix + Comparison.PRUNED);
    ArmSummary fineTuned = byArm.get(prefix + Comparison.FINE_TUNED);
    ArmSummary scratchE = byArm.get(prefix + Comparison.SCRATCH_E);
    ArmSummary scratchB = byArm.get(prefix + Comparison.SCRATCH_B);
    return format(
        "%sThe pruned network keeps %s of the multiply-accumulates; fine-tuned it ends %s from the "
            + "unpruned network's accuracy, trained from scratch for as many epochs (Scratch-E) %s, "
            + "for as much computation (Scratch-B) %s.",
        title(prefix),
        small.atLeast() || unpruned.atLeast()
            ? "a share that is not known"
            : format("%.0f %%", 100.0 * small.spentMacs() / unpruned.spentMacs()),
        within(fineTuned, unpruned),
        within(scratchE, unpruned),
        within(scratchB, unpruned));
  }

  /** By how much one arm is more accurate than another, for each seed that both have. */
  private static List<Double> differences(List<ArmResult> arms, String arm, String other) {
    Map<Long, Double> others = new HashMap<>();
    arms.stream()
        .filter(a -> a.label().equals(other))
        .forEach(a -> others.put(a.seed(), a.accuracy()));
    return arms.stream()
        .filter(a -> a.label().equals(arm) && others.containsKey(a.seed()))
        .map(a -> a.accuracy() - others.get(a.seed()))
        .toList();
  }

  /**
   * @param differences one a seed
   * @param known the accuracy of one of the two arms
   */
  private static String verdict(List<Double> differences, double known, int testImages) {
    int n = differences.size();
    double mean = differences.stream().mapToDouble(d -> d).average().orElseThrow();
    double resolution =
        n == 1
            ? ofTestImages(known + mean / 2, testImages)
            : new PairedDifferences(differences, 1.0 / testImages).halfWidth(1);
    boolean clear = Math.abs(mean) > resolution;
    String than = clear ? "more than" : "less than";
    String even = clear ? "" : ", so which of the two is better is open";
    return n == 1
        ? format(
            "%s points, %s the ±%.1f points that 1 seed and %,d test " + "images can tell apart%s.",
            points(mean), than, 100 * resolution, testImages, even)
        : format(
            "%s points, the mean of one difference for each of %d seeds; "
                + "%s the ±%.1f points that chance gives such a mean in 19 of 20 comparisons "
                + "(Student's t, from how much the differences vary)%s.",
            points(mean), n, than, 100 * resolution, even);
  }

  private static String within(ArmSummary arm, ArmSummary reference) {
    return points(arm.mean() - reference.mean()) + " points";
  }

  /** With a sign of its own, not a hyphen. */
  private static String points(double difference) {
    return format("%+.1f", 100 * difference).replace('-', '\u2212');
  }

  /**
   * What a difference of one seed, which has no spread, must exceed: what a finite test set leaves
   * open.
   *
   * @param p the mean accuracy of the two arms
   */
  static double ofTestImages(double p, int testImages) {
    return Z * Math.sqrt(2 * p * (1 - p) / testImages);
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
