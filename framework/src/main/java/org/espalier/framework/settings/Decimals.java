package org.espalier.framework.settings;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Numbers in text, also such as 50%, 10k, 0.9M and 1.2G. */
public final class Decimals {
  /** By how many places a unit moves the point. */
  private static final Map<Character, Integer> UNITS =
      Map.of('%', -2, 'k', 3, 'K', 3, 'M', 6, 'G', 9);

  private Decimals() {}

  /** The integer that a text is, if it is one that a long can hold. */
  static OptionalLong integer(String text) {
    try {
      boolean large = text.matches(".*[kKMG]");
      return OptionalLong.of(large ? decimal(text).longValueExact() : Long.parseLong(text));
    } catch (ArithmeticException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Not parseDouble: it also takes 1f, 0x1p3 and NaN. */
  private static BigDecimal decimal(String text) {
    int last = text.length() - 1;
    Integer places = last < 1 ? null : UNITS.get(text.charAt(last));
    return places == null
        ? new BigDecimal(text)
        : new BigDecimal(text.substring(0, last).stripTrailing()).scaleByPowerOfTen(places);
  }

  /** The number that a text is, if it is one; infinite if a double cannot hold it. */
  public static OptionalDouble number(String text) {
    try {
      double value = decimal(text).doubleValue();
      return OptionalDouble.of(
          value + 0.0); // no negative zero: it equals zero, so it hashes like it
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /**
   * The shortest decimal that is this double. Double.toString changed in JDK 19; hashes must not.
   */
  static Object shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    BigDecimal decimal = exact;
    for (int digits = 1; digits <= 17; digits++) {
      decimal = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (decimal.doubleValue() == value) {
        break;
      }
    }
    decimal = decimal.stripTrailingZeros();
    boolean whole = decimal.scale() <= 0 && decimal.precision() - decimal.scale() <= 18;
    return whole ? (Object) decimal.longValueExact() : decimal;
  }
}
