package org.espalier.pruning.comparison;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.settings.SettingsSource;

/**
 * A comparison that can be asked for by name: a row of a table of Liu et al. 2019.
 *
 * @param aliases other names
 * @param table what the table is about
 * @param tableNumber in version 1 of the paper; 0 where that has none
 * @param settings those of {@link Comparison} that differ from their defaults, by name
 * @param published what the paper says; empty where that is not known
 * @param source where that stands
 * @param notes what the numbers are, and where sources disagree
 * @param measured what it ended with here, where it was run
 */
public record NamedComparison(
    String name,
    List<String> aliases,
    String table,
    int tableNumber,
    Map<String, Object> settings,
    List<PublishedArm> published,
    String source,
    List<String> notes,
    List<MeasuredRow> measured) {
  public NamedComparison {
    aliases = List.copyOf(aliases);
    settings = Map.copyOf(settings);
    published = List.copyOf(published);
    notes = List.copyOf(notes);
    measured = List.copyOf(measured);
  }

  /**
   * Where its settings come from, for those who read them.
   *
   * @param inTheirPlace settings that take the place of its own
   */
  public SettingsSource source(Map<String, ?> inTheirPlace) {
    Map<String, Object> all = new LinkedHashMap<>(settings);
    all.putAll(inTheirPlace);
    return new SettingsSource("comparison " + name, all);
  }
}
