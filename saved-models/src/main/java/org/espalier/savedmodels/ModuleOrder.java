package org.espalier.savedmodels;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An order of module names in which data most likely meets the modules. Files do not keep the order
 * of the network: they are sorted by name or by size. Numbers come first and count as numbers
 * ({@code features.2} before {@code features.10}, {@code dense1}, {@code trans1}, {@code dense2});
 * at the same number a convolution, then its batch norm, then the blocks; shortcuts and heads last.
 */
final class ModuleOrder {
  static final Comparator<String> OF_NAMES = ModuleOrder::compare;

  private static final Pattern PARTS = Pattern.compile("(.*?)(\\d{0,9})");
  private static final Pattern FIRST =
      Pattern.compile("features?|backbone|body|stem|conv|.*stem.*");
  private static final Pattern CONVOLUTION = Pattern.compile("conv.*");
  private static final Pattern NORM = Pattern.compile("bn|norm|batch_?norm");
  private static final Pattern SHORTCUT = Pattern.compile("downsample|shortcut|proj.*|skip.*");
  private static final Pattern HEAD = Pattern.compile("fc|linear|classifier|head|output|logits?");

  private ModuleOrder() {}

  private static int compare(String a, String b) {
    String[] left = a.split("\\.");
    String[] right = b.split("\\.");
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      int order = Part.of(left[i]).compareTo(Part.of(right[i]));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.length, right.length);
  }

  /** Whether a part of a name stands for the way around a block. */
  static boolean isShortcut(String part) {
    return SHORTCUT.matcher(Part.of(part).word()).matches();
  }

  private record Part(int number, int rank, String word) implements Comparable<Part> {
    private static final Comparator<Part> ORDER =
        Comparator.comparingInt(Part::number)
            .thenComparingInt(Part::rank)
            .thenComparing(Part::word);

    static Part of(String text) {
      Matcher parts = PARTS.matcher(text);
      if (!parts.matches()) {
        return new Part(Integer.MAX_VALUE, 2, text);
      }
      String word = parts.group(1);
      String digits = parts.group(2);
      int unnumbered = FIRST.matcher(word).matches() ? -1 : Integer.MAX_VALUE;
      return new Part(digits.isEmpty() ? unnumbered : Integer.parseInt(digits), rank(word), word);
    }

    private static int rank(String word) {
      if (CONVOLUTION.matcher(word).matches()) {
        return 0;
      }
      if (NORM.matcher(word).matches()) {
        return 1;
      }
      if (SHORTCUT.matcher(word).matches()) {
        return 3;
      }
      return HEAD.matcher(word).matches() ? 4 : 2;
    }

    @Override
    public int compareTo(Part other) {
      return ORDER.compare(this, other);
    }
  }
}
