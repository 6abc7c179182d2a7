package org.espalier.framework.settings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;

/**
 * Where values come from, so that an error can say it.
 *
 * @param name the file, or another name for the place; empty for the command line
 * @param values by setting name; nested records as nested maps or as names with dots
 */
public record SettingsSource(String name, Map<String, ?> values) {

  /** The command line: names without their dashes. */
  public static SettingsSource flags(Map<String, ?> values) {
    return new SettingsSource("", values);
  }

  /** A YAML file. */
  public static SettingsSource yaml(Path file) {
    return new SettingsSource(file.toString(), SettingsReader.readYaml(file));
  }

  /**
   * One value and where it stands.
   *
   * @param rank of its source; later ones override
   */
  record Given(Object value, Origin origin, int rank) {
    Given ranked(int newRank) {
      return new Given(value, origin, newRank);
    }
  }

  /** The place of one value: {@code --epochs} or {@code run.yaml:3: epochs}. */
  record Origin(String text, boolean flag) {
    /** Wrong use if it was typed as a flag, bad input if it stands in a file. */
    RuntimeException problem(String message, Throwable cause) {
      return flag ? new UsageException(message) : new BadInputException(message, cause);
    }
  }

  /** The same without some settings, by their names in kebab case. */
  public SettingsSource without(Set<String> settings) {
    Predicate<String> unwanted = key -> settings.contains(Names.kebab(key));
    if (values instanceof YamlObject yaml) {
      return new SettingsSource(name, yaml.without(unwanted));
    }
    Map<String, Object> others = new LinkedHashMap<>(values);
    others.keySet().removeIf(unwanted);
    return new SettingsSource(name, others);
  }

  /** Whether a setting stands here. */
  public boolean has(String setting) {
    return flat(Set.of()).containsKey(setting);
  }

  /**
   * Refuses a setting that would be passed over.
   *
   * @param why and what to do instead
   */
  public void refuse(String setting, String why) {
    Given given = flat(Set.of()).get(setting);
    if (given != null) {
      throw given.origin().problem(given.origin().text() + " " + why, null);
    }
  }

  boolean isFlags() {
    return name.isEmpty();
  }

  /** All values under their full names in kebab case. */
  Map<String, Given> flat(Set<String> prefixes) {
    Map<String, Given> flat = new LinkedHashMap<>();
    flatten("", values, prefixes, flat);
    return flat;
  }

  private void flatten(
      String prefix, Map<?, ?> map, Set<String> prefixes, Map<String, Given> flat) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = entry.getKey().toString();
      String full = prefix + Names.kebab(key);
      Origin origin = origin(map, key, full);
      if (entry.getValue() instanceof Map<?, ?> inner && prefixes.contains(full + ".")) {
        flatten(full + ".", inner, prefixes, flat);
      } else if (!(entry.getValue() == null && prefixes.contains(full + ".")) // a bare heading
          && flat.put(full, new Given(entry.getValue(), origin, 0)) != null) {
        throw origin.problem(origin.text() + ": given twice", null);
      }
    }
  }

  private Origin origin(Map<?, ?> map, String key, String full) {
    if (isFlags()) {
      return new Origin("--" + full, true);
    }
    String place = name;
    if (map instanceof YamlObject yaml && yaml.line(key).isPresent()) {
      place = name + ":" + yaml.line(key).get();
    }
    return new Origin(place + ": " + full, false);
  }
}
