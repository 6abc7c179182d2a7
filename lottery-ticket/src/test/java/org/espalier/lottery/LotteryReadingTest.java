package org.espalier.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.espalier.framework.runs.RunSummary;
import org.espalier.graphs.Weights;
import org.espalier.graphs.cost.Cost;
import org.espalier.pruning.comparison.ArmResult;
import org.junit.jupiter.api.Test;

/** Sentences by accuracies that are made up. */
class LotteryReadingTest {
  private final List<ArmResult> arms = new ArrayList<>();

  private void add(String arm, int round, double density, double rate, double... accuracies) {
    for (int seed = 1; seed <= accuracies.length; seed++) {
      Cost cost = new Cost(1, 0, 1, 1, List.of(), List.of());
      RunSummary summary =
          RunSummary.untrained(accuracies[seed - 1], 0.0, cost, Weights.of(java.util.Map.of()));
      arms.add(ArmResult.of("x", seed, summary, "x").ticket(arm, round, density, rate, "start"));
    }
  }

  private List<String> read() {
    return LotteryReading.of(arms, 10_000);
  }

  /** Six seeds agree in the mean over densities; at one of the two they do not. */
  @Test
  void sixSeedsThatAgreeAreEnough() {
    add("dense", 0, 1, 0.1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9);
    add("winning-ticket", 1, 0.5, 0.1, 0.80, 0.81, 0.82, 0.80, 0.81, 0.82);
    add("random-reinit", 1, 0.5, 0.1, 0.77, 0.79, 0.79, 0.78, 0.78, 0.80);
    add("winning-ticket", 2, 0.02, 0.1, 0.70, 0.71, 0.72, 0.70, 0.71, 0.72);
    add("random-reinit", 2, 0.02, 0.1, 0.71, 0.70, 0.73, 0.69, 0.72, 0.71);
    assertThat(read())
        .singleElement()
        .asString()
        .startsWith("Learning rate 0.1, winning ticket against random-reinit: +1.25 ±")
        .contains(
            " points in the mean over 2 densities, so the ticket is better (exact permutation test"
                + " over 6 seeds, p = 0.031). Looked at one by one, and corrected for 2 looks, ");
  }

  /** Seven seeds that agree are sure of one density of two. */
  @Test
  void singleDensitiesAreNamed() {
    double[] ticket = {0.80, 0.81, 0.82, 0.80, 0.81, 0.82, 0.83};
    double[] other = {0.77, 0.79, 0.79, 0.78, 0.78, 0.80, 0.805};
    add("winning-ticket", 1, 0.5, 0.1, ticket);
    add("random-reinit", 1, 0.5, 0.1, other);
    add("winning-ticket", 2, 0.021, 0.1, 0.70, 0.71, 0.72, 0.70, 0.71, 0.72, 0.7);
    add("random-reinit", 2, 0.021, 0.1, 0.71, 0.70, 0.74, 0.69, 0.72, 0.70, 0.7);
    assertThat(read().get(0)).contains("more than chance at 50 % of the weights (+2.50 ±");
    arms.clear();
    add("winning-ticket", 1, 0.021, 0.1, other);
    add("random-reinit", 1, 0.021, 0.1, ticket);
    add("winning-ticket", 2, 0.5, 0.1, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7);
    add("random-reinit", 2, 0.5, 0.1, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7);
    assertThat(read().get(0))
        .contains("so the ticket is worse", "at 2.1 % of the weights (\u22122.50 ±");
  }

  /** Several are told together, with the least and the most. */
  @Test
  void severalDensitiesAreTakenTogether() {
    double[] low = {0.77, 0.79, 0.79, 0.78, 0.78, 0.80};
    add("winning-ticket", 1, 0.5, 0.1, 0.80, 0.82, 0.82, 0.81, 0.81, 0.83);
    add("random-reinit", 1, 0.5, 0.1, low);
    add("winning-ticket", 2, 0.021, 0.1, 0.81, 0.83, 0.83, 0.82, 0.82, 0.84);
    add("random-reinit", 2, 0.021, 0.1, low);
    assertThat(read().get(0))
        .endsWith(
            " Looked at one by one, and corrected for 2 looks, more than chance at 50 %, 2.1 % of the"
                + " weights (+3.00 to +4.00 points).");
  }

  /** What was too few once is not said to be enough. */
  @Test
  void moreSeedsAreWantedThanThereWere() {
    add("winning-ticket", 1, 0.5, 0.1, 0.80, 0.80, 0.80, 0.80, 0.80, 0.80);
    add("random-reinit", 1, 0.5, 0.1, 0.77, 0.77, 0.77, 0.77, 0.77, 0.801);
    assertThat(read().get(0)).contains("no more than chance; if it is real, about 7 seeds would");
  }

