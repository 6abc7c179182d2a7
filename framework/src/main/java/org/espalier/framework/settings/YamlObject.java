package org.espalier.framework.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A YAML mapping that remembers the line of each key. */
final class YamlObject extends LinkedHashMap<String, Object> {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, Integer> lines = new LinkedHashMap<>();

  void put(String key, Object value, int line) {
    put(key, value);
    lines.put(key, line);
  }

  /** The same without some keys. */
  YamlObject without(Predicate<String> unwanted) {
    YamlObject others = new YamlObject();
    forEach(
        (key, value) -> {
          if (!unwanted.test(key)) {
            others.put(key, value, lines.get(key));
          }
        });
    return others;
  }

  Optional<Integer> line(String key) {
    return Optional.ofNullable(lines.get(key));
  }
}
