package org.espalier.framework.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The type of one setting: a scalar, perhaps optional, or a list of them. */
record ValueType(Arity arity, ScalarType scalar) {
  enum Arity {
    ONE,
    OPTIONAL,
    LIST
  }

  static ValueType of(Type type) {
    if (type instanceof Class<?> plain) {
      return new ValueType(Arity.ONE, ScalarType.of(plain));
    }
    if (type instanceof ParameterizedType generic
        && generic.getActualTypeArguments()[0] instanceof Class<?> element) {
      if (generic.getRawType() == Optional.class) {
        return new ValueType(Arity.OPTIONAL, ScalarType.of(element));
      }
      if (generic.getRawType() == List.class) {
        return new ValueType(Arity.LIST, ScalarType.of(element));
      }
    }
    throw new IllegalArgumentException("no setting can have the type " + type.getTypeName());
  }

  String label() {
    return arity == Arity.LIST ? scalar.label() + ",…" : scalar.label();
  }

  /** What a value must be, for error messages. */
  String expected() {
    return arity == Arity.LIST ? "a list, each " + scalar.expected() : scalar.expected();
  }

  boolean isSwitch() {
    return arity == Arity.ONE && scalar.type() == boolean.class;
  }

  /** The value when nothing is given and nothing declared, if there is one. */
  Optional<Object> absent() {
    return switch (arity) {
      case OPTIONAL -> Optional.of(Optional.empty());
      case LIST -> Optional.of(List.of());
      case ONE -> isSwitch() ? Optional.of(false) : Optional.empty();
    };
  }

  /**
   * @param raw what flags or YAML gave; a list may come as one text with commas, pairs as keys with
   *     values
   * @throws WrongValue if it is not of this type
   */
  Object read(Object raw, Vocabulary words) {
    Object value = raw instanceof Map<?, ?> map ? pairs(map) : raw;
    return switch (arity) {
      case OPTIONAL -> value == null ? Optional.empty() : Optional.of(scalar.read(value, words));
      case LIST -> readList(value, words);
      case ONE -> scalar.read(value, words);
    };
  }

  /** YAML's way to write {@code conv1=0.3,conv2=0.5}: keys with values below the setting. */
  private Object pairs(Map<?, ?> map) {
    boolean plain =
        map.values().stream().noneMatch(v -> v == null || v instanceof Map || v instanceof List);
    if (!scalar.isParsed() || !plain) {
      throw WrongValue.expected(expected(), "nested keys");
    }
    List<String> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(key + "=" + value));
    return arity == Arity.LIST ? pairs : String.join(",", pairs);
  }

  private List<Object> readList(Object raw, Vocabulary words) {
    List<?> items = List.of();
    if (raw instanceof List<?> list) {
      items = list;
    } else if (raw instanceof String text) {
      items =
          text.isBlank()
              ? List.of()
              : (scalar.isChoice() ? Text.split(text) : List.of(text.split(",", -1)));
    } else if (raw == null) {
      throw WrongValue.expected(expected(), "nothing");
    } else {
      items = List.of(raw);
    }
    List<Object> values = new ArrayList<>();
    for (Object item : items) {
      if (item instanceof Map<?, ?> map && pairs(map) instanceof List<?> pairs) {
        pairs.forEach(pair -> values.add(scalar.read(pair, words)));
      } else {
        values.add(scalar.read(item instanceof String text ? text.strip() : item, words));
      }
    }
    return List.copyOf(values);
  }

  /**
   * The value as JSON would hold it, the same for equal values on every JVM.
   *
   * @param defaultsToo whether a thing with settings says all of them, not only what differs
   */
  Object canonical(Object value, boolean defaultsToo) {
    return switch (arity) {
      case OPTIONAL ->
          ((Optional<?>) value).map(v -> scalar.canonical(v, defaultsToo)).orElse(null);
      case LIST -> ((List<?>) value).stream().map(v -> scalar.canonical(v, defaultsToo)).toList();
      case ONE -> scalar.canonical(value, defaultsToo);
    };
  }
}
