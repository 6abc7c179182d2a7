package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
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

  private static ArmResult one(String arm, long seed, double accuracy) {
    return new ArmResult(
        arm, seed, accuracy, 0.0, 1, 1, 1_000, 1_000, 1, 1.0, arm, null, null, null, null);
  }

  private static List<String> read(int testImages, double[]... accuracies) {
    return Reading.of(arms(accuracies), testImages);
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
        .isEqualTo(
            "Fine-tuning against Scratch-B: −3.0 points, the mean of one difference for each of 3 seeds;"
                + " more than the ±0.0 points that chance gives such a mean in 19 of 20 comparisons"
                + " (Student's t, from how much the differences vary).");
  }

  /**
   * Differences of 1, 2 and 3 points: their deviation is 1, so the mean is known to 4.303 / √3
   * points. Two seeds know even less: 12.706 / √2 of a deviation of √½.
   */
  @Test
  void fewSeedsAreReadByStudentsQuantile() {
    double[] b = of(0.80, 0.85, 0.90);
    assertThat(read(10_000, b, b, of(0.81, 0.87, 0.93), b, b).get(1))
        .contains("+2.0 points, the mean of one difference for each of 3 seeds; less than the ±2.5")
        .endsWith(", so which of the two is better is open.");
    double[] two = of(0.80, 0.85);
    assertThat(read(10_000, two, two, of(0.81, 0.87), two, two).get(1)).contains("±6.4 points");
  }

  /** Seeds differ by five points, the arms of each by 1.0 and 1.2: the difference is clear. */
  @Test
  void armsOfOneSeedAreCompared() {
    double[] b = of(0.80, 0.85, 0.90);
    assertThat(read(10_000, b, b, of(0.810, 0.862, 0.911), b, b).get(1))
        .contains("+1.1 points")
        .contains("more than the ±0.2 points");
  }

  @Test
  void armsAreComparedWhateverTheOrderOfTheirSeedsAndWhereBothHaveOne() {
    List<ArmResult> arms = new ArrayList<>();
    for (String arm : ARMS) {
      double more = arm.equals("fine-tuned") ? 0.01 : 0;
      arms.add(one(arm, 1, 0.8 + more));
      arms.add(one(arm, 2, 0.6 + more));
    }
    arms.add(one("scratch-b", 3, 0.1));
    Collections.reverse(arms);
    assertThat(Reading.of(arms, 1_000).get(1))
        .contains("+1.0 points, the mean of one difference for each of 2 seeds");
    arms.removeIf(a -> a.arm().equals("scratch-b") && a.seed() == 2);
    assertThat(Reading.of(arms, 1_000).get(1)).contains("points that 1 seed and 1,000 test images");
    arms.removeIf(a -> a.arm().equals("scratch-b") && a.seed() == 1);
    assertThat(Reading.of(arms, 1_000)).as("no seed is shared").hasSize(1);
  }

  /** Of an experiment of its own, or one that is not done, no sentence is made up. */
  @Test
  void nothingIsSaidWhereAnArmIsMissing() {
    for (String missing : ARMS) {
      List<ArmResult> arms = new ArrayList<>();
      for (String arm : ARMS) {
        if (!arm.equals(missing)) {
          arms.add(one(arm, 1, 0.8));
        }
      }
      assertThat(Reading.of(arms, 100)).as("without %s", missing).isEmpty();
    }
  }

  @Test
  void eachWayToPruneIsReadByItself() {
    List<ArmResult> arms = new ArrayList<>(List.of(one("unpruned", 1, 0.8)));
    for (String arm : List.of("pruned", "fine-tuned", "scratch-e", "scratch-b")) {
      arms.add(one("l1-norm/ratio-0.5/" + arm, 1, 0.8));
    }
    assertThat(Reading.of(arms, 100))
        .hasSize(2)
        .allSatisfy(s -> assertThat(s).startsWith("l1-norm, ratio-0.5: "));
  }

  @Test
  void aShareOfWhatIsKnownInPartIsNotTold() {
    for (String partly : List.of("unpruned", "pruned")) {
      List<ArmResult> arms = new ArrayList<>();
      for (String arm : ARMS) {
        boolean atLeast = arm.equals(partly);
        arms.add(
            new ArmResult(
                arm, 1, 0.8, 0.0, 1, 1, 10, 10, 1, 1.0, arm, null, null, null, null, atLeast,
                null));
      }
      assertThat(Reading.of(arms, 100).get(0))
          .startsWith("The pruned network keeps a share that is not known of the multiply");
    }
  }

  /** Both seeds differ by the same one image of 100: that is no certainty. */
  @Test
  void seedsThatAgreeAreNoMoreSureThanAnImage() {
    assertThat(
            read(100, of(0.8, 0.8), of(0.1, 0.1), of(0.81, 0.81), of(0.8, 0.8), of(0.8, 0.8))
                .get(1))
        .contains("+1.0 points")
        .contains("less than the ±9.0 points");
  }

  @Test
  void oneSeedOnFewImagesTellsLittleApart() {
    List<String> sentences = read(100, of(0.9), of(0.1), of(0.88), of(0.9), of(0.9));
    assertThat(sentences.get(1))
        .contains("−2.0 points, less than the ±8.7 points that 1 seed and 100 test images")
        .endsWith(", so which of the two is better is open.");
  }

  @Test
  void seedsThatDisagreeTellLittleApartHoweverManyTheImages() {
    List<String> sentences =
        read(1_000_000, of(0.9, 0.9), of(0, 0), of(0.7, 0.9), of(0.9, 0.9), of(0.9, 0.9));
    assertThat(sentences.get(1)).endsWith("so which of the two is better is open.");
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
