package org.espalier.report;

import java.util.Locale;

/** Numbers as people read them, the same in the terminal and on the page. */
public final class Numbers {
  /** Stands for a number that is not known. */
  public static final String NONE = "–";

  private static final String[] PREFIXES = {"", " k", " M", " G", " T", " P", " E"};

  private Numbers() {}

  /** Up to four digits and a prefix: {@code 512}, {@code 14.99 M}, {@code 313.5 M}. */
  public static String count(double value) {
    return prefixed(value, 4);
  }

  /** A count with its unit: {@code 313.5 M MACs}. */
  public static String macs(double value) {
    return count(value) + " MACs";
  }

  /** A cost of which only a part may be known: {@code at least 313.5 M}. */
  public static String cost(double value, boolean atLeast) {
    return (atLeast ? "at least " : "") + count(value);
  }

  /** The compute of a training, three digits: {@code 1.20 T}, {@code 7.52 P}. */
  public static String compute(double value) {
    return prefixed(value, 3);
  }

  /** {@code 93.41 %} of the fraction 0.9341. */
  public static String percent(double fraction) {
    return fixed(fraction * 100, 2) + " %";
  }

  /** {@code 93.41 % ± 0.12}; without the spread where there is a single seed. */
  public static String accuracy(double mean, double std, int n) {
    return n > 1 ? percent(mean) + " ± " + fixed(std * 100, 2) : percent(mean);
  }

  /** How much a size or cost changed, {@code −64.0 %}; empty where there is nothing to compare. */
  public static String change(double before, double after) {
    if (before <= 0 || after <= 0) {
      return "";
    }
    return signed((after / before - 1) * 100, 1) + " %";
  }

  /** The difference of two fractions in percentage points, {@code −0.22 points}. */
  public static String points(double before, double after) {
    return signed((after - before) * 100, 2) + " points";
  }

  /** {@code 0.4 s}, {@code 42 s}, {@code 3 min 20 s}, {@code 2 h 05 min}, {@code 3 d 4 h}. */
  public static String duration(double seconds) {
    if (seconds < 9.95) {
      return fixed(seconds, 1) + " s";
    }
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    if (s < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", s / 60, s % 60);
    }
    long minutes = Math.round(seconds / 60);
    if (minutes < 24 * 60) {
      return String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
    }
    long hours = Math.round(seconds / 3600);
    return String.format(Locale.ROOT, "%d d %d h", hours / 24, hours % 24);
  }

  /** Whole where it is whole, else one decimal: epochs and widths, which may be means. */
  public static String mean(double value) {
    return value == Math.rint(value) ? fixed(value, 0) : fixed(value, 1);
  }

  static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String signed(double value, int decimals) {
    String magnitude = fixed(Math.abs(value), decimals);
    boolean zero = Double.parseDouble(magnitude) == 0;
    return (zero ? "±" : value < 0 ? "−" : "+") + magnitude;
  }

  private static String prefixed(double value, int digits) {
    if (value < 1000) {
      return mean(value);
    }
    // What rounds to 1000 belongs to the next prefix: 999,990 is 1.000 M, not 1000 k.
    int prefix = 0;
    double scaled = value;
    while (scaled >= 1000 - halfOfLastDigit(3, digits) && prefix < PREFIXES.length - 1) {
      scaled /= 1000;
      prefix++;
    }
    int whole = 1;
    while (scaled >= Math.pow(10, whole) - halfOfLastDigit(whole, digits)) {
      whole++;
    }
    return fixed(scaled, Math.max(0, digits - whole)) + PREFIXES[prefix];
  }

  /** How far below a power of ten a number is rounded up to it. */
  private static double halfOfLastDigit(int whole, int digits) {
    return 0.5 * Math.pow(10, whole - digits);
  }
}
