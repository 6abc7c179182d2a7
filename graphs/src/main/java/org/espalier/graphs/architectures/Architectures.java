package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.graphs.UsageException;

/** All architectures, by name. */
public final class Architectures {
  private final Map<String, Family> families;

  @Inject
  public Architectures(Map<String, Family> families) {
    this.families = new TreeMap<>(families);
  }

  public List<String> names() {
    return families.values().stream().flatMap(f -> f.names().stream()).toList();
  }

  /** The architecture; an unknown name is answered with the nearest ones. */
  public Architecture get(String name) {
    return families.values().stream()
        .flatMap(f -> f.find(name).stream())
        .findFirst()
        .orElseThrow(() -> UsageException.unknown("architecture", name, names()));
  }
}
