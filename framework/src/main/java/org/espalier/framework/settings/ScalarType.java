package org.espalier.framework.settings;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    if (parser(type).isPresent()) {
      String name = Names.kebab(type.getSimpleName());
      return new ScalarType(type, name.toUpperCase(java.util.Locale.ROOT), "a " + name);
    }
    throw new IllegalArgumentException("no setting can have the type " + declared.getName());
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
  Object read(Object raw) {
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
    return type.isEnum() ? readConstant(raw) : readParsed(raw);
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
    long value;
    try {
      value = Long.parseLong(raw.toString());
    } catch (NumberFormatException e) {
      throw WrongValue.expected(expected, found(raw));
    }
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
    double value = Double.NaN;
    try {
      // Not parseDouble: it also takes 1f, 0x1p3 and NaN.
      value = new BigDecimal(raw.toString()).doubleValue();
    } catch (NumberFormatException e) {
      throw WrongValue.expected(expected, found(raw));
    }
    if (Double.isInfinite(value)) {
      throw WrongValue.expected("a number that a double can hold", found(raw));
    }
    return value + 0.0; // no negative zero: it equals zero, so it must hash like it
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

  Object canonical(Object value) {
    if (value instanceof Boolean || value instanceof String) {
      return value;
    }
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    if (value instanceof Double number) {
      return shortest(number);
    }
    if (value instanceof Path path) {
      return path.toString().replace('\\', '/');
    }
    return value instanceof Enum<?> ? constantName(value) : value.toString();
  }

  /**
   * The shortest decimal that is this double. Double.toString changed in JDK 19; hashes must not.
   */
  private static Object shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    BigDecimal decimal = exact;
    for (int digits = 1; digits <= 17; digits++) {
      decimal = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (decimal.doubleValue() == value) {
        break;
      }
    }
    decimal = decimal.stripTrailingZeros();
    boolean whole = decimal.scale() <= 0 && decimal.precision() - decimal.scale() <= 18;
    return whole ? (Object) decimal.longValueExact() : decimal;
  }
}
