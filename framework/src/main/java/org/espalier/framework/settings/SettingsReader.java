package org.espalier.framework.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final Map<String, Given> given;

  private SettingsReader(Map<String, Given> given) {
    this.given = given;
  }

  /**
   * Reads a record from one source.
   *
   * @param source names it in errors, for example a file; empty for the command line
   */
  public static <R extends Record> R read(Class<R> type, Map<String, ?> raw, String source) {
    return read(type, List.of(new SettingsSource(source, raw)));
  }

  /** Reads a record; what a later source says overrides the earlier ones. */
  public static <R extends Record> R read(Class<R> type, List<SettingsSource> sources) {
    return read(type, sources, Set.of());
  }

  /**
   * Reads a record from sources that hold the settings of other records too.
   *
   * @param others full names of those; passed over, and offered to who mistypes one
   */
  public static <R extends Record> R read(
      Class<R> type, List<SettingsSource> sources, Set<String> others) {
    Declaration model = Declaration.of(type);
    Set<String> names = new LinkedHashSet<>();
    model.leaves().forEach(field -> names.add(field.name()));
    names.addAll(others);
    Map<String, Given> given = new LinkedHashMap<>();
    for (SettingsSource source : sources) {
      for (Map.Entry<String, Given> entry : source.flat(prefixes(names)).entrySet()) {
        checkKnown(entry.getKey(), entry.getValue().origin(), names);
        given.put(entry.getKey(), entry.getValue());
      }
    }
    return type.cast(new SettingsReader(given).build(model));
  }

  /** A record with nothing but defaults. */
  public static <R extends Record> R defaults(Class<R> type) {
    return read(type, List.of());
  }

  /**
   * Reads a YAML file. The maps in it remember their lines, so give them to {@link #read} as they
   * are.
   */
  public static Map<String, Object> readYaml(Path file) {
    return YamlFile.read(file);
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

  private Record build(Declaration part) {
    List<Object> arguments = new ArrayList<>();
    for (Declaration.Field field : part.fields()) {
      arguments.add(field.isNested() ? build(field.nested()) : value(field));
    }
    try {
      return part.construct(arguments);
    } catch (IllegalArgumentException | UsageException e) {
      throw invalid(part, e);
    }
  }

  private Object value(Declaration.Field field) {
    Given found = given.get(field.name());
    if (found == null) {
      return field.defaultValue().orElseThrow(() -> missing(field));
    }
    try {
      return field.valueType().read(found.value());
    } catch (WrongValue e) {
      throw found.origin().problem(found.origin().text() + ": " + e.getMessage(), e);
    }
  }

  private UsageException missing(Declaration.Field field) {
    return new UsageException(
        "missing --"
            + field.name()
            + " "
            + field.valueType().label()
            + ": "
            + field.setting().value());
  }

  /** Adds to what a record's constructor complains of the place of the setting that it names. */
  private RuntimeException invalid(Declaration part, RuntimeException thrown) {
    String message = String.valueOf(thrown.getMessage());
    Optional<Declaration.Field> culprit =
        part.fields().stream()
            .filter(field -> !field.isNested() && field.mention(message) >= 0)
            .min(Comparator.comparingInt(field -> field.mention(message)));
    if (culprit.isPresent()) {
      Declaration.Field field = culprit.get();
      Given found = given.get(field.name());
      Origin origin = found == null ? new Origin("--" + field.name(), true) : found.origin();
      String rest = field.withoutName(message);
      String joint = rest.length() < message.length() ? " " : ": ";
      return origin.problem(origin.text() + joint + rest, thrown);
    }
    return new UsageException(message);
  }
}
