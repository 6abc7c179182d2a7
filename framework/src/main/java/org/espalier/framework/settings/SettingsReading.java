package org.espalier.framework.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import org.espalier.framework.settings.SettingsSource.Given;
import org.espalier.framework.settings.SettingsSource.Origin;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;

/** Makes one record of what was given. */
final class SettingsReading {
  /** Behind it messages tell a value. */
  private static final String FOUND = "found ";

  private final Vocabulary words;
  private final Map<String, Given> given;
  private final String file;
  private final Set<String> used = new HashSet<>();

  /** For each setting that only some choices have, the choice that was made instead. */
  private final Map<String, Given> passedOver = new HashMap<>();

  /**
   * @param file in which all settings stand; empty if some are flags, or if there are several
   */
  SettingsReading(Vocabulary words, Map<String, Given> given, String file) {
    this.words = words;
    this.given = given;
    this.file = file;
  }

  Record record(Declaration declaration) {
    Record record = build(declaration);
    given.forEach(this::checkUsed);
    return record;
  }

  /** A setting of a thing that was not chosen is a mistake, unless the choice came after it. */
  private void checkUsed(String name, Given value) {
    Given choice = passedOver.get(name);
    if (!used.contains(name) && choice != null && value.rank() >= choice.rank()) {
      throw value
          .origin()
          .problem(
              value.origin().text() + " says nothing about '" + choice.value() + "'; leave it out",
              null);
    }
  }

  private Record build(Declaration part) {
    List<Object> arguments = new ArrayList<>();
    for (Declaration.Field field : part.fields()) {
      arguments.add(
          field.isNested()
              ? build(field.nested())
              : field.isChoice() ? choice(field) : value(field));
    }
    try {
      return part.construct(arguments);
    } catch (IllegalArgumentException | UsageException e) {
      throw invalid(part, e);
    }
  }

  private Record choice(Declaration.Field field) {
    SortedMap<String, Class<? extends Record>> choices = words.choices(field);
    Given found = given.get(field.name());
    used.add(field.name());
    String name =
        found == null
            ? field.defaultValue().orElseThrow(() -> missing(field, choices)).toString()
            : String.valueOf(found.value());
    Class<? extends Record> type = choices.get(name);
    if (type == null) {
      String what = Vocabulary.label(field.component().getType());
      String message = UsageException.unknown(what, name, choices.keySet()).getMessage();
      throw found.origin().problem(found.origin().text() + ": " + message, null);
    }
    Given made = found == null ? new Given(name, new Origin("--" + field.name(), true), -1) : found;
    choices.forEach(
        (other, otherType) -> {
          if (!other.equals(name)) {
            field.chosen(otherType).leaves().forEach(l -> passedOver.putIfAbsent(l.name(), made));
          }
        });
    return build(field.chosen(type));
  }

  private Object value(Declaration.Field field) {
    Given found = given.get(field.name());
    used.add(field.name());
    if (found == null) {
      return field.defaultValue().orElseThrow(() -> missing(field, field.valueType().label()));
    }
    try {
      return field.valueType().read(found.value(), words);
    } catch (WrongValue e) {
      throw found.origin().problem(found.origin().text() + ": " + e.getMessage(), e);
    }
  }

  private RuntimeException missing(
      Declaration.Field field, SortedMap<String, Class<? extends Record>> choices) {
    return missing(field, String.join("|", choices.keySet()));
  }

  private RuntimeException missing(Declaration.Field field, String label) {
    return file.isEmpty()
        ? new UsageException("missing --" + field.name() + " " + label + ": " + help(field))
        : new BadInputException(file + ": expected " + field.name() + ", found none");
  }

  /** As the command's help says it, with the names that there are. */
  private String help(Declaration.Field field) {
    Class<?> record = field.component().getDeclaringRecord();
    return words.describe(record.asSubclass(Record.class)).stream()
        .filter(setting -> setting.name().equals(field.name()))
        .map(SettingDescription::help)
        .findFirst()
        .orElse(field.setting().value());
  }

  /** Adds to what a record's constructor complains of the place of the setting that it names. */
  private RuntimeException invalid(Declaration part, RuntimeException thrown) {
    String message = String.valueOf(thrown.getMessage());
    List<Declaration.Field> culprits =
        part.fields().stream()
            .filter(field -> !field.isNested() && field.mention(message) >= 0)
            .sorted(Comparator.comparingInt(field -> field.mention(message)))
            .toList();
    if (culprits.isEmpty()) {
      return file.isEmpty()
          ? new UsageException(message)
          : new BadInputException(file + ": " + message, thrown);
    }
    Declaration.Field field = culprits.get(0);
    Given found = given.get(field.name());
    Origin origin = found == null ? new Origin("--" + field.name(), true) : found.origin();
    String rest = field.withoutName(message);
    if (rest.length() < message.length()) {
      return origin.problem(origin.text() + " " + asTyped(rest, found), thrown);
    }
    // Several settings that do not go together: none of them stands for the others.
    return culprits.size() > 1 && origin.flag()
        ? new UsageException(message)
        : origin.problem(origin.text() + ": " + message, thrown);
  }

  /** The number that is told as found, as it was typed: {@code -5M} and not {@code -5000000.0}. */
  private static String asTyped(String message, Given given) {
    int found = message.lastIndexOf(FOUND);
    if (given == null || found < 0) {
      return message;
    }
    String typed = String.valueOf(given.value());
    OptionalDouble told = Decimals.number(message.substring(found + FOUND.length()));
    return told.isPresent() && told.equals(Decimals.number(typed))
        ? message.substring(0, found + FOUND.length()) + typed
        : message;
  }
}
