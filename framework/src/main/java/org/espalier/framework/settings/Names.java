package org.espalier.framework.settings;

import java.util.Locale;

/** How a Java name is written on the command line and in YAML. */
final class Names {
  private Names() {}

  /** {@code learningRate} and {@code LEARNING_RATE} become {@code learning-rate}. */
  static String kebab(String name) {
    boolean constant = name.equals(name.toUpperCase(Locale.ROOT));
    String dashed =
        constant ? name : name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-");
    return dashed.replace('_', '-').toLowerCase(Locale.ROOT);
  }
}
