package org.espalier.framework.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.espalier.framework.files.Json;
import org.espalier.framework.files.Sha256;
import org.espalier.graphs.settings.Named;

/** What follows from the declaration of a settings record: its values, canonical form, hash. */
public final class Settings {
  private static final int HASH_DIGITS = 12;

  private Settings() {}

  /** Every setting of a record, nested ones included, in the order of declaration. */
  public static List<SettingDescription> describe(Class<? extends Record> type) {
    return Vocabulary.NONE.describe(type);
  }

  /** Every value under its full name: what a reader of a run wants to see. */
  public static SortedMap<String, Object> all(Record settings) {
    return values(settings, true, (field, value) -> value != null);
  }

  /** The same as a reader of JSON has it: whole numbers are longs, others doubles. */
  public static Map<String, Object> asRead(Record settings) {
    Map<String, Object> values = new LinkedHashMap<>();
    Json.tree(all(settings))
        .properties()
        .forEach(e -> values.put(e.getKey(), Json.value(e.getValue(), Object.class)));
    return values;
  }

  /** Every value that can change a result, defaults too: what must agree to go on with a run. */
  public static SortedMap<String, Object> identity(Record settings) {
    return values(settings, true, (field, value) -> value != null && field.identity());
  }

  /**
   * The values that differ from their defaults and can change a result, sorted by name; nested
   * names are joined with dots. Because defaults are left out, a new setting with a default changes
   * no old record's canonical form.
   */
  public static SortedMap<String, Object> canonical(Record settings) {
    return values(settings, false, (field, value) -> field.identity() && !isDefault(field, value));
  }

  private static SortedMap<String, Object> values(
      Record settings, boolean defaultsToo, BiPredicate<Declaration.Field, Object> wanted) {
    SortedMap<String, Object> values = new TreeMap<>();
    Declaration.of(settings.getClass())
        .values(settings)
        .forEach(
            (field, value) -> {
              Object canonical = field.canonical(value, defaultsToo);
              if (wanted.test(field, canonical)) {
                values.put(field.name(), canonical);
              }
            });
    return values;
  }

  /** Compared as canonical values; null stands for an empty Optional. */
  private static boolean isDefault(Declaration.Field field, Object canonical) {
    if (field.isChoice()) {
      return field.defaultValue().filter(canonical::equals).isPresent();
    }
    return field.defaultValue().isPresent()
        && Objects.equals(
            canonical, field.valueType().canonical(field.defaultValue().get(), false));
  }

  /** A named record as it is written on the command line: {@code adam(beta1=0.8)}. */
  public static String text(Record thing) {
    return Text.of(thing, false);
  }

  /** The first 12 hexadecimal digits of the SHA-256 of the canonical form as JSON. */
  public static String hash(Record settings) {
    return hash(canonical(settings));
  }

  /** The same of a canonical form. */
  public static String hash(SortedMap<String, Object> canonical) {
    return new Sha256().add(Json.line(canonical)).hex().substring(0, HASH_DIGITS);
  }

  /** All things that stand elsewhere and that a record names, in the order of declaration. */
  public static List<Keyed> references(Record settings) {
    Set<Keyed> found = new LinkedHashSet<>();
    for (Object value : Declaration.of(settings.getClass()).values(settings).values()) {
      collect(value, found);
    }
    return List.copyOf(found);
  }

  private static void collect(Object value, Set<Keyed> found) {
    if (value instanceof Keyed keyed) {
      found.add(keyed);
    } else if (value instanceof Optional<?> optional) {
      optional.ifPresent(inner -> collect(inner, found));
    } else if (value instanceof List<?> list) {
      list.forEach(inner -> collect(inner, found));
    } else if (value instanceof Record thing && thing.getClass().isAnnotationPresent(Named.class)) {
      found.addAll(references(thing));
    }
  }

  /** A record with nothing but defaults. */
  public static <R extends Record> R defaults(Class<R> type) {
    return SettingsReader.read(type, List.of());
  }

  /**
   * A copy of a record in which one component has another value.
   *
   * @param component by its Java name
   */
  public static <R extends Record> R with(R settings, String component, Object value) {
    return with(settings, Map.of(component, value));
  }

  /** The same for several components. */
  @SuppressWarnings("unchecked")
  public static <R extends Record> R with(R settings, Map<String, Object> changes) {
    Declaration declaration = Declaration.of(settings.getClass());
    List<Object> arguments = new ArrayList<>();
    for (Declaration.Field field : declaration.fields()) {
      arguments.add(changes.getOrDefault(field.component().getName(), field.get(settings)));
    }
    return (R) declaration.construct(arguments);
  }
}
