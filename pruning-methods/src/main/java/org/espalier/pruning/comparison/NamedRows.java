package org.espalier.pruning.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.graphs.BadInputException;

/** Reads the rows of the paper's tables, and what was measured of them here. */
final class NamedRows {
  private static final String TABLES = "tables.yaml";
  private static final String MEASURED = "measured.yaml";

  private NamedRows() {}

  /** All of them, in the order of the tables. */
  static List<NamedComparison> read() {
    return read(resource(TABLES), resource(MEASURED));
  }

  static List<NamedComparison> read(Map<String, Object> file, Map<String, Object> measured) {
    Map<String, Object> tables = map(file, "tables");
    Map<String, Object> recipes = map(file, "recipes");
    Map<String, Object> rows = map(file, "rows");
    measured.keySet().forEach(name -> map(rows, name)); // no numbers of what is not there
    List<NamedComparison> all = new ArrayList<>();
    for (String name : rows.keySet()) {
      Map<String, Object> row = map(rows, name);
      Map<String, Object> table = map(tables, text(row, "table"));
      Map<String, Object> settings = new LinkedHashMap<>(map(recipes, text(row, "recipe")));
      settings.putAll(map(row, "settings"));
      all.add(
          new NamedComparison(
              name,
              row.containsKey("aliases") ? List.of(text(row, "aliases").split(",", -1)) : List.of(),
              text(table, "title"),
              Integer.parseInt(text(table, "number")),
              settings,
              row.containsKey("published") ? arms(map(row, "published")) : List.of(),
              text(table, "source"),
              texts(row, "notes"),
              measured.containsKey(name) ? measured(list(measured, name)) : List.of()));
    }
    return List.copyOf(all);
  }

  private static List<MeasuredRow> measured(List<?> runs) {
    List<MeasuredRow> all = new ArrayList<>();
    for (Object item : runs) {
      Map<String, Object> run = map(Map.of("run", item), "run");
      all.add(
          new MeasuredRow(
              run.containsKey("scale") ? Scale.parse(text(run, "scale")).toString() : "",
              Integer.parseInt(text(run, "seeds")),
              text(run, "how"),
              arms(map(run, "arms"))));
    }
    return all;
  }

  private static List<PublishedArm> arms(Map<String, Object> numbers) {
    return numbers.keySet().stream()
        .map(arm -> PublishedArm.parse(arm, text(numbers, arm)))
        .toList();
  }

  private static Map<String, Object> resource(String name) {
    try (InputStream in = NamedRows.class.getResourceAsStream(name)) {
      return SettingsReader.readYaml(name, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked") // keys of YAML are texts
  private static Map<String, Object> map(Map<String, Object> in, String key) {
    if (in.get(key) instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw new BadInputException(
        "tables: expected keys and values as " + key + ", found " + in.get(key));
  }

  private static List<?> list(Map<String, Object> in, String key) {
    if (in.get(key) instanceof List<?> list) {
      return list;
    }
    throw new BadInputException("tables: expected a list as " + key + ", found " + in.get(key));
  }

  private static List<String> texts(Map<String, Object> in, String key) {
    return in.containsKey(key) ? list(in, key).stream().map(String::valueOf).toList() : List.of();
  }

  private static String text(Map<String, Object> in, String key) {
    if (in.get(key) == null) {
      throw new BadInputException("tables: expected " + key + ", found none in " + in);
    }
    return in.get(key).toString();
  }
}
