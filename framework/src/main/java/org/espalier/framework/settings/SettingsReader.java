package org.espalier.framework.settings;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.espalier.framework.settings.SettingsSource.Given;
import org.espalier.framework.settings.SettingsSource.Origin;
import org.espalier.graphs.UsageException;

/**
 * Fills settings records. What is wrong with a flag is a {@link UsageException}, what is wrong in a
 * file a {@link org.espalier.graphs.BadInputException}; both name the setting and, in a file, the
 * line.
 */
public final class SettingsReader {
  private final Vocabulary words;

  @Inject
  public SettingsReader(Vocabulary words) {
    this.words = words;
  }

  /**
   * Reads a record that needs no names but those of its own defaults.
   *
   * @param source names it in errors, for example a file; empty for the command line
   */
  public static <R extends Record> R read(Class<R> type, Map<String, ?> raw, String source) {
    return read(type, List.of(new SettingsSource(source, raw)));
  }

  /** The same; what a later source says overrides the earlier ones. */
  public static <R extends Record> R read(Class<R> type, List<SettingsSource> sources) {
    return new SettingsReader(Vocabulary.NONE).read(type, sources, Set.of());
  }

  /**
   * Reads a record from sources that hold the settings of other records too. What a later source
   * says overrides the earlier ones.
   *
   * @param others full names of those; passed over, and offered to who mistypes one
   */
  public <R extends Record> R read(
      Class<R> type, List<SettingsSource> sources, Set<String> others) {
    Set<String> own = new LinkedHashSet<>(words.names(type));
    Set<String> names = new LinkedHashSet<>(own);
    names.addAll(others);
    Map<String, Given> given = new LinkedHashMap<>();
    for (int i = 0; i < sources.size(); i++) {
      int rank = i;
      sources
          .get(i)
          .flat(prefixes(names))
          .forEach(
              (name, value) -> {
                checkKnown(name, value.origin(), names);
                given.put(name, value.ranked(rank));
              });
    }
    given.keySet().retainAll(own);
    // Where all settings stand in one file, that is where a missing one is missed.
    String file = sources.size() == 1 ? sources.get(0).name() : "";
    return type.cast(new SettingsReading(words, given, file).record(Declaration.of(type)));
  }

  /**
   * Reads a YAML file. The maps in it remember their lines, so give them to {@link #read} as they
   * are.
   */
  public static Map<String, Object> readYaml(Path file) {
    return YamlFile.read(file);
  }

  /**
   * The same of a text in UTF-8 that is no file.
   *
   * @param name what errors call it
   */
  public static Map<String, Object> readYaml(String name, byte[] text) {
    return YamlFile.read(name, text);
  }

  private static Set<String> prefixes(Set<String> names) {
    return names.stream()
        .filter(name -> name.contains("."))
        .flatMap(
            name ->
                Pattern.compile("\\.").matcher(name).results().map(m -> name.substring(0, m.end())))
        .collect(Collectors.toSet());
  }

  private static void checkKnown(String name, Origin origin, Set<String> names) {
    if (names.contains(name)) {
      return;
    }
    if (names.stream().anyMatch(n -> n.startsWith(name + "."))) {
      throw origin.problem(origin.text() + ": expected nested keys, found a single value", null);
    }
    String place = origin.text().substring(0, origin.text().length() - name.length());
    String message = UsageException.unknown("setting", name, names).getMessage();
    throw origin.problem((origin.flag() ? "" : place) + message, null);
  }
}
