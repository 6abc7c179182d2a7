package org.espalier.report;

/** Commands as a shell takes them. */
public final class ShellWords {
  private ShellWords() {}

  /** A word that a shell would take apart, or as something else, in quotation marks. */
  public static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