  @Test
  void aTicketCanBeWorse() {
    add("winning-ticket", 1, 0.5, 0.1, 0.78, 0.80, 0.79, 0.79, 0.78, 0.80);
    add("signs", 1, 0.5, 0.1, 0.80, 0.81, 0.82, 0.80, 0.81, 0.82);
    assertThat(read().get(0))
        .contains("against signs: \u22122.00 ±")
        .endsWith(
            " points, so the ticket is worse (exact permutation test over 6 seeds, p = 0.031).");
  }

  @Test
  void nothingToSeeSaysHowManySeedsWouldShowIt() {
    add("winning-ticket", 1, 0.5, 0.1, 0.80, 0.82, 0.80, 0.82, 0.80, 0.82);
    add("random-reinit", 1, 0.5, 0.1, 0.79, 0.82, 0.81, 0.81, 0.80, 0.81);
    assertThat(read().get(0))
        .contains(" points, no more than chance; if it is real, about ")
        .contains(" seeds would show it (exact permutation test over 6 seeds, p = ");
  }

  @Test
  void fiveSeedsAreTooFewForTheExactTest() {
    add("winning-ticket", 1, 0.5, 0.1, 0.80, 0.81, 0.82, 0.80, 0.81);
    add("random-reinit", 1, 0.5, 0.1, 0.78, 0.80, 0.79, 0.79, 0.78);
    assertThat(read().get(0))
        .contains(": +2.00 ±")
        .endsWith(
            " points, by Student's t more than chance. 5 seeds are too few for the exact test, whose"
                + " p-value cannot come below 0.063 with them; 6 are the fewest.");
  }

  @Test
  void oneSeedSaysNothing() {
    add("winning-ticket", 1, 0.05, 0.01, 0.80);
    add("shuffled", 1, 0.05, 0.01, 0.79);
    assertThat(read())
        .containsExactly(
            "Learning rate 0.01, winning ticket against shuffled: +1.00 points."
                + " One seed has no spread, so this says nothing; the exact test needs 6 seeds.");
  }

  /**
   * Differences that are all alike have the spread of one image: 2.776 x 0.0001 / 2.236. The
   * others, 1.2 points with t = 3.2, would be clear if they were looked at alone (2.776), but not
   * as one of two (3.495).
   */
  @Test
  void fewSeedsAndSeveralDensitiesAreCorrectedForTheLooks() {
    add("winning-ticket", 1, 0.5, 0.1, 0.80, 0.80, 0.80, 0.80, 0.80);
    add("random-reinit", 1, 0.5, 0.1, 0.78, 0.78, 0.78, 0.78, 0.78);
    add("winning-ticket", 2, 0.07, 0.1, 0.70, 0.71, 0.71, 0.72, 0.72);
    add("random-reinit", 2, 0.07, 0.1, 0.70, 0.70, 0.70, 0.70, 0.70);
    assertThat(read().get(0))
        .startsWith(
            "Learning rate 0.1, winning ticket against random-reinit: +1.60 ±0.52 points in the"
                + " mean over 2 densities, by Student's t more than chance. 5 seeds")
        .endsWith(
            " corrected for 2 looks, more than chance at 50 % of the weights (+2.00 ±0.01 points).");
  }

  @Test
  void ratesAndControlsAreToldApart() {
    for (double rate : new double[] {0.1, 0.01}) {
      add("winning-ticket", 1, 0.5, rate, 0.8 + rate, 0.8 + rate);
      add("random-reinit", 1, 0.5, rate, 0.8, 0.8);
      add("signs", 1, 0.5, rate, 0.7, 0.7);
    }
    assertThat(read())
        .extracting(s -> s.substring(0, s.indexOf(" ±")))
        .containsExactly(
            "Learning rate 0.1, winning ticket against random-reinit: +10.00",
            "Learning rate 0.1, winning ticket against signs: +20.00",
            "Learning rate 0.01, winning ticket against random-reinit: +1.00",
            "Learning rate 0.01, winning ticket against signs: +11.00");
  }

  /** A control that has not all seeds is compared on those that it has. */
  @Test
  void seedsArePairedByTheirNumber() {
    add("winning-ticket", 1, 0.5, 0.1, 0.80, 0.82, 0.90);
    add("random-reinit", 1, 0.5, 0.1, 0.79, 0.80);
    assertThat(read().get(0)).contains(": +1.50 ±").contains(" 2 seeds are too few");
  }

  @Test
  void sharesHaveADigitWhereTheyNeedOne() {
    assertThat(LotteryReading.percent(1)).isEqualTo("100 %");
    assertThat(LotteryReading.percent(0.0728)).isEqualTo("7.3 %");
    assertThat(LotteryReading.percent(0.0204)).isEqualTo("2 %");
  }
}
