package org.espalier.commandline.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.settings.SettingDescription;
import org.espalier.framework.settings.Vocabulary;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Turns the settings of a record into options of a command, and back into values. */
public final class SettingsOptions {
  private SettingsOptions() {}

  /** Adds an option for every setting, in the order of declaration. */
  static void add(
      CommandSpec spec, Class<? extends Record> type, Vocabulary words, Command command) {
    for (SettingDescription setting : words.describe(type)) {
      OptionSpec.Builder option =
          OptionSpec.builder("--" + setting.name())
              .description(description(setting, command.beforeDefault(setting.name())))
              .hidden(command.refused().contains(setting.name()));
      if (setting.isSwitch()) {
        option.type(Boolean.class).arity("0").negatable(true).fallbackValue("true");
      } else if (setting.isList()) {
        option.type(String[].class).arity("1").paramLabel(setting.type());
        option.completionCandidates(setting.choices());
      } else {
        option.type(String.class).arity("1").paramLabel(setting.type());
        option.completionCandidates(setting.choices());
      }
      spec.addOption(option.build());
    }
  }

  private static String[] description(SettingDescription setting, Optional<String> before) {
    List<String> notes = new ArrayList<>();
    if (setting.required()) {
      notes.add("required");
    }
    String first = before.map(words -> words + ", else ").orElse("");
    setting.defaultValue().ifPresent(value -> notes.add("default: " + first + value));
    String note = notes.isEmpty() ? "" : " (" + String.join("; ", notes) + ")";
    // picocli formats descriptions: a percent sign must be doubled.
    return new String[] {(setting.help() + note).replace("%", "%%")};
  }

  /** The settings that were given as options, by name without the dashes. */
  static Map<String, Object> given(
      ParseResult parsed, List<Class<? extends Record>> records, Vocabulary words) {
    Map<String, Object> given = new LinkedHashMap<>();
    for (Class<? extends Record> type : records) {
      for (SettingDescription setting : words.describe(type)) {
        OptionSpec option = parsed.matchedOption("--" + setting.name());
        if (option != null) {
          Object value = option.getValue();
          given.put(setting.name(), value instanceof String[] all ? String.join(",", all) : value);
        }
      }
    }
    return given;
  }
}
