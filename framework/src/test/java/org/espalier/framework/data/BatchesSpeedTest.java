package org.espalier.framework.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prints how many augmented images a second one thread makes; machines differ, so no limit. */
@Tag("slow")
class BatchesSpeedTest {
  @Test
  void measure() {
    ImageSet set = TestSets.random(50_000, 32, 32, 3, 10);
    double best = 0;
    for (int epoch = 0; epoch < 8; epoch++) {
      long start = System.nanoTime();
      try (Batches batches = set.training(Augmentation.STANDARD, 128, 1, epoch, 0)) {
        int seen = 0;
        while (batches.hasNext()) {
          seen += batches.next().size();
        }
        assertThat(seen).isEqualTo(set.size());
      }
      double perSecond = set.size() / ((System.nanoTime() - start) / 1e9);
      best = Math.max(best, perSecond);
      System.out.printf("epoch %d: %.0f images/s%n", epoch, perSecond);
    }
    System.out.printf("best: %.0f images/s%n", best);
  }
}
