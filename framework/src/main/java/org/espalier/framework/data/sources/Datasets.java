package org.espalier.framework.data.sources;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.framework.data.Dataset;
import org.espalier.graphs.UsageException;

/** All data sets that there are, by name. */
public final class Datasets {
  private final Map<String, DatasetSource> sources = new TreeMap<>();

  @Inject
  public Datasets(Set<DatasetSource> sources) {
    for (DatasetSource source : sources) {
      if (this.sources.put(source.name(), source) != null) {
        throw new IllegalStateException("two data sets are named " + source.name());
      }
    }
  }

  /** All names, sorted. */
  public List<String> names() {
    return List.copyOf(sources.keySet());
  }

  /** Ordered by name. */
  public List<DatasetSource> all() {
    return List.copyOf(sources.values());
  }

  /**
   * @throws UsageException with the nearest names if there is none of this name
   */
  public DatasetSource source(String name) {
    DatasetSource source = sources.get(name);
    if (source == null) {
      throw UsageException.unknown("data set", name, sources.keySet());
    }
    return source;
  }

  /** See {@link DatasetSource#load}. */
  public Dataset load(String name, Optional<Path> dir) {
    return source(name).load(dir);
  }
}
