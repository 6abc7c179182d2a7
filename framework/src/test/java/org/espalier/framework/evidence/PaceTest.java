package org.espalier.framework.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final List<String> told = new ArrayList<>();

  @Test
  void whatTakesLongIsToldOnce() {
    Pace pace = new Pace("thinet of 'conv1'", 1000, told::add);
    pace.estimate(10, 4.9);
    assertThat(told).as("too early to tell").isEmpty();
    pace.estimate(20, 6);
    pace.estimate(30, 9);
    assertThat(told).containsExactly("thinet of 'conv1': 1000 images take about 5 minutes");
  }

  @Test
  void lessThanTwoMinutesAreSeconds() {
    new Pace("it", 100, told::add).estimate(10, 9.9);
    new Pace("it", 100, told::add).estimate(10, 10.5);
    assertThat(told)
        .containsExactly(
            "it: 100 images take about 99 seconds", "it: 100 images take about 2 minutes");
  }

  @Test
  void whatIsSoonOverIsNotWorthAWord() {
    new Pace("it", 100, told::add).estimate(50, 15);
    new Pace("it", 100, told::add).estimate(100, 99);
    assertThat(told).isEmpty();
    new Pace("it", 100, told::add).estimate(50, 15.1);
    assertThat(told).hasSize(1);
  }
}
