package org.espalier.framework.settings;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Numbers in text. */
final class Decimals {
  private Decimals() {}

  /** The integer that a text is, if it is one that a long can hold. */
  static OptionalLong integer(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The number that a text is, if it is one; infinite if a double cannot hold it. */
  static OptionalDouble number(String text) {
    try {
      // Not parseDouble: it also takes 1f, 0x1p3 and NaN.
      double value = new BigDecimal(text).doubleValue();
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
