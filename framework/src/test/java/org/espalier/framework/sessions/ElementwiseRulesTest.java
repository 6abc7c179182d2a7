package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;

/** Masked equals removed on functions of one number, or of two: what is zero, and what is none. */
class ElementwiseRulesTest {
  private static final String NOT_OF_ZERO =
      """
      Reciprocal Inv Rsqrt Log Lgamma Digamma Ndtri Expint BesselK0 BesselK0e BesselK1 BesselK1e
      BesselY0 BesselY1""";

  private static List<String> words(String list) {
    return List.of(list.strip().split("\\s+"));
  }

  /** Each of several functions of some channels, one beside the other. */
  private static String all(SmallNetworks n, String x, String functions) {
    List<String> made = new ArrayList<>();
    for (String op : words(functions)) {
      made.add(n.elementwise(op, op, x));
    }
    return joined(n, made);
  }

  private static String joined(SmallNetworks n, List<String> made) {
    return n.last(n.concat("all", 3, made.toArray(String[]::new)), 8 * made.size());
  }

  @Test
  void functionsOfOneNumberLeaveChannelsInTheirPlace() {
    Removal.holds(
        SmallNetworks.of(
            n ->
                all(
                    n,
                    n.elementwise("Abs", "x", n.first()),
                    "BesselI1 BesselJ0 BesselJ1 Dawsn Spence FresnelCos FresnelSin Erf")));
  }

  @Test
  void whatIsNoNumberOfZeroStays() {
    for (String op : words(NOT_OF_ZERO)) {
      Network network = SmallNetworks.of(n -> n.last(n.elementwise(op, "f", n.first()), 8));
      assertThat(Removal.reason(network, "a")).isEqualTo("'f' of a removed channel is no number");
    }
    Removal.holds(
        SmallNetworks.of(n -> all(n, n.elementwise("Sigmoid", "s", n.first()), NOT_OF_ZERO)));
  }

  @Test
  void complexNumbersAndBucketsPassChannelsOn() {
    Removal.holds(
        SmallNetworks.of(
            n -> {
              String x = n.first();
              String complex = n.elementwise("Complex", "c", x, n.elementwise("Sin", "sin", x));
              List<String> made = new ArrayList<>();
              for (String op : words("Real Imag Angle ComplexAbs")) {
                made.add(n.complex(op, op, n.complex("Conj", op + "/of", complex)));
              }
              made.add(n.floats(n.buckets(x, "b", -0.5f, 0f, 0.25f), DataType.DT_INT32));
              return joined(n, made);
            }));
  }

  /** What channels are compared to, or divided by, goes along with them. */
  @Test
  void constantsOfEachChannelGoAlong() {
    List<String> truths = words("Greater GreaterEqual Less LessEqual Equal NotEqual");
    List<String> numbers =
        words(
            """
            RealDiv Div DivNoNan MulNoNan FloorDiv FloorMod TruncateMod Atan2 Xdivy Xlogy Xlog1py
            NextAfter SquaredDifference""");
    Removal.holds(
        SmallNetworks.of(
            n -> {
              String x = n.elementwise("Relu", "x", n.first());
              List<String> made = new ArrayList<>();
              for (String op : truths) {
                String to = n.elementwise("Relu", op + "/to", n.fixed(op + "/c", 8)); // often 0
                made.add(n.floats(n.elementwise(op, op, x, to), DataType.DT_BOOL));
              }
              for (String op : numbers) {
                String by = n.elementwise("Abs", op + "/by", n.fixed(op + "/c", 8)); // never 0
                made.add(n.elementwise(op, op, x, by));
              }
              return joined(n, made);
            }));
  }

  @Test
  void eachChannelHasItsLimitsAndWhatStandsForIt() {
    Removal.holds(
        SmallNetworks.of(
            n -> {
              String x = n.first();
              String large = n.elementwise("Greater", "large", x, n.fixed("limit", 8));
              String low = n.elementwise("SelectV2", "low", large, x, n.fixed("other", 1, 8));
              return n.last(low, 8);
            }));
  }

  /** Zero times the logarithm of zero is zero, and anything else is no number. */
  @ParameterizedTest
  @ValueSource(strings = {"Xlogy", "Xdivy"})
  void whatIsNoNumberOfAZeroAndAnotherStays(String op) {
    Network network =
        SmallNetworks.of(
            n ->
                n.last(
                    n.elementwise(op, "f", n.fixed("c", 8), n.elementwise("Relu", "x", n.first())),
                    8));
    assertThat(Removal.reason(network, "a")).isEqualTo("'f' of a removed channel is no number");
    Network safe =
        SmallNetworks.of(
            n -> {
              String x = n.elementwise("Abs", "x", n.first());
              return n.last(n.elementwise(op, "f", x, x), 8);
            });
    Removal.holds(safe);
  }
}
