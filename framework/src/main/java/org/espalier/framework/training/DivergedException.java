package org.espalier.framework.training;

import java.util.Locale;

/** A training whose loss is no longer a number. */
public final class DivergedException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  /**
   * @param what whose loss it is, for example "loss" or "test loss"
   * @param epoch counted from 1
   */
  public DivergedException(String what, double loss, long step, int epoch) {
    this(
        String.format(
            Locale.ROOT,
            "training diverged: the %s is %s at step %d (epoch %d); a smaller learning rate may help",
            what,
            loss,
            step,
            epoch));
  }

  /** Of a training in another process, which said this. */
  public DivergedException(String message) {
    super(message);
  }
}
