package org.espalier.framework.settings;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.UsageException;

/** The type of a single value: how it is read, named in help and written canonically. */
record ScalarType(Class<?> type, String label, String expected) {
  private static final Map<Class<?>, ScalarType> PLAIN =
      Map.of(
          String.class, new ScalarType(String.class, "TEXT", "text"),
          int.class, new ScalarType(int.class, "INTEGER", "an integer"),
          long.class, new ScalarType(long.class, "INTEGER", "an integer"),
          double.class, new ScalarType(double.class, "NUMBER", "a number"),
          boolean.class, new ScalarType(boolean.class, "true|false", "true or false"),
          Path.class, new ScalarType(Path.class, "PATH", "a path"));

  private static final Map<Class<?>, Class<?>> UNBOXED =
      Map.of(
          Integer.class, int.class,
          Long.class, long.class,
          Double.class, double.class,
          Boolean.class, boolean.class);

  static ScalarType of(Class<?> declared) {
    Class<?> type = UNBOXED.getOrDefault(declared, declared);
    if (PLAIN.containsKey(type)) {
      return PLAIN.get(type);
    }
    if (type.isEnum()) {
      List<String> names = choices(type);
      return new ScalarType(type, String.join("|", names), "one of " + String.join(", ", names));
    }
    if (Keyed.class.isAssignableFrom(type)) {
      return new ScalarType(type, "KEY", "a key");
    }
    if (isChoice(type)) {
      String label = Vocabulary.label(type);
      return new ScalarType(type, label.toUpperCase(Locale.ROOT).replace(' ', '-'), "a " + label);
    }
    if (parser(type).isPresent()) {
      String name = Names.kebab(type.getSimpleName());
      return new ScalarType(type, name.toUpperCase(Locale.ROOT), "a " + name);
    }
    throw new IllegalArgumentException("no setting can have the type " + declared.getName());
  }

  /** Whether a type is that of one of several things, each a record with a name. */
  static boolean isChoice(Class<?> type) {
    return type.isInterface()
        && type != List.class
        && type != Map.class
        && type != Path.class
        && !Keyed.class.isAssignableFrom(type);
  }

  boolean isChoice() {
    return isChoice(type);
  }

  /** Whether its text is in a format of its own. */
  boolean isParsed() {
    return !PLAIN.containsKey(type)
        && !type.isEnum()
        && !isChoice()
        && !Keyed.class.isAssignableFrom(type);
  }

  /** The names of an enum's constants; empty for other types. */
  List<String> choices() {
    return choices(type);
  }

  private static List<String> choices(Class<?> type) {
    return type.isEnum()
        ? Arrays.stream(type.getEnumConstants()).map(ScalarType::constantName).toList()
        : List.of();
  }

  private static String constantName(Object constant) {
    return Names.kebab(((Enum<?>) constant).name());
  }

  private static Optional<Method> parser(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(m -> m.getName().equals("parse") && Modifier.isStatic(m.getModifiers()))
        .filter(m -> m.getReturnType() == type)
        .filter(m -> Arrays.equals(m.getParameterTypes(), new Class<?>[] {String.class}))
        .findFirst();
  }

  /**
   * @param raw a text, or what a YAML reader makes of a number or boolean
   * @throws WrongValue if it is not of this type
   */
  Object read(Object raw, Vocabulary words) {
    if (raw == null || raw instanceof Map || raw instanceof List) {
      String found = raw == null ? "nothing" : raw instanceof Map ? "nested keys" : "a list";
      throw WrongValue.expected(expected, found);
    }
    if (type == String.class) {
      return readText(raw);
    }
    if (type == boolean.class) {
      return readBoolean(raw);
    }
    if (type == int.class || type == long.class) {
      return readInteger(raw);
    }
    if (type == double.class) {
      return readDouble(raw);
    }
    if (type == Path.class) {
      return readPath(raw);
    }
    if (Keyed.class.isAssignableFrom(type)) {
      return readReference(raw, words);
    }
    if (isChoice()) {
      return readThing(raw, words);
    }
    return type.isEnum() ? readConstant(raw) : readParsed(raw);
  }

  private Object readReference(Object raw, Vocabulary words) {
    Keyed found = words.reference(raw.toString());
    if (!type.isInstance(found)) {
      throw WrongValue.expected(
          "the key of a " + Vocabulary.label(type), "that of something else, " + found(raw));
    }
    return found;
  }

  /** A thing in one piece of text: {@code adam(beta1=0.8)}. */
  private Object readThing(Object raw, Vocabulary words) {
    try {
      String text = raw.toString();
      Class<? extends Record> chosen = words.get(type, Text.name(text)).type();
      return new SettingsReader(words)
          .read(chosen, List.of(SettingsSource.flags(Text.settings(text))), Set.of());
    } catch (UsageException e) {
      throw new WrongValue(e.getMessage());
    }
  }

  private String readText(Object raw) {
    if (raw instanceof String text) {
      return text;
    }
    // YAML has already lost how it was written: 1.10 would come back as 1.1.
    throw WrongValue.expected(expected, found(raw) + "; put it in quotes");
  }

  private Object readBoolean(Object raw) {
    return switch (raw.toString()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw WrongValue.expected(expected, found(raw));
    };
  }

  private Object readInteger(Object raw) {
    long value = Decimals.integer(raw.toString()).orElseThrow(() -> unlike(raw));
    if (type == long.class) {
      return value;
    }
    if (value != (int) value) {
      String range = " between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE;
      throw WrongValue.expected(expected + range, found(raw));
    }
    return (int) value;
  }

  private Object readDouble(Object raw) {
    double value = Decimals.number(raw.toString()).orElseThrow(() -> unlike(raw));
    if (Double.isInfinite(value)) {
      throw WrongValue.expected("a number that a double can hold", found(raw));
    }
    return value;
  }

  private WrongValue unlike(Object raw) {
    return WrongValue.expected(expected, found(raw));
  }

  private Object readPath(Object raw) {
    String text = raw.toString();
    if (text.isEmpty()) {
      throw WrongValue.expected(expected, "empty text");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw WrongValue.expected(expected, found(raw));
    }
  }

  private Object readConstant(Object raw) {
    String wanted = Names.kebab(raw.toString());
    for (Object constant : type.getEnumConstants()) {
      if (constantName(constant).equals(wanted)) {
        return constant;
      }
    }
    String message = UsageException.unknown("value", raw.toString(), choices()).getMessage();
    throw new WrongValue(message);
  }

  private Object readParsed(Object raw) {
    try {
      Method parse = parser(type).orElseThrow();
      parse.setAccessible(true);
      return parse.invoke(null, raw.toString());
    } catch (InvocationTargetException e) {
      throw new WrongValue(e.getCause().getMessage());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String found(Object raw) {
    return raw instanceof String text ? "'" + text + "'" : raw.toString();
  }

  Object canonical(Object value, boolean defaultsToo) {
    if (value instanceof Keyed keyed) {
      return keyed.key();
    }
    if (isChoice()) {
      return Text.of((Record) value, defaultsToo);
    }
    if (value instanceof Boolean || value instanceof String) {
      return value;
    }
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    if (value instanceof Double number) {
      return Decimals.shortest(number);
    }
    if (value instanceof Path path) {
      return path.toString().replace('\\', '/');
    }
    return value instanceof Enum<?> ? constantName(value) : value.toString();
  }
}
