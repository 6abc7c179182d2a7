package org.espalier.framework.settings;

import java.util.List;
import java.util.Optional;

/**
 * What help text needs to know of one setting.
 *
 * @param name as a flag without the dashes, for example {@code learning-rate}
 * @param type what to write for a value, for example {@code NUMBER} or {@code adam|sgd}
 * @param defaultValue as written on the command line; empty if there is none
 * @param help what the setting is for
 * @param required whether it must be given
 * @param isSwitch whether it is a boolean, so that the flag needs no value
 * @param isList whether it takes several values, with commas between them or given one by one
 * @param choices the valid values, where there is a fixed list of them
 */
public record SettingDescription(
    String name,
    String type,
    Optional<String> defaultValue,
    String help,
    boolean required,
    boolean isSwitch,
    boolean isList,
    List<String> choices) {

  /** More names than these would break the line of an option; its sentence lists them. */
  private static final int FEW = 6;

  static SettingDescription of(Declaration.Field field, String help) {
    Optional<Object> value = field.defaultValue();
    return new SettingDescription(
        field.name(),
        field.valueType().label(),
        value
            .map(v -> field.valueType().canonical(v, true))
            .map(Text::written)
            .filter(text -> !text.isEmpty()),
        help,
        value.isEmpty(),
        field.valueType().isSwitch(),
        field.valueType().arity() == ValueType.Arity.LIST,
        field.valueType().scalar().choices());
  }

  static SettingDescription ofChoice(Declaration.Field field, String help, List<String> names) {
    Optional<String> standard = field.defaultValue().map(Object::toString);
    boolean few = !names.isEmpty() && names.size() <= FEW;
    String type = few ? String.join("|", names) : "NAME";
    return new SettingDescription(
        field.name(), type, standard, help, standard.isEmpty(), false, false, names);
  }
}
