package org.espalier.graphs.rewrites;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.UsageException;

/** All rewrites that people can ask for, by name. */
public final class Rewrites {
  private final Map<String, GraphRewrite> byName = new TreeMap<>();

  @Inject
  public Rewrites(Set<GraphRewrite> rewrites) {
    for (GraphRewrite rewrite : rewrites) {
      if (byName.put(rewrite.name(), rewrite) != null) {
        throw new IllegalStateException("two rewrites are named " + rewrite.name());
      }
    }
  }

  /** In the order of their names. */
  public List<GraphRewrite> all() {
    return List.copyOf(byName.values());
  }

  /** The rewrite; an unknown name is answered with the nearest ones. */
  public GraphRewrite get(String name) {
    GraphRewrite rewrite = byName.get(name);
    if (rewrite == null) {
      throw UsageException.unknown("pass", name, byName.keySet());
    }
    return rewrite;
  }
}
