package org.espalier.framework.evidence;

import java.util.Locale;
import java.util.function.Consumer;

/** Tells once, of a pass that takes long, how long. */
final class Pace {
  /** The first batches are slower than the others. */
  private static final double SURE_AFTER = 5;

  private static final double WORTH_A_WORD = 30;

  private final String what;
  private final int images;
  private final Consumer<String> listener;
  private final long start = System.nanoTime();
  private boolean told;

  Pace(String what, int images, Consumer<String> listener) {
    this.what = what;
    this.images = images;
    this.listener = listener;
  }

  void done(int so) {
    estimate(so, (System.nanoTime() - start) / 1e9);
  }

  /**
   * @param so many images are done
   * @param seconds since the start
   */
  void estimate(int so, double seconds) {
    if (told || seconds < SURE_AFTER || so == images) {
      return;
    }
    told = true;
    double whole = seconds / so * images;
    if (whole > WORTH_A_WORD) {
      listener.accept(
          String.format(
              Locale.ROOT,
              "%s: %d images take about %s",
              what,
              images,
              whole < 100
                  ? String.format(Locale.ROOT, "%.0f seconds", whole)
                  : String.format(Locale.ROOT, "%.0f minutes", whole / 60)));
    }
  }
}
