package org.espalier.commandline.commands;

import java.util.Map;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;

/** A named recipe; single flags and a settings file still override it. */
record RecipeChoice(
    @Setting(
            value =
                "Named recipe: cifar (Liu et al. 2019: 160 epochs, rate 0.1) or short (8 epochs, rate"
                    + " 0.05, for trying things out).",
            defaultValue = "cifar",
            identity = false)
        String recipe) {

  private static final Map<String, Map<String, Object>> KNOWN =
      Map.of("cifar", Map.of(), "short", Map.of("epochs", 8, "learning-rate", 0.05));

  /** Whether a named recipe says what a setting is. */
  static boolean names(String setting) {
    return KNOWN.values().stream().anyMatch(values -> values.containsKey(setting));
  }

  /** A command's settings with the named recipe beneath the flags. */
  static <R extends Record> R settings(Invocation in, Class<R> type) {
    String name = in.settings(RecipeChoice.class).recipe();
    Map<String, Object> values = KNOWN.get(name);
    if (values == null) {
      throw UsageException.unknown("recipe", name, KNOWN.keySet());
    }
    return in.settings(type, new SettingsSource("recipe " + name, values));
  }
}
