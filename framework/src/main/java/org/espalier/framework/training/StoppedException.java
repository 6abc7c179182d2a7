package org.espalier.framework.training;

/** Work that was asked to stop, and did, after it had kept all that is needed to go on. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppedException(long step, double epoch, int epochs) {
    super("stopped at step " + step + " (epoch " + epoch + " of " + epochs + ")");
  }

  public StoppedException(String message) {
    super(message);
  }
}
