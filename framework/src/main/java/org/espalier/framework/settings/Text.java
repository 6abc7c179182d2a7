package org.espalier.framework.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Things with settings as one piece of text, {@code adam(beta1=0.8,beta2=0.99)}, and lists. */
final class Text {
  private Text() {}

  /** A canonical value as it is written on the command line. */
  static String written(Object canonical) {
    if (canonical instanceof List<?> list) {
      return String.join(",", list.stream().map(Text::written).toList());
    }
    return canonical.toString();
  }

  /** A named record with its settings. */
  static String of(Record thing, boolean defaultsToo) {
    List<String> settings = new ArrayList<>();
    Map<String, Object> values = defaultsToo ? Settings.identity(thing) : Settings.canonical(thing);
    values.forEach((name, value) -> settings.add(name + "=" + bracketed(value)));
    String name = Declaration.nameOf(thing.getClass());
    return settings.isEmpty() ? name : name + "(" + String.join(",", settings) + ")";
  }

  private static String bracketed(Object canonical) {
    return canonical instanceof List<?> ? "[" + written(canonical) + "]" : written(canonical);
  }

  /** The parts between commas, but for commas inside brackets of any kind. */
  static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  /** The name of a thing. */
  static String name(String text) {
    int open = text.indexOf('(');
    return (open < 0 ? text : text.substring(0, open)).strip();
  }

  /**
   * The settings of a thing.
   *
   * @throws WrongValue if the brackets do not close, or a part is not {@code name=value}
   */
  static Map<String, Object> settings(String text) {
    Map<String, Object> settings = new LinkedHashMap<>();
    int open = text.indexOf('(');
    if (open < 0) {
      return settings;
    }
    String stripped = text.strip();
    if (!stripped.endsWith(")")) {
      throw WrongValue.expected("a closing bracket", "'" + text + "'");
    }
    String inside = stripped.substring(stripped.indexOf('(') + 1, stripped.length() - 1);
    for (String part : inside.isBlank() ? List.<String>of() : split(inside)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw WrongValue.expected("name=value", "'" + part.strip() + "'");
      }
      String value = part.substring(equals + 1).strip();
      boolean list = value.startsWith("[") && value.endsWith("]");
      settings.put(
          part.substring(0, equals).strip(), list ? value.substring(1, value.length() - 1) : value);
    }
    return settings;
  }
}
