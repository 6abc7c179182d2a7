package org.espalier.framework.training;

import org.espalier.graphs.UsageException;

/**
 * Where in a training the learning rate drops: at a share of all epochs, {@code 0.5}, or at a step,
 * {@code 80ep} or {@code 32000it}. A share {@code s} of {@code n} epochs is epoch {@code int(s x
 * n)}, the first with the lower rate; where epochs are few, {@link Recipe#learningRateAt} keeps
 * such places apart.
 *
 * @param share above 0 and at most 1; 0 where the step counts
 * @param step of no meaning where the share counts
 */
public record Milestone(double share, Step step) {
  /**
   * 63 of 90 epochs are a share of 0.7, and 0.7 times 90 is a little less than 63 for a computer.
   */
  private static final double ROUNDING = 1e-9;

  private static final String EXPECTED =
      "expected a milestone such as 0.5 (a share of all epochs), 80ep or 32000it, found '";

  public Milestone {
    // Written so that NaN fails too.
    if (!(share >= 0 && share <= 1) || share == 0 && step.equals(Step.ofEpochs(0))) {
      throw new IllegalArgumentException(
          "milestones are shares above 0 and at most 1, or steps such as 80ep, found "
              + (share == 0 ? step : share));
    }
    if (step.epochs() > 0 && step.iterations() > 0) {
      throw new IllegalArgumentException(
          "milestones are at whole epochs or at iterations, found " + step);
    }
  }

  /** At a share of all epochs. */
  public static Milestone ofShare(double share) {
    return new Milestone(share, Step.ofEpochs(0));
  }

  /** At a step. */
  public static Milestone of(Step step) {
    return new Milestone(0, step);
  }

  /** Reads what {@link #toString()} writes. */
  public static Milestone parse(String text) {
    try {
      return text.matches("[\\d.]*\\d[.eE\\d-]*(?<!ep|it)")
          ? ofShare(Double.parseDouble(text))
          : of(Step.parse(text));
    } catch (NumberFormatException | UsageException e) {
      throw new UsageException(EXPECTED + text + "'");
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  boolean isShare() {
    return share > 0;
  }

  /** How many of so many epochs come before it, if it is a share. */
  int epoch(int epochs) {
    return (int) (share * epochs + ROUNDING);
  }

  /** The same place in a training of another length. */
  Milestone stretched(int from, int to) {
    if (isShare() || from == to) {
      return this;
    }
    return step.epochs() > 0
        ? ofShare(Math.min(1, (double) step.epochs() / from))
        : of(Step.ofIterations(Math.max(1, Math.round(step.iterations() * (double) to / from))));
  }

  @Override
  public String toString() {
    return isShare() ? Double.toString(share) : step.toString();
  }
}
