package org.espalier.framework.settings;

import dagger.Reusable;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Named;

/**
 * What names stand for: the records that are bound under a {@link Named name}, by the interfaces
 * that they implement, and the lists of names that help texts show. Adding a thing is a record and
 * a binding of a {@link Kind}; flags, help, YAML, JSON and hashes then know it.
 */
@Reusable
public final class Vocabulary {
  /** Knows nothing but the defaults that settings declare themselves. */
  public static final Vocabulary NONE = new Vocabulary(Set.of(), Map.of());

  /**
   * A named record that can be asked for.
   *
   * @param type carries {@link Named}
   */
  public record Kind(Class<? extends Record> type) {
    public Kind {
      Declaration.nameOf(type);
    }

    /**
     * This, if its settings are declared as they should be. Reading a declaration takes time, so
     * that those of Espalier's own records are read when they are asked for.
     *
     * @throws IllegalArgumentException for a component without {@code @Setting}, and the like
     */
    public Kind checked() {
      Declaration.of(type);
      return this;
    }

    /** Several, for a binding. */
    @SafeVarargs
    public static Set<Kind> all(Class<? extends Record>... types) {
      return Arrays.stream(types).map(Kind::new).collect(Collectors.toSet());
    }

    public String name() {
      return Declaration.nameOf(type);
    }

    /** One line for people. */
    public String description() {
      return type.getAnnotation(Named.class).description();
    }
  }

  /**
   * A service of things with names: a jar that is registered for it is found on the class path, and
   * what it brings along can be asked for as if it were Espalier's own.
   */
  public interface KindProvider {
    Set<Kind> kinds();
  }

  /** Names of things that are no records: data sets, presets. */
  public interface Names {
    Collection<String> names();
  }

  private static final Pattern LIST = Pattern.compile("\\{([a-z ]+)}");

  private final Map<Class<?>, SortedMap<String, Kind>> kinds = new LinkedHashMap<>();
  private final Map<String, Names> lists;
  private final Function<String, Keyed> references;

  @Inject
  public Vocabulary(Set<Kind> kinds, Map<String, Names> lists) {
    this(kinds, lists, Vocabulary::unknownReference);
  }

  private Vocabulary(
      Collection<Kind> kinds, Map<String, Names> lists, Function<String, Keyed> references) {
    this.lists = lists;
    this.references = references;
    for (Kind kind : kinds) {
      for (Class<?> of : interfaces(kind.type())) {
        Kind other = this.kinds.computeIfAbsent(of, k -> new TreeMap<>()).put(kind.name(), kind);
        if (other != null && other.type() != kind.type()) {
          throw new IllegalStateException(
              "two things are named " + kind.name() + ": " + kind.type() + " and " + other.type());
        }
      }
    }
  }

  private static Set<Class<?>> interfaces(Class<?> type) {
    Set<Class<?>> all = new LinkedHashSet<>();
    for (Class<?> direct : type.getInterfaces()) {
      all.add(direct);
      all.addAll(interfaces(direct));
    }
    return all;
  }

  private static Keyed unknownReference(String key) {
    throw new WrongValue("expected a known key, found '" + key + "'");
  }

  /**
   * The same, that knows things by their keys.
   *
   * @param known null for a key that stands for nothing
   */
  public Vocabulary with(Function<String, ? extends Keyed> known) {
    Set<Kind> all = new LinkedHashSet<>();
    kinds.values().forEach(byName -> all.addAll(byName.values()));
    return new Vocabulary(
        all,
        lists,
        key -> {
          Keyed found = known.apply(key);
          return found == null ? unknownReference(key) : found;
        });
  }

  /** All things of an interface, by name. */
  public SortedMap<String, Kind> all(Class<?> of) {
    return kinds.getOrDefault(of, new TreeMap<>());
  }

  /**
   * The thing of a name.
   *
   * @throws UsageException with the nearest names if there is none
   */
  public Kind get(Class<?> of, String name) {
    Kind kind = all(of).get(name);
    if (kind == null) {
      throw UsageException.unknown(label(of), name, all(of).keySet());
    }
    return kind;
  }

  /**
   * A thing with its settings, as it is written on the command line: {@code adam(beta1=0.8)}.
   *
   * @throws UsageException if there is none of this name, or a setting is not what it should be
   */
  public Object thing(Class<?> of, String text) {
    try {
      return ScalarType.of(of).read(text, this);
    } catch (WrongValue e) {
      throw new UsageException(label(of) + " '" + text + "': " + e.getMessage());
    }
  }

  /** What people call one thing of an interface: "pruning method". */
  static String label(Class<?> of) {
    return org.espalier.framework.settings.Names.kebab(of.getSimpleName()).replace('-', ' ');
  }

  Keyed reference(String key) {
    return references.apply(key);
  }

  /** The things that a component may be; its default too, though nobody bound it. */
  SortedMap<String, Class<? extends Record>> choices(Declaration.Field field) {
    SortedMap<String, Class<? extends Record>> choices = new TreeMap<>();
    all(field.component().getType()).forEach((name, kind) -> choices.put(name, kind.type()));
    field.standard().ifPresent(type -> choices.put(Declaration.nameOf(type), type));
    return choices;
  }

  /** Every setting of a record, nested ones and those of every choice included. */
  public List<SettingDescription> describe(Class<? extends Record> type) {
    Map<String, SettingDescription> described = new LinkedHashMap<>();
    describe(Declaration.of(type), described, List.of(type));
    return List.copyOf(described.values());
  }

  /**
   * @param within the types around it, the outermost first
   */
  private void describe(
      Declaration declaration,
      Map<String, SettingDescription> described,
      List<Class<? extends Record>> within) {
    for (Declaration.Field field : declaration.leaves()) {
      if (!field.isChoice()) {
        described.putIfAbsent(field.name(), SettingDescription.of(field, help(field)));
        continue;
      }
      SortedMap<String, Class<? extends Record>> choices = choices(field);
      List<String> names = List.copyOf(choices.keySet());
      described.put(field.name(), SettingDescription.ofChoice(field, help(field), names));
      for (Class<? extends Record> chosen : choices.values()) {
        if (within.contains(chosen)) {
          throw new IllegalStateException(
              chosen.getName() + " can hold itself as '" + field.name() + "': no end of settings");
        }
        List<Class<? extends Record>> inner = new ArrayList<>(within);
        inner.add(chosen);
        describe(field.chosen(chosen), described, inner);
      }
    }
  }

  /** The help text, with lists of names in the place of their words. */
  private String help(Declaration.Field field) {
    Matcher matcher = LIST.matcher(field.setting().value());
    return matcher.replaceAll(
        found -> {
          Names list = lists.get(found.group(1));
          return Matcher.quoteReplacement(
              list == null ? found.group(1) : String.join(", ", list.names()));
        });
  }

  /** Names of all settings, those of every choice included. */
  List<String> names(Class<? extends Record> type) {
    List<String> names = new ArrayList<>();
    describe(type).forEach(setting -> names.add(setting.name()));
    return names;
  }
}
