package org.espalier.report;

/**
 * One thing to know about where the numbers come from.
 *
 * @param code whether the value is a command, path or digest, to be shown as it is typed
 */
public record Fact(String name, String value, boolean code) {
  public static Fact of(String name, String value) {
    return new Fact(name, value, false);
  }

  public static Fact code(String name, String value) {
    return new Fact(name, value, true);
  }
}
