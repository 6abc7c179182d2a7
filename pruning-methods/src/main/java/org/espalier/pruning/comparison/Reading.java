package org.espalier.pruning.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says in sentences what the numbers of a comparison mean, and what they cannot tell. */
final class Reading {
  /** Two-sided 95 % of a normal distribution. */
  private static final double Z = 1.96;

  private Reading() {}

  static List<String> of(List<ArmSummary> summary, int testImages) {
    Map<String, ArmSummary> byArm = new LinkedHashMap<>();
    summary.forEach(arm -> byArm.put(arm.arm(), arm));
    List<String> sentences = new ArrayList<>();
    for (String arm : byArm.keySet()) {
      String prefix =
          arm.endsWith("/" + Comparison.PRUNED) || arm.equals(Comparison.PRUNED)
              ? arm.substring(0, arm.length() - Comparison.PRUNED.length())
              : null;
      if (prefix != null && isWhole(byArm, prefix)) {
        sentences.addAll(ofVariant(byArm, prefix, testImages));
      }
    }
    return sentences;
  }

  /** Whether all arms are there that the sentences speak of; an experiment may have others. */
  private static boolean isWhole(Map<String, ArmSummary> byArm, String prefix) {
    return byArm.containsKey(Comparison.UNPRUNED)
        && byArm.containsKey(prefix + Comparison.FINE_TUNED)
        && byArm.containsKey(prefix + Comparison.SCRATCH_E)
        && byArm.containsKey(prefix + Comparison.SCRATCH_B);
  }

  /**
   * @param prefix of the arms of one way to prune
   */
  private static List<String> ofVariant(
      Map<String, ArmSummary> byArm, String prefix, int testImages) {
    ArmSummary unpruned = byArm.get(Comparison.UNPRUNED);
    ArmSummary small = byArm.get(prefix + Comparison.PRUNED);
    ArmSummary fineTuned = byArm.get(prefix + Comparison.FINE_TUNED);
    ArmSummary scratchE = byArm.get(prefix + Comparison.SCRATCH_E);
    ArmSummary scratchB = byArm.get(prefix + Comparison.SCRATCH_B);
    String title = prefix.isEmpty() ? "" : prefix.replaceAll("/$", "").replace("/", ", ") + ": ";
    double difference = fineTuned.mean() - scratchB.mean();
    double resolution = resolution(fineTuned, scratchB, testImages);
    return List.of(
        format(
            "%sThe pruned network keeps %s of the multiply-accumulates; fine-tuned it ends %s from the "
                + "unpruned network's accuracy, trained from scratch for as many epochs (Scratch-E) %s, "
                + "for as much computation (Scratch-B) %s.",
            title,
            small.atLeast() || unpruned.atLeast()
                ? "a share that is not known"
                : format("%.0f %%", 100.0 * small.macs() / unpruned.macs()),
            within(fineTuned, unpruned),
            within(scratchE, unpruned),
            within(scratchB, unpruned)),
        format(
            "%sFine-tuning against Scratch-B: %s points, %s the ±%.1f points that %d seed%s and %,d "
                + "test images can tell apart%s.",
            title,
            points(difference),
            Math.abs(difference) > resolution ? "more than" : "less than",
            100 * resolution,
            fineTuned.n(),
            fineTuned.n() == 1 ? "" : "s",
            testImages,
            Math.abs(difference) > resolution ? "" : ", so the two are even here"));
  }

  private static String within(ArmSummary arm, ArmSummary reference) {
    return points(arm.mean() - reference.mean()) + " points";
  }

  /** With a sign of its own, not a hyphen. */
  private static String points(double difference) {
    return format("%+.1f", 100 * difference).replace('-', '\u2212');
  }

  /**
   * What a difference of two means must exceed to be more than chance, at 95 %: the spread over the
   * seeds, or, if larger, what a finite test set leaves open. One seed has no spread.
   */
  static double resolution(ArmSummary a, ArmSummary b, int testImages) {
    double p = (a.mean() + b.mean()) / 2;
    double sampling = 2 * p * (1 - p) / testImages;
    double seeds = (a.std() * a.std() + b.std() * b.std()) / a.n();
    return Z * Math.sqrt(Math.max(sampling, seeds));
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
