package org.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
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

  @Test
  void aComparisonFitsAHundredColumnsWhateverItsArmsAreCalled() {
    ArmRow full = row("unpruned", 14_987_722);
    ArmRow small = row("an arm with a name that is much longer than any terminal has room for", 5);
    String text = ComparisonTable.of(ArmSummary.of(List.of(full, small)), StandardCharsets.UTF_8);
    assertThat(text.lines()).hasSize(3).allMatch(line -> line.length() <= TextTable.WIDTH);
    assertThat(text).contains("14.99 M", "93.41 %", "1.20 P", "MACs", "epochs");
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

  private static ArmRow row(String arm, long parameters) {
    return new ArmRow(arm, 1, 0.9341, 160, parameters, 313_469_440, 1.2e15, OptionalDouble.empty());
  }
}
