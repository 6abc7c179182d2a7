package org.espalier.pruning.comparison;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.settings.SettingDescription;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.framework.training.Intervention;
import org.espalier.graphs.UsageException;
import org.espalier.pruning.PruningMethod;

/**
 * The comparisons that can be asked for by name: every row of the tables of Liu et al. 2019, with
 * its settings and what was published. Some name methods or data that a build may lack.
 */
public final class NamedComparisons {
  /** Read when they are first asked for: most commands do not. */
  private static final class Rows {
    static final List<NamedComparison> ALL = NamedRows.read();
  }

  private final Vocabulary words;
  private final Datasets datasets;

  @Inject
  public NamedComparisons(Vocabulary words, Datasets datasets) {
    this.words = words;
    this.datasets = datasets;
  }

  /** All names and other names, in the order of the tables. */
  public static List<String> names() {
    return Rows.ALL.stream()
        .flatMap(row -> Stream.concat(Stream.of(row.name()), row.aliases().stream()))
        .toList();
  }

  /** In the order of the tables. */
  public List<NamedComparison> all() {
    return Rows.ALL;
  }

  /** The row of a name or another name, if there is one. */
  public Optional<NamedComparison> find(String name) {
    return Rows.ALL.stream()
        .filter(row -> row.name().equals(name) || row.aliases().contains(name))
        .findFirst();
  }

  /**
   * The row of a name or another name.
   *
   * @throws UsageException with the nearest names if there is none
   */
  public NamedComparison get(String name) {
    return find(name).orElseThrow(() -> UsageException.unknown("comparison", name, names()));
  }

  /** Names of methods, interventions and data sets that a row needs and this build has not. */
  public List<String> needs(NamedComparison row) {
    return List.copyOf(missing(row).values());
  }

  /** By the setting that names it. */
  private Map<String, String> missing(NamedComparison row) {
    Map<String, String> missing = new LinkedHashMap<>();
    lacking(row, "method", words.all(PruningMethod.class).keySet(), missing);
    lacking(row, "sparsity-interventions", words.all(Intervention.class).keySet(), missing);
    lacking(row, "dataset", Set.copyOf(datasets.names()), missing);
    return missing;
  }

  private static void lacking(
      NamedComparison row, String setting, Set<String> known, Map<String, String> missing) {
    Object value = row.settings().get(setting);
    String name = value == null ? null : value.toString().replaceAll("\\(.*", "");
    if (name != null && !known.contains(name)) {
      missing.put(setting, name);
    }
  }

  /**
   * The comparison that a row is.
   *
   * @throws UsageException if it needs what this build has not
   */
  public Comparison comparison(NamedComparison row) {
    return reader().read(Comparison.class, List.of(source(row, Set.of())), Set.of());
  }

  /**
   * Where the settings of a row come from, for those who change some of them.
   *
   * @param replaced settings that are given otherwise, by name
   * @throws UsageException if it needs what this build has not, and that is not replaced
   */
  public SettingsSource source(NamedComparison row, Set<String> replaced) {
    checkCanRun(row, replaced);
    return known(row, Map.of()).without(replaced);
  }

  private void checkCanRun(NamedComparison row, Set<String> replaced) {
    Map<String, String> missing = missing(row);
    missing.keySet().removeAll(replaced);
    if (!missing.isEmpty()) {
      throw new UsageException(
          row.name()
              + " needs "
              + String.join(" and ", missing.values())
              + ", which this build has not; "
              + String.join(", ", missing.keySet().stream().map(s -> "--" + s).toList())
              + " can name another");
    }
  }

  private SettingsReader reader() {
    return new SettingsReader(words);
  }

  /** What was published of a row, beside a comparison that is run for it. */
  public PublishedRow beside(NamedComparison row, Comparison run) {
    return new PublishedRow(
        row.name(), row.source(), row.published(), row.notes(), departures(row, run));
  }

  private List<String> departures(NamedComparison row, Comparison run) {
    Map<String, Object> replaced = new LinkedHashMap<>();
    List<String> departures = new ArrayList<>();
    run.scale().ifPresent(scale -> departures.add("scaled down by " + scale));
    Map<String, Object> actual = Settings.identity(run);
    missing(row)
        .forEach(
            (setting, name) -> {
              replaced.put(setting, actual.getOrDefault(setting, List.of()));
              departures.add(different(setting, actual.get(setting), name));
            });
    Map<String, Object> own =
        Settings.identity(reader().read(Comparison.class, List.of(known(row, replaced)), Set.of()));
    Set<String> names = new TreeSet<>(own.keySet());
    names.addAll(actual.keySet());
    names.remove("scale");
    for (String name : names) {
      if (!String.valueOf(own.get(name)).equals(String.valueOf(actual.get(name)))) {
        departures.add(different(name, actual.get(name), own.get(name)));
      }
    }
    return departures;
  }

  /** Without settings that come with a method that is missing. */
  private SettingsSource known(NamedComparison row, Map<String, Object> replaced) {
    if (missing(row).isEmpty()) {
      return row.source(replaced);
    }
    Set<String> known =
        words.describe(Comparison.class).stream()
            .map(SettingDescription::name)
            .collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>(row.settings().keySet());
    unknown.removeAll(known);
    return row.source(replaced).without(unknown);
  }

  private static String different(String setting, Object actual, Object own) {
    return setting + ": " + text(actual) + ", not " + text(own);
  }

  private static String text(Object value) {
    if (value instanceof List<?> list) {
      return list.isEmpty()
          ? "none"
          : String.join(",", list.stream().map(String::valueOf).toList());
    }
    return value == null ? "none" : value.toString();
  }
}
