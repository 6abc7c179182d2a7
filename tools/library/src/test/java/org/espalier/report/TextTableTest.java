package org.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.ArmSummary;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void namesStandLeftAndNumbersRight() {
    String text =
        new TextTable("arm", "n")
            .row("scratch-e", "3")
            .row("x", "160")
            .render(StandardCharsets.UTF_8);
    assertThat(text).isEqualTo("arm          n\nscratch-e    3\nx          160\n");
  }

  /** The sizes of the paper's networks, and arms of methods with settings of their own. */
  @Test
  void aComparisonIsAsWideAsItsNumbersAndTellsItsArmsApart() {
    String long1 = "random(seed=12345)/ratio-0.125/scratch-e";
    String long2 = "random(seed=12345)/ratio-0.125/scratch-b";
    List<ArmResult> arms = List.of(row("unpruned", 14_987_722), row(long1, 5), row(long2, 5));
    String text = ComparisonTable.of(ArmSummary.of(arms), StandardCharsets.UTF_8);
    assertThat(text.lines()).hasSize(4).allMatch(line -> line.length() <= 106);
    assertThat(text).contains("14.99 M", "93.41 %", "7.52 P", "MACs", "epochs");
    assertThat(text).contains("random(s..tio-0.125/scratch-e ", "random(s..tio-0.125/scratch-b ");
    assertThat(text).contains("unpruned                  ");
  }

  @Test
  void aNameThatFitsStaysWhole() {
    ArmResult arm = row("random(seed=3)/scratch-e", 5);
    assertThat(ComparisonTable.of(ArmSummary.of(List.of(arm)), StandardCharsets.UTF_8))
        .contains("random(seed=3)/scratch-e  ");
  }

  @Test
  void namesThatAreCopiedStayWholeHoweverLong() {
    String name = "a-file-with-a-name".repeat(9);
    String text =
        new TextTable("file", "status", "detail")
            .withWholeNames()
            .endingInText()
            .row(name, "different", "more")
            .render(StandardCharsets.UTF_8);
    assertThat(text.lines().toList().get(1)).isEqualTo(name + "  different  more");
  }

  @Test
  void aTerminalWithoutUnicodeGetsTheSameTableInAscii() {
    String text = ComparisonTable.of(Samples.comparison().summary(), StandardCharsets.US_ASCII);
    assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(text)).isTrue();
    assertThat(text).contains("+/-", "(-64.0 %)");
  }

  @Test
  void aRowOfTheWrongLengthIsRefused() {
    assertThatThrownBy(() -> new TextTable("a", "b").row("1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ArmResult row(String arm, long parameters) {
    return Samples.row(arm, 1, 0.9341, 160, parameters, 313_469_440);
  }
}
