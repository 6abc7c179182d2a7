package org.espalier;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.data.sources.DatasetSource;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.graphs.architectures.Architecture;
import org.espalier.graphs.architectures.Family;
import org.espalier.graphs.ops.OpRule;

/** What a program adds to that which Espalier knows by name. */
record Additions(
    Set<Kind> kinds, Set<Family> families, Set<DatasetSource> sources, Set<OpRule> rules) {

  /** None yet. */
  Additions() {
    this(
        new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
  }

  /** A family of one. */
  record Single(Architecture architecture) implements Family {
    @Override
    public List<String> names() {
      return List.of(architecture.name());
    }

    @Override
    public Optional<Architecture> find(String name) {
      return Optional.of(architecture).filter(a -> a.name().equals(name));
    }
  }
}
