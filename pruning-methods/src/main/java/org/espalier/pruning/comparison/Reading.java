package org.espalier.pruning.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.espalier.framework.training.Budget;

/** Says in sentences what the numbers of a comparison mean, and what they cannot tell. */
final class Reading {
  /** Two-sided 95 % of a normal distribution. */
  private static final double Z = 1.96;

  private Reading() {}

  static List<String> of(List<ArmSummary> summary, List<ArmResult> arms, int testImages) {
    Map<String, ArmSummary> byArm =
        summary.stream().collect(Collectors.toMap(ArmSummary::arm, Function.identity()));
    ArmSummary unpruned = byArm.get(Comparison.UNPRUNED);
    ArmSummary fineTuned = byArm.get(Budget.FINE_TUNE.arm());
    ArmSummary scratchB = byArm.get(Budget.SCRATCH_B.arm());
    ArmSummary scratchE = byArm.get(Budget.SCRATCH_E.arm());
    ArmResult large = first(arms, Comparison.UNPRUNED);
    ArmResult small = first(arms, Comparison.PRUNED);
    List<String> sentences = new ArrayList<>();
    sentences.add(
        format(
            "The pruned network keeps %.0f %% of the multiply-accumulates; fine-tuned it ends %s from the "
                + "unpruned network's accuracy, trained from scratch for as many epochs (Scratch-E) %s, "
                + "for as much computation (Scratch-B) %s.",
            100.0 * small.macs() / large.macs(),
            within(fineTuned, unpruned),
            within(scratchE, unpruned),
            within(scratchB, unpruned)));
    double difference = fineTuned.mean() - scratchB.mean();
    double resolution = resolution(fineTuned, scratchB, testImages);
    sentences.add(
        format(
            "Fine-tuning against Scratch-B: %s points, %s the ±%.1f points that %d seed%s and %,d "
                + "test images can tell apart%s.",
            points(difference),
            Math.abs(difference) > resolution ? "more than" : "less than",
            100 * resolution,
            fineTuned.n(),
            fineTuned.n() == 1 ? "" : "s",
            testImages,
            Math.abs(difference) > resolution ? "" : ", so the two are even here"));
    return sentences;
  }

  private static ArmResult first(List<ArmResult> arms, String arm) {
    return arms.stream().filter(a -> a.arm().equals(arm)).findFirst().orElseThrow();
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
