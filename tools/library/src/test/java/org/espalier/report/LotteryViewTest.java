package org.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.espalier.pruning.comparison.ArmResult;
import org.junit.jupiter.api.Test;

class LotteryViewTest {
  private static ArmResult arm(String arm, long seed, double accuracy, int round, double density) {
    return new ArmResult(
        arm, seed, accuracy, 0.0, 1, 1, 1, 1, 1, null, null, round, density, 0.1, "start");
  }

  private static List<ArmResult> arms() {
    List<ArmResult> arms = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      arms.add(arm("dense", seed, 0.9, 0, 1));
      arms.add(arm("winning-ticket", seed, 0.5 + 0.1 * seed, 1, 0.5));
      arms.add(arm("random-reinit", seed, 0.6, 1, 0.5));
      arms.add(arm("winning-ticket", seed, 0.4, 2, 0.25));
    }
    return arms;
  }

  /** 60, 70 and 80 %: the mean is 70, known to 4.303 / √3 spreads of ten points. */
  @Test
  void aLineHasTheMeanAndItsInterval() {
    LotteryView view = LotteryView.of(arms());
    assertThat(view.keys())
        .extracting(LotteryView.Key::label)
        .containsExactly("winning-ticket", "random-reinit");
    LotteryView.Rate rate = view.rates().get(0);
    assertThat(rate.whole()).isCloseTo(90, within(1e-9));
    LotteryView.Line ticket = rate.lines().get(0);
    assertThat(ticket.left()).containsExactly(50.0, 25.0);
    assertThat(ticket.mean().get(0)).isCloseTo(70, within(1e-9));
    assertThat(ticket.low().get(0)).isCloseTo(70 - 24.84, within(0.01));
    assertThat(ticket.high().get(0)).isCloseTo(70 + 24.84, within(0.01));
    assertThat(ticket.low().get(1)).isCloseTo(40, within(1e-9));
    assertThat(rate.lines().get(1).mean()).hasSize(1);
    assertThat(rate.arms()).containsExactly("dense", "winning-ticket", "random-reinit");
    assertThat(rate.rows())
        .extracting(LotteryView.Row::left)
        .containsExactly("100.0 %", "50.0 %", "25.0 %");
    assertThat(rate.rows().get(1).cells()).containsExactly("", "70.00 % ± 10.00", "60.00 % ± 0.00");
  }

  @Test
  void oneSeedHasNoBand() {
    LotteryView view = LotteryView.of(List.of(arm("winning-ticket", 1, 0.5, 1, 0.5)));
    assertThat(view.rates().get(0).lines().get(0).low()).isEmpty();
  }

  @Test
  void otherExperimentsAreNone() {
    ArmResult plain =
        new ArmResult("a", 1, 0.5, 0.0, 1, 1, 1, 1, 1, null, null, null, null, null, null);
    assertThat(LotteryView.of(List.of(plain))).isNull();
    assertThat(LotteryView.of(List.of())).isNull();
  }

  @Test
  void thePageHasThePictures() {
    String html = ReportWriter.html(Report.of("demo", "", arms()));
    assertThat(html)
        .contains("Accuracy against density", "chart-lottery-0.1", "Lottery", "70.00 % ± 10.00")
        .doesNotContain("Learning curves");
  }
}
