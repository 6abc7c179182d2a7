package org.espalier.framework.training;

import org.espalier.graphs.UsageException;

/**
 * How a training begins with a smaller learning rate. Written {@code 5ep}, in which it rises evenly
 * from one step to the next (Goyal et al. 2017, Accurate, Large Minibatch SGD, section 2.2), or
 * {@code 1ep:0.1}, in which it is a constant share (He et al. 2018, Soft Filter Pruning, and their
 * code).
 *
 * @param until the first step with the whole rate
 * @param share of the rate up to there; 0 where it rises
 */
public record WarmUp(Step until, double share) {
  private static final String EXPECTED =
      "expected a share of the learning rate above 0 and below 1, found ";

  public static final WarmUp NONE = new WarmUp(Step.ofEpochs(0), 0);

  public WarmUp {
    // Written so that NaN fails too.
    if (!(share >= 0 && share < 1)) {
      throw new UsageException(EXPECTED + share);
    }
  }

  /** Reads what {@link #toString()} writes. */
  public static WarmUp parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return new WarmUp(Step.parse(text), 0);
    }
    try {
      double share = Double.parseDouble(text.substring(colon + 1));
      if (share == 0) {
        throw new UsageException(EXPECTED + share);
      }
      return new WarmUp(Step.parse(text.substring(0, colon)), share);
    } catch (NumberFormatException e) {
      throw new UsageException(
          "expected a warm-up such as 5ep (rising) or 1ep:0.1 (a share of the rate), found '"
              + text
              + "'");
    }
  }

  /**
   * By what the learning rate of a step is multiplied: above 0, at most 1.
   *
   * @param step how many were done before it
   */
  double factor(long step, int stepsPerEpoch) {
    long whole = until.toIterations(stepsPerEpoch);
    if (step >= whole) {
      return 1;
    }
    return share > 0 ? share : (step + 1.0) / (whole + 1.0);
  }

  /** The same, with other iterations. */
  public WarmUp with(Step other) {
    return new WarmUp(other, share);
  }

  @Override
  public String toString() {
    return share > 0 ? until + ":" + share : until.toString();
  }
}
