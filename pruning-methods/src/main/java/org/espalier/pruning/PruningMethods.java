package org.espalier.pruning;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.graphs.UsageException;

/** All pruning methods, by name. */
public final class PruningMethods {
  private final Map<String, PruningMethod> methods;

  @Inject
  public PruningMethods(Map<String, PruningMethod> methods) {
    this.methods = new TreeMap<>(methods);
  }

  /** All of them, in the order of their names. */
  public List<PruningMethod> all() {
    return List.copyOf(methods.values());
  }

  /** The method; an unknown name is answered with the nearest ones. */
  public PruningMethod get(String name) {
    PruningMethod method = methods.get(name);
    if (method == null) {
      throw UsageException.unknown("pruning method", name, methods.keySet());
    }
    return method;
  }

  /** The method, if it removes channels. */
  public StructuredMethod structured(String name) {
    if (get(name) instanceof StructuredMethod structured) {
      return structured;
    }
    throw new UsageException("pruning method '" + name + "' does not remove channels");
  }
}
