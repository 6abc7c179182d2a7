package org.espalier.graphs;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The caller asked for something that does not exist or makes no sense. The command line exits with
 * 2.
 */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }

  /**
   * An unknown name, with the nearest known ones.
   *
   * @param what what the name should have named, for example "architecture"
   */
  public static UsageException unknown(String what, String name, Collection<String> known) {
    List<String> nearest =
        known.stream()
            .sorted(Comparator.<String>comparingInt(k -> distance(k, name)).thenComparing(k -> k))
            .limit(3)
            .toList();
    return new UsageException(
        "unknown " + what + " '" + name + "'; nearest: " + String.join(", ", nearest));
  }

  /** Levenshtein distance, ignoring case. */
  private static int distance(String a, String b) {
    String s = a.toLowerCase(java.util.Locale.ROOT);
    String t = b.toLowerCase(java.util.Locale.ROOT);
    int[] row = new int[t.length() + 1];
    for (int j = 0; j <= t.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= s.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= t.length(); j++) {
        int substituted = diagonal + (s.charAt(i - 1) == t.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[t.length()];
  }
}
