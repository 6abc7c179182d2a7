package org.espalier.graphs.architectures;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A family that knows each of its architectures by name, and no others. */
abstract class NamedFamily implements Family {
  private final Map<String, Architecture> byName = new TreeMap<>();

  NamedFamily(List<? extends Architecture> architectures) {
    architectures.forEach(a -> byName.put(a.name(), a));
  }

  @Override
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  @Override
  public Optional<Architecture> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
