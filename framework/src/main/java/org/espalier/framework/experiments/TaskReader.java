package org.espalier.framework.experiments;

import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunDescription.Described;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.graphs.BadInputException;

/** Makes tasks of their descriptions, which travel as JSON. */
public final class TaskReader {
  private final Vocabulary words;

  @Inject
  public TaskReader(Vocabulary words) {
    this.words = words;
  }

  /** A task as it is described to another process: its settings, and those of what it needs. */
  public static RunDescription describe(Task task) {
    return Run.describe(task, Map.of());
  }

  /**
   * The task of a description.
   *
   * @param source what the description is, for messages
   * @throws BadInputException if there is no such task here, or it is no longer what it was: a
   *     default has changed
   */
  public Task read(RunDescription description, String source) {
    Task task =
        new Needs(description, source)
            .task(new Described(description.task(), description.settings()));
    if (!task.key().equals(description.hash())) {
      throw new BadInputException(
          source
              + ": expected a task whose hash is "
              + description.hash()
              + ", found that its settings now give "
              + task.key()
              + "; it is of another Espalier");
    }
    return task;
  }

  /** Reads what a task needs before it, each once. */
  private final class Needs {
    private final RunDescription description;
    private final String source;
    private final Map<String, Need> read = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    Needs(RunDescription description, String source) {
      this.description = description;
      this.source = source;
    }

    private Need need(String key) {
      Need known = read.get(key);
      Described described = description.needs().get(key);
      if (known == null && described != null) {
        if (!open.add(key)) {
          throw new BadInputException(
              source + ": expected tasks one after another, found that " + key + " needs itself");
        }
        known = new Need(task(described));
        read.put(key, known);
      }
      return known;
    }

    private Task task(Described described) {
      if (words.all(Task.class).get(described.task()) == null) {
        throw new BadInputException(
            source
                + ": expected a task, one of "
                + String.join(", ", words.all(Task.class).keySet())
                + "; found '"
                + described.task()
                + "'");
      }
      Class<? extends Record> type = words.get(Task.class, described.task()).type();
      SettingsSource settings = new SettingsSource(source, described.settings());
      return (Task)
          new SettingsReader(words.with(this::need)).read(type, List.of(settings), Set.of());
    }
  }
}
