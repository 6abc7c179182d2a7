package org.espalier.graphs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitializerTest {
  private static final Shape KERNEL = Shape.of(3, 3, 40, 60);

  private static double[] draw(Initializer initializer, Shape shape) {
    float[] values = initializer.draw(shape, RandomStream.of(5, "test")).values();
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static double moment(double[] values, int power) {
    double sum = 0;
    for (double v : values) {
      sum += Math.pow(v, power);
    }
    return sum / values.length;
  }

  /** With n values a moment is off by about 1 / sqrt(n) of its size; allowed is five times that. */
  private static void isNormal(double[] values, double std) {
    double off = 5 / Math.sqrt(values.length);
    assertThat(moment(values, 1)).isCloseTo(0, within(std * off));
    assertThat(moment(values, 2)).isCloseTo(std * std, within(std * std * off * Math.sqrt(2)));
    assertThat(moment(values, 4) / Math.pow(std, 4)).isCloseTo(3, within(off * Math.sqrt(96)));
  }

  private static void isUniform(double[] values, double bound) {
    double off = 5 / Math.sqrt(values.length);
    assertThat(java.util.stream.DoubleStream.of(values).map(Math::abs).max().orElseThrow())
        .isLessThanOrEqualTo(bound);
    assertThat(moment(values, 1)).isCloseTo(0, within(bound * off));
    assertThat(moment(values, 2)).isCloseTo(bound * bound / 3, within(bound * bound * off));
  }

  @Test
  void heAndGlorotCountTheChannelsThatTheyName() {
    isNormal(draw(new Initializer.He(true), KERNEL), Math.sqrt(2.0 / (9 * 60)));
    isNormal(draw(new Initializer.He(false), KERNEL), Math.sqrt(2.0 / (9 * 40)));
    isNormal(draw(new Initializer.He(false), Shape.of(200, 100)), Math.sqrt(2.0 / 200));
    isNormal(draw(new Initializer.Glorot(), KERNEL), Math.sqrt(2.0 / (9 * 100)));
    isNormal(draw(new Initializer.Glorot(), Shape.of(200, 100)), Math.sqrt(2.0 / 300));
  }

  @Test
  void normalAndUniform() {
    isNormal(draw(new Initializer.Normal(0.01), KERNEL), 0.01);
    isUniform(draw(new Initializer.Uniform(0.25), KERNEL), 0.25);
    isUniform(draw(new Initializer.FanInUniform(), Shape.of(64, 100)), 1 / 8.0);
    assertThat(draw(new Initializer.Constant(0.5f), Shape.of(7))).containsOnly(0.5);
  }

  @Test
  void theSameStreamGivesTheSameValues() {
    assertThat(draw(new Initializer.He(true), KERNEL))
        .isEqualTo(draw(new Initializer.He(true), KERNEL));
  }

  @Test
  void theWrittenFormRoundTrips() {
    for (Initializer i :
        List.of(
            new Initializer.Constant(0.1f),
            Initializer.zeros(),
            new Initializer.Constant(-1e-30f),
            new Initializer.Normal(0.01),
            new Initializer.Uniform(1 / Math.sqrt(3)),
            new Initializer.He(true),
            new Initializer.He(false),
            new Initializer.Glorot(),
            new Initializer.FanInUniform())) {
      assertThat(Initializer.parse(i.text())).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "normal",
        "normal(",
        "normal()",
        "normal(x)",
        "normal(12",
        "constant",
        "he-fan-out(1)",
        "orthogonal",
        "(1)"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Initializer.parse(text))
        .isInstanceOf(BadInputException.class)
        .hasMessage("unknown initializer '" + text + "'");
  }

  @Test
  void aNetworkStartsTheSameFromTheSameSeedWhateverElseItHolds() {
    Weights first = Graphs.network("resnet20").initialise(1);
    assertThat(Graphs.network("resnet20").initialise(1)).isEqualTo(first);
    assertThat(Graphs.network("resnet20").initialise(2)).isNotEqualTo(first);
    String shared = "stage1/block1/conv1/kernel";
    assertThat(Graphs.network("resnet56").initialise(1).get(shared)).isEqualTo(first.get(shared));
  }

  /** Half as much again, of every kind; with a factor of one the values are the same. */
  @Test
  void widerIsTheSameSpreadMore() {
    Shape dense = Shape.of(200, 100);
    for (Initializer any :
        List.of(
            new Initializer.Normal(0.1),
            new Initializer.He(true),
            new Initializer.He(false),
            new Initializer.Glorot(),
            new Initializer.FanInUniform(),
            new Initializer.Uniform(0.1))) {
      for (Shape shape : List.of(dense, KERNEL)) {
        float[] plain = any.draw(shape, RandomStream.root(1)).values();
        assertThat(any.wider(shape, 1).draw(shape, RandomStream.root(1)).values()).isEqualTo(plain);
        float[] wide = any.wider(shape, 1.5).draw(shape, RandomStream.root(1)).values();
        for (int i = 0; i < plain.length; i += 97) {
          assertThat(wide[i]).as(any.text()).isCloseTo(1.5f * plain[i], within(1e-6f));
        }
      }
    }
    assertThat(Initializer.ones().wider(dense, 2)).isEqualTo(Initializer.ones());
  }
}
