package org.espalier.graphs.architectures;

import dagger.Reusable;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.UsageException;

/** All architectures, by name. */
@Reusable
public final class Architectures {
  private final List<Family> families;

  @Inject
  public Architectures(Set<Family> families) {
    this.families = families.stream().sorted(Comparator.comparing(f -> f.names().get(0))).toList();
    checkNames();
  }

  private void checkNames() {
    Set<String> seen = new HashSet<>();
    for (String name : names()) {
      if (!seen.add(name)) {
        throw new IllegalStateException("two architectures are named " + name);
      }
    }
  }

  public List<String> names() {
    return families.stream().flatMap(f -> f.names().stream()).toList();
  }

  /** The architecture; an unknown name is answered with the nearest ones. */
  public Architecture get(String name) {
    return families.stream()
        .flatMap(f -> f.find(name).stream())
        .findFirst()
        .orElseThrow(() -> UsageException.unknown("architecture", name, names()));
  }
}
