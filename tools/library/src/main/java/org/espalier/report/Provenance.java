package org.espalier.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where numbers come from, out of {@code run.json}. */
final class Provenance {
  static final String FILE = "run.json";

  private Provenance() {}

  static JsonNode read(Path folder) {
    JsonNode run =
        JsonFile.read(folder.resolve(FILE), JsonNode.class, "the settings of a run as JSON");
    if (!run.isObject()) {
      throw JsonFile.unexpected(
          folder.resolve(FILE), "the settings of a run as a JSON object", run.getNodeType().name());
    }
    return run;
  }

  /** All that the run says of itself. */
  static List<Fact> ofRun(Path folder) {
    List<Fact> facts = new ArrayList<>();
    read(folder).properties().forEach(f -> add(facts, f.getKey(), f.getValue()));
    return facts;
  }

  /** What all runs of a comparison have in common: the versions, the machine, the data. */
  static List<Fact> shared(Path folder) {
    List<Fact> facts = new ArrayList<>();
    if (Files.exists(folder.resolve(FILE))) {
      read(folder)
          .properties()
          .forEach(
              f -> {
                String name = f.getKey().toLowerCase(Locale.ROOT);
                if (name.contains("version")
                    || name.contains("environment")
                    || name.startsWith("data")) {
                  add(facts, f.getKey(), f.getValue());
                }
              });
    }
    return facts;
  }

  private static void add(List<Fact> facts, String name, JsonNode value) {
    String text =
        value.isArray() ? String.join("\n", JsonFile.lines(value)) : JsonFile.plain(value);
    if (!value.isNull() && !text.isEmpty()) {
      String lower = name.toLowerCase(Locale.ROOT);
      boolean typed = lower.contains("digest") || lower.contains("hash") || lower.equals("command");
      facts.add(new Fact(words(name), text, typed));
    }
  }

  /** {@code Graph digest} of {@code graphDigest}. */
  static String words(String name) {
    String words =
        name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").replace('_', ' ').toLowerCase(Locale.ROOT);
    return words.isEmpty() ? name : Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
