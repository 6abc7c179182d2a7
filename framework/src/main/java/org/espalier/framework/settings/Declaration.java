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
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/** A settings record as its declaration says it: its fields in order, nested ones with a prefix. */
record Declaration(Class<? extends Record> type, List<Field> fields) {
  private static final ClassValue<Declaration> KNOWN =
      new ClassValue<>() {
        @Override
        protected Declaration computeValue(Class<?> type) {
          return checked(of(type.asSubclass(Record.class), "", true));
        }
      };

  /**
   * One component: a value, a nested record, or one of several things.
   *
   * @param name full name with the prefix of the records around it
   * @param identity whether it and every record around it can change a result
   * @param valueType of a value; else null
   * @param nested of a nested record; else null
   * @param inner what stands before the names of the settings inside; of one of several things
   */
  record Field(
      String name,
      RecordComponent component,
      Setting setting,
      boolean identity,
      ValueType valueType,
      Declaration nested,
      String inner) {

    boolean isNested() {
      return nested != null;
    }

    /** Whether it is one of several things; the setting itself is then the name of it. */
    boolean isChoice() {
      return !isNested() && valueType == null;
    }

    /** The settings of one of the things that it can be. */
    Declaration chosen(Class<? extends Record> type) {
      return Declaration.of(type, inner, identity);
    }

    /** The default, declared or given by the type. */
    Optional<Object> defaultValue() {
      if (isChoice()) {
        return standard().map(Declaration::nameOf);
      }
      if (setting.required()) {
        return Optional.empty();
      }
      return setting.defaultValue().equals(Setting.NONE)
          ? valueType.absent()
          : Optional.of(valueType.read(setting.defaultValue(), Vocabulary.NONE));
    }

    Optional<Class<? extends Record>> standard() {
      return setting.standard() == Record.class
          ? Optional.empty()
          : Optional.of(setting.standard());
    }

    /** A value as JSON would hold it; nothing for an empty {@code Optional}. */
    Object canonical(Object value, boolean defaultsToo) {
      return isChoice()
          ? nameOf(((Record) value).getClass())
          : valueType.canonical(value, defaultsToo);
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
    return KNOWN.get(type);
  }

  /** The name that people know a record by. */
  static String nameOf(Class<?> type) {
    Named named = type.getAnnotation(Named.class);
    if (named == null) {
      throw new IllegalArgumentException(type.getName() + " lacks @Named");
    }
    return named.value();
  }

  private static Declaration checked(Declaration declaration) {
    Set<String> names = new HashSet<>();
    for (Field field : declaration.leaves()) {
      if (!names.add(field.name())) {
        throw new IllegalArgumentException(
            declaration.type().getName() + " has two settings " + field.name());
      }
    }
    return declaration;
  }

  private static Declaration of(Class<? extends Record> type, String prefix, boolean identity) {
    List<Field> fields = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      if (setting == null) {
        throw new IllegalArgumentException(
            type.getName() + "." + component.getName() + " lacks @Setting");
      }
      fields.add(field(component, setting, prefix, identity && setting.identity()));
    }
    return new Declaration(type, List.copyOf(fields));
  }

  private static Field field(
      RecordComponent component, Setting setting, String prefix, boolean identity) {
    Class<?> type = component.getType();
    String name = prefix + Names.kebab(component.getName());
    String inner = setting.inline() ? prefix : name + ".";
    if (type.isRecord() && !hasParser(type)) {
      Declaration nested = of(type.asSubclass(Record.class), inner, identity);
      return new Field(name, component, setting, identity, null, nested, inner);
    }
    if (ScalarType.isChoice(type)) {
      return new Field(name, component, setting, identity, null, null, inner);
    }
    ValueType valueType = ValueType.of(component.getGenericType());
    return new Field(name, component, setting, identity, valueType, null, inner);
  }

  private static boolean hasParser(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods()).anyMatch(m -> m.getName().equals("parse"));
  }

  /** The settings themselves, nested records opened; of several things only which of them. */
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
        if (field.isChoice()) {
          Record chosen = (Record) value;
          values.putAll(field.chosen(chosen.getClass()).values(chosen));
        }
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
}
