package org.espalier.graphs.architectures;

import java.util.List;
import java.util.Optional;

/** A family of architectures. One class a family, bound in {@link ArchitecturesModule}. */
public interface Family {
  /** The names worth listing. A family may know more: any depth of a ResNet. */
  List<String> names();

  Optional<Architecture> find(String name);
}
