package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepTest {
  @ParameterizedTest
  @ValueSource(strings = {"160ep", "500it", "2ep10it", "0ep"})
  void readsWhatItWrites(String text) {
    assertThat(Step.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "160", "ep", "-1ep", "1.5ep", "10it2ep", "160 ep", "99999999999ep"})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> Step.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("160ep, 500it or 2ep10it, found '" + text + "'");
  }

  @Test
  void countsIterations() {
    assertThat(Step.parse("2ep10it").toIterations(391)).isEqualTo(792);
    assertThat(Step.ofEpochs(160).toIterations(391)).isEqualTo(62_560);
    assertThatThrownBy(() -> Step.ofEpochs(1).toIterations(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isNeverNegative() {
    assertThatThrownBy(() -> Step.ofEpochs(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Step.ofIterations(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a step is not negative, found 0 epochs and -1 iterations");
    assertThat(Step.ofEpochs(3).toIterations(1)).isEqualTo(3);
  }

  @Test
  void orderDependsOnTheLengthOfAnEpoch() {
    Step epoch = Step.ofEpochs(1);
    Step iterations = Step.ofIterations(100);
    assertThat(List.of(epoch, iterations).stream().sorted(Step.order(391)))
        .containsExactly(iterations, epoch);
    assertThat(List.of(iterations, epoch).stream().sorted(Step.order(50)))
        .containsExactly(epoch, iterations);
    assertThat(Step.order(100).compare(epoch, iterations)).isZero();
  }
}
