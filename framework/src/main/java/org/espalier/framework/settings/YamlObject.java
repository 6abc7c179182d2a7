package org.espalier.framework.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A YAML mapping that remembers the line of each key. */
final class YamlObject extends LinkedHashMap<String, Object> {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, Integer> lines = new LinkedHashMap<>();

  void put(String key, Object value, int line) {
    put(key, value);
    lines.put(key, line);
  }

  Optional<Integer> line(String key) {
    return Optional.ofNullable(lines.get(key));
  }
}
