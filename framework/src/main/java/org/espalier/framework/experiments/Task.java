package org.espalier.framework.experiments;

import java.util.List;
import java.util.Optional;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.settings.Keyed;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.settings.Named;

/**
 * Something that can be done once and found again: a record of settings with a {@link Named name}
 * and the deed itself. Its hash covers those settings that differ from their defaults, and the
 * hashes of the tasks that it needs; so equal tasks are one task, and a new setting changes no old
 * hash. Small, JSON, runs anywhere.
 */
public interface Task extends Keyed {
  /**
   * Does it, or goes on with it, in the run's folder. Called by the one process that holds the run.
   *
   * @return how it ended, which the folder holds too
   */
  RunSummary make(Run run, Workshop shop);

  /** The task as a settings record. */
  default Record settings() {
    return (Record) this;
  }

  /** What is done, by name. */
  default String kind() {
    return getClass().getAnnotation(Named.class).value();
  }

  /** The hash: 12 hexadecimal digits. */
  @Override
  default String key() {
    var canonical = Settings.canonical(settings());
    canonical.put("task", kind());
    return Settings.hash(canonical);
  }

  /** The tasks that must be done before. */
  default List<Task> needs() {
    return Settings.references(settings()).stream()
        .filter(Need.class::isInstance)
        .map(need -> ((Need) need).task())
        .toList();
  }

  /** What will come of it, without making anything; empty if that cannot be told. */
  default Optional<Preview> preview(Workshop shop) {
    return Optional.empty();
  }

  /** The images that the result depends on, if it does. */
  default Optional<DataSpec> data() {
    return Optional.empty();
  }

  /** A few words for people: what is done to what. */
  String title();
}
