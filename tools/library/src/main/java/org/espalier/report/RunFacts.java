package org.espalier.report;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.Stretch;

/** Where numbers come from, out of {@code run.json}. */
final class RunFacts {
  private RunFacts() {}

  /** All that the run says of itself. */
  static List<Fact> of(RunDescription run) {
    List<Fact> facts = new ArrayList<>();
    run.inputs().forEach((name, value) -> add(facts, name, value));
    run.stretches().forEach(s -> addStretch(facts, s, run.stretches().size() > 1));
    new TreeMap<>(run.settings()).forEach((name, value) -> add(facts, name, value));
    if (!run.hash().isEmpty()) {
      add(facts, "taskHash", run.hash());
    }
    return facts;
  }

  /** What all runs of a comparison have in common: the versions, the machine, the data. */
  static List<Fact> shared(Path folder) {
    List<Fact> facts = new ArrayList<>();
    new RunFolder(folder)
        .description()
        .ifPresent(
            run -> {
              run.inputs()
                  .forEach(
                      (name, value) -> {
                        if (name.startsWith("data")) {
                          add(facts, name, value);
                        }
                      });
              run.stretches().stream().limit(1).forEach(s -> addStretch(facts, s, false));
            });
    return facts;
  }

  private static void addStretch(List<Fact> facts, Stretch s, boolean several) {
    String of = several ? " from step " + s.fromStep() : "";
    facts.add(Fact.of("Versions" + of, plain(s.versions())));
    facts.add(
        Fact.of(
            "Machine" + of,
            String.format(
                Locale.ROOT,
                "%s threads, %s, host %s, %s",
                s.threads(),
                s.device(),
                s.host(),
                s.started())));
    facts.add(Fact.of("Environment" + of, plain(s.environment())));
  }

  private static void add(List<Fact> facts, String name, Object value) {
    String text = value instanceof List<?> list && list.isEmpty() ? "" : plain(value);
    boolean said =
        facts.stream().anyMatch(f -> f.name().equals(words(name)) && f.value().equals(text));
    if (value != null && !text.isEmpty() && !said) { // what is set is often what was found, too
      String lower = name.toLowerCase(Locale.ROOT);
      boolean typed = lower.contains("digest") || lower.contains("hash") || lower.equals("command");
      facts.add(new Fact(words(name), text, typed));
    }
  }

  /** A value in one line: {@code tensorflow 2.18.0, java 17} for two named values. */
  private static String plain(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(e -> e.getKey() + " " + plain(e.getValue()))
          .collect(Collectors.joining(", "));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(RunFacts::plain).collect(Collectors.joining(", "));
    }
    return value instanceof Double number && Double.isFinite(number)
        ? new BigDecimal(number.toString()).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }

  /** {@code Graph digest} of {@code graphDigest}. */
  static String words(String name) {
    String words =
        name.replaceAll("([a-z0-9])([A-Z])", "$1 $2")
            .replaceAll("[._-]", " ")
            .toLowerCase(Locale.ROOT);
    return words.isEmpty() ? name : Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
