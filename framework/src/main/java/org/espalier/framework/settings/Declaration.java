package org.espalier.framework.settings;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A settings record as its declaration says it: its fields in order, nested ones with a prefix. */
record Declaration(Class<? extends Record> type, List<Field> fields) {

  /**
   * One component.
   *
   * @param name full name with the prefix of the records around it
   * @param identity whether it and every record around it can change a result
   * @param nested the model of a nested record; then {@code valueType} is null
   */
  record Field(
      String name,
      RecordComponent component,
      Setting setting,
      boolean identity,
      ValueType valueType,
      Declaration nested) {

    boolean isNested() {
      return nested != null;
    }

    /** The default, declared or given by the type. */
    Optional<Object> defaultValue() {
      if (setting.required()) {
        return Optional.empty();
      }
      return setting.defaultValue().equals(Setting.NONE)
          ? valueType.absent()
          : Optional.of(valueType.read(setting.defaultValue()));
    }

    SettingDescription describe() {
      Optional<Object> value = defaultValue();
      return new SettingDescription(
          name,
          valueType.label(),
          value.map(valueType::canonical).map(Declaration::written).filter(text -> !text.isEmpty()),
          setting.value(),
          value.isEmpty(),
          valueType.isSwitch(),
          valueType.scalar().choices());
    }

    private String eitherName() {
      String name = component.getName();
      return "(?:" + Pattern.quote(name) + "|" + Pattern.quote(Names.kebab(name)) + ")";
    }

    /** Where a message speaks of this setting; -1 if it does not. */
    int mention(String message) {
      Matcher matcher = Pattern.compile("\\b" + eitherName() + "\\b").matcher(message);
      return matcher.find() ? matcher.start() : -1;
    }

    /** A message without this setting's name at its start, where the place will stand instead. */
    String withoutName(String message) {
      return message.replaceFirst("^" + eitherName() + "\\s+", "");
    }

    Object get(Record settings) {
      try {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        return accessor.invoke(settings);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static Declaration of(Class<? extends Record> type) {
    Declaration model = of(type, "", true);
    Set<String> names = new HashSet<>();
    for (Field field : model.leaves()) {
      if (!names.add(field.name())) {
        throw new IllegalArgumentException(type.getName() + " has two settings " + field.name());
      }
    }
    return model;
  }

  private static Declaration of(Class<? extends Record> type, String prefix, boolean identity) {
    List<Field> fields = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      if (setting == null) {
        throw new IllegalArgumentException(
            type.getName() + "." + component.getName() + " lacks @Setting");
      }
      String name = prefix + Names.kebab(component.getName());
      boolean counts = identity && setting.identity();
      if (component.getType().isRecord() && !hasParser(component.getType())) {
        String inner = setting.inline() ? prefix : name + ".";
        Declaration nested = of(component.getType().asSubclass(Record.class), inner, counts);
        fields.add(new Field(name, component, setting, counts, null, nested));
      } else {
        ValueType valueType = ValueType.of(component.getGenericType());
        fields.add(new Field(name, component, setting, counts, valueType, null));
      }
    }
    return new Declaration(type, List.copyOf(fields));
  }

  private static boolean hasParser(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods()).anyMatch(m -> m.getName().equals("parse"));
  }

  /** The settings themselves, nested records opened. */
  List<Field> leaves() {
    List<Field> leaves = new ArrayList<>();
    for (Field field : fields) {
      if (field.isNested()) {
        leaves.addAll(field.nested().leaves());
      } else {
        leaves.add(field);
      }
    }
    return leaves;
  }

  /** The values of a record under their full names, in the order of declaration. */
  Map<Field, Object> values(Record settings) {
    Map<Field, Object> values = new LinkedHashMap<>();
    for (Field field : fields) {
      Object value = field.get(settings);
      if (field.isNested()) {
        values.putAll(field.nested().values((Record) value));
      } else {
        values.put(field, value);
      }
    }
    return values;
  }

  /** Calls the canonical constructor; what it throws comes out as it is. */
  Record construct(List<Object> arguments) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A canonical value as it is written on the command line. */
  static String written(Object canonical) {
    if (canonical instanceof List<?> list) {
      return String.join(",", list.stream().map(Declaration::written).toList());
    }
    return canonical.toString();
  }
}
