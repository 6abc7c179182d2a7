package org.espalier.framework.settings;

/** A value that cannot be read; the reader adds where it came from. */
final class WrongValue extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongValue(String message) {
    super(message);
  }

  static WrongValue expected(String expected, String found) {
    return new WrongValue("expected " + expected + ", found " + found);
  }
}
