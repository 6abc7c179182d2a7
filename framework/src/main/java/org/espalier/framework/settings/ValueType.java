package org.espalier.framework.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The type of one setting: a scalar, perhaps optional, or a list of them. */
record ValueType(Shape shape, ScalarType scalar) {
  enum Shape {
    ONE,
    OPTIONAL,
    LIST
  }

  static ValueType of(Type type) {
    if (type instanceof Class<?> plain) {
      return new ValueType(Shape.ONE, ScalarType.of(plain));
    }
    if (type instanceof ParameterizedType generic
        && generic.getActualTypeArguments()[0] instanceof Class<?> element) {
      if (generic.getRawType() == Optional.class) {
        return new ValueType(Shape.OPTIONAL, ScalarType.of(element));
      }
      if (generic.getRawType() == List.class) {
        return new ValueType(Shape.LIST, ScalarType.of(element));
      }
    }
    throw new IllegalArgumentException("no setting can have the type " + type.getTypeName());
  }

  String label() {
    return shape == Shape.LIST ? scalar.label() + ",…" : scalar.label();
  }

  /** What a value must be, for error messages. */
  String expected() {
    return shape == Shape.LIST ? "a list, each " + scalar.expected() : scalar.expected();
  }

  boolean isSwitch() {
    return shape == Shape.ONE && scalar.type() == boolean.class;
  }

  /** The value when nothing is given and nothing declared, if there is one. */
  Optional<Object> absent() {
    return switch (shape) {
      case OPTIONAL -> Optional.of(Optional.empty());
      case LIST -> Optional.of(List.of());
      case ONE -> isSwitch() ? Optional.of(false) : Optional.empty();
    };
  }

  /**
   * @param raw what flags or YAML gave; a list may come as one text with commas
   * @throws WrongValue if it is not of this type
   */
  Object read(Object raw) {
    if (raw instanceof Map) {
      throw WrongValue.expected(expected(), "nested keys");
    }
    return switch (shape) {
      case OPTIONAL -> raw == null ? Optional.empty() : Optional.of(scalar.read(raw));
      case LIST -> readList(raw);
      case ONE -> scalar.read(raw);
    };
  }

  private List<Object> readList(Object raw) {
    List<?> items = List.of();
    if (raw instanceof List<?> list) {
      items = list;
    } else if (raw instanceof String text) {
      items = text.isBlank() ? List.of() : List.of(text.split(",", -1));
    } else if (raw == null) {
      throw WrongValue.expected(expected(), "nothing");
    } else {
      items = List.of(raw);
    }
    List<Object> values = new ArrayList<>();
    for (Object item : items) {
      values.add(scalar.read(item instanceof String text ? text.strip() : item));
    }
    return List.copyOf(values);
  }

  /** The value as JSON would hold it, the same for equal values on every JVM. */
  Object canonical(Object value) {
    return switch (shape) {
      case OPTIONAL -> ((Optional<?>) value).map(scalar::canonical).orElse(null);
      case LIST -> ((List<?>) value).stream().map(scalar::canonical).toList();
      case ONE -> scalar.canonical(value);
    };
  }
}
