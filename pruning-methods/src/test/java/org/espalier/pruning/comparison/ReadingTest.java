package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;

class ReadingTest {
  private static final String[] ARMS = {
    "unpruned", "pruned", "fine-tuned", "scratch-e", "scratch-b"
  };

  /** Accuracies by arm, in the order of {@link #ARMS}, then by seed. */
  private static List<ArmResult> arms(double[]... accuracies) {
    List<ArmResult> arms = new ArrayList<>();
    for (int a = 0; a < ARMS.length; a++) {
      for (int s = 0; s < accuracies[a].length; s++) {
        long macs = a == 0 ? 1_000 : 655;
        arms.add(
            new ArmResult(
                ARMS[a],
                s,
                accuracies[a][s],
                0.0,
                1,
                1,
                macs,
                macs,
                1,
                1.0,
                ARMS[a] + s,
                null,
                null,
                null,
                null));
      }
    }
    return arms;
  }

  private static List<String> read(int testImages, double[]... accuracies) {
    List<ArmResult> arms = arms(accuracies);
    return Reading.of(ArmSummary.of(arms), testImages);
  }

  private static double[] of(double... values) {
    return values;
  }

  @Test
  void aClearDifferenceIsCalledOne() {
    List<String> sentences =
        read(
            10_000,
            of(0.93, 0.931, 0.932),
            of(0.5, 0.5, 0.5),
            of(0.90, 0.901, 0.902),
            of(0.92, 0.921, 0.922),
            of(0.93, 0.931, 0.932));
    assertThat(sentences.get(0))
        .isEqualTo(
            "The pruned network keeps 66 % of the multiply-accumulates; fine-tuned it ends −3.0 points"
                + " from the unpruned network's accuracy, trained from scratch for as many epochs"
                + " (Scratch-E) −1.0 points, for as much computation (Scratch-B) +0.0 points.");
    assertThat(sentences.get(1))
        .startsWith("Fine-tuning against Scratch-B: −3.0 points, more than the ±")
        .endsWith("points that 3 seeds and 10,000 test images can tell apart.");
  }

  @Test
  void oneSeedOnFewImagesTellsLittleApart() {
    List<String> sentences = read(100, of(0.9), of(0.1), of(0.88), of(0.9), of(0.9));
    assertThat(sentences.get(1))
        .contains("−2.0 points, less than the ±8.7 points that 1 seed and 100 test images")
        .endsWith(", so the two are even here.");
  }

  @Test
  void seedsThatDisagreeTellLittleApartHoweverManyTheImages() {
    List<String> sentences =
        read(1_000_000, of(0.9, 0.9), of(0, 0), of(0.7, 0.9), of(0.9, 0.9), of(0.9, 0.9));
    assertThat(sentences.get(1)).endsWith("so the two are even here.");
  }

  @Test
  void theDeviationIsThatOfASample() {
    List<ArmSummary> summary =
        ArmSummary.of(arms(of(0.1, 0.2, 0.3, 0.4), of(0.7), of(1), of(1), of(1)));
    assertThat(summary.get(0).mean()).isCloseTo(0.25, within(1e-12));
    assertThat(summary.get(0).std()).isCloseTo(Math.sqrt(5.0 / 3) / 10, within(1e-12));
    assertThat(summary.get(1).arm()).isEqualTo("pruned");
    assertThat(summary.get(1).mean()).isEqualTo(0.7);
    assertThat(summary.get(1).std()).isZero();
    assertThat(summary.get(1).n()).isEqualTo(1);
  }

  @Test
  void seedsMustDiffer() {
    assertThatThrownBy(() -> TinyComparison.of(List.of(1L, 1L)))
        .isInstanceOf(UsageException.class)
        .hasMessage("seeds must be one or more, all different; found [1, 1]");
    assertThatThrownBy(() -> TinyComparison.of(List.of()))
        .hasMessage("seeds must be one or more, all different; found []");
  }
}
