package org.espalier.pruning.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.runs.SensitivityTable.Point;
import org.espalier.framework.runs.SensitivityTable.Row;
import org.espalier.framework.runs.SensitivityTable.Score;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On made-up numbers, by hand. */
class SensitivityRuleTest {
  private static final List<Double> SHARES = List.of(0.25, 0.5, 0.75);

  private static Row row(String id, double... accuracies) {
    List<Point> points = new ArrayList<>();
    for (int s = 0; s < accuracies.length; s++) {
      points.add(new Point(SHARES.get(s), 1, 1, Score.ofLabels(accuracies[s], 1)));
    }
    return new Row(id, 4, points);
  }

  private static SensitivityTable table(Score uncut, Row... rows) {
    return new SensitivityTable("n", "l1-norm", "x", 100, 9, false, uncut, SHARES, List.of(rows));
  }

  private static SensitivityRule rule(double drop) {
    return new SensitivityRule(drop, Optional.empty());
  }

  private static final SensitivityTable TABLE =
      table(
          Score.ofLabels(0.90, 1),
          row("first", 0.90, 0.88, 0.87),
          row("second", 0.89, 0.87, 0.89),
          row("third", 0.50, 0.91, 0.92),
          row("fourth", 0.95, 0.90, 0.88));

  /** 0.90 to 0.88 is 2 points and not more, although as binary fractions it is a little more. */
  @Test
  void aGroupIsSensitiveThatCostsMoreThanSoManyPoints() {
    assertThat(100 * (0.90 - 0.88)).isGreaterThan(2);
    Proposal proposal = rule(2).of(TABLE);
    assertThat(proposal.at()).isEqualTo(0.5);
    assertThat(proposal.exclude()).containsExactly("second");
    assertThat(proposal.isSensitive("second")).isTrue();
    assertThat(proposal.isSensitive("first")).isFalse();
    assertThat(rule(1.99).of(TABLE).exclude()).containsExactly("first", "second");
    assertThat(rule(3).of(TABLE).exclude()).isEmpty();
    assertThat(rule(0).of(TABLE).exclude()).containsExactly("first", "second");
  }

  @Test
  void theShareThatDecidesCanBeChosen() {
    Proposal early = new SensitivityRule(2, Optional.of(0.25)).of(TABLE);
    assertThat(early.at()).isEqualTo(0.25);
    assertThat(early.exclude()).containsExactly("third");
    assertThat(new SensitivityRule(2, Optional.of(0.75)).of(TABLE).excludeText())
        .isEqualTo("first");
    assertThatThrownBy(() -> new SensitivityRule(2, Optional.of(0.3)).of(TABLE))
        .isInstanceOf(UsageException.class)
        .hasMessage("at must be one of the shares, [0.25, 0.5, 0.75], found 0.3");
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, '0.1,0.3,0.5,0.7,0.9'",
    "0.4, '0.4,0.6'",
    "0.3, '0.1,0.3,0.7'",
    "0.6, '0.3,0.6,0.9'",
    "0.1, '0.1'",
    "0.9, '0.01,0.9'"
  })
  void otherwiseItIsTheOneNearestToAHalf(double share, String shares) {
    List<Double> all = List.of(shares.split(",")).stream().map(Double::valueOf).toList();
    assertThat(SensitivityRule.STANDARD.share(all)).isEqualTo(share);
  }

  /** Not beyond a share that costs too much, even where a larger one happens not to. */
  @Test
  void ofEachGroupTheLargestShareUpToWhichNoneCostsTooMuch() {
    assertThat(rule(2).of(TABLE).ratiosText()).isEqualTo("first=0.5,second=0.25,fourth=0.75");
    assertThat(rule(50).of(TABLE).ratios())
        .hasSize(4)
        .allSatisfy((group, share) -> assertThat(share).isEqualTo(0.75));
  }

  @Test
  void whereAllCostTooMuchNothingIsProposed() {
    Proposal none = rule(2).of(table(Score.ofLabels(1, 1), row("a", 0, 0, 0)));
    assertThat(none.ratiosText()).isEmpty();
    assertThat(none.excludeText()).isEqualTo("a");
  }

  @Test
  void withoutLabelsAgreementCountsAndFallsFromOne() {
    List<Point> points = new ArrayList<>();
    for (double share : SHARES) {
      points.add(new Point(share, 1, 1, Score.ofOutputs(1 - share, 0.01)));
    }
    SensitivityTable table = table(Score.ofOutputs(1.0, 0), new Row("a", 4, points));
    assertThat(table.measure()).isEqualTo("agreement");
    assertThat(rule(49.9).of(table).exclude()).containsExactly("a");
    assertThat(rule(50).of(table).exclude()).isEmpty();
    assertThat(rule(25).of(table).ratios()).containsEntry("a", 0.25);
  }

  @Test
  void ofOutputsOfOneNumberTheDistanceCounts() {
    List<Point> points = new ArrayList<>();
    for (double share : SHARES) {
      points.add(new Point(share, 1, 1, Score.ofOutputs(null, share / 10)));
    }
    SensitivityTable table = table(Score.ofOutputs(null, 0), new Row("a", 4, points));
    assertThat(table.measure()).isEqualTo("closeness");
    assertThat(rule(4.9).of(table).exclude()).containsExactly("a");
    assertThat(rule(5).of(table).exclude()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 100.1, Double.NaN})
  void aDropIsANumberOfPoints(double drop) {
    assertThatThrownBy(() -> rule(drop))
        .isInstanceOf(UsageException.class)
        .hasMessage("drop must be from 0 to 100 points, found " + drop);
  }

  @Test
  void theOutermostDropsAreTaken() {
    assertThat(rule(0).drop()).isZero();
    assertThat(rule(100).drop()).isEqualTo(100);
  }
}
