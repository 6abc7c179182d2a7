package org.espalier.framework.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.Json;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.BadInputException;

/**
 * {@code run.json}: all that a run is, enough to make it again.
 *
 * @param task what is done, by name; empty in files of before there were tasks
 * @param hash of the task
 * @param settings every value, defaults too
 * @param needs the tasks that it needs, in full, by their hashes
 * @param inputs what else the result depends on: digests of data, network and start weights. They
 *     stand at the top of the file
 * @param stretches the parts in which it was made
 */
public record RunDescription(
    String task,
    String hash,
    Map<String, Object> settings,
    Map<String, Described> needs,
    Map<String, Object> inputs,
    List<Stretch> stretches) {
  public static final String FILE = "run.json";

  private static final String WHAT = "the description of a run";
  private static final Set<String> OWN = Set.of("task", "hash", "settings", "needs", "stretches");

  /** A task as text. */
  public record Described(String task, Map<String, Object> settings) {
    public static Described of(String task, Record settings) {
      return new Described(task, Settings.all(settings));
    }
  }

  public RunDescription withStretch(Stretch more) {
    List<Stretch> all = new ArrayList<>(stretches);
    all.add(more);
    return new RunDescription(task, hash, settings, needs, inputs, all);
  }

  void write(Path folder) {
    Json.write(folder.resolve(FILE), asMap());
  }

  /** What stands in the file. */
  public Map<String, Object> asMap() {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("task", task);
    file.put("hash", hash);
    file.put("settings", settings);
    file.put("needs", needs);
    file.putAll(inputs);
    file.put("stretches", stretches);
    return file;
  }

  /** Reads the file of a run folder. */
  public static RunDescription read(Path folder) {
    Path file = folder.resolve(FILE);
    return of(Json.object(file, WHAT), file + ": ");
  }

  /**
   * Of what stands in the file.
   *
   * @param json as text
   */
  public static RunDescription parse(String json) {
    try {
      return of(Json.parse(json.getBytes(StandardCharsets.UTF_8)), "");
    } catch (JsonProcessingException e) {
      throw new BadInputException("expected " + WHAT + ", found " + e.getOriginalMessage(), e);
    }
  }

  private static RunDescription of(JsonNode file, String place) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : file.properties()) {
      if (!OWN.contains(field.getKey())) {
        inputs.put(field.getKey(), Json.value(field.getValue(), Object.class));
      }
    }
    Map<String, Described> needs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> need : file.path("needs").properties()) {
      JsonNode described = need.getValue();
      needs.put(
          need.getKey(),
          new Described(described.path("task").asText(), map(described.path("settings"))));
    }
    List<Stretch> stretches = new ArrayList<>();
    file.path("stretches").forEach(s -> stretches.add(stretch(s, place)));
    return new RunDescription(
        file.path("task").asText(""),
        file.path("hash").asText(""),
        map(file.path("settings")),
        needs,
        inputs,
        stretches);
  }

  private static Stretch stretch(JsonNode part, String place) {
    try {
      return Json.value(part, Stretch.class);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          place + "expected " + WHAT + ", found " + part + " among its stretches", e);
    }
  }

  private static Map<String, Object> map(JsonNode object) {
    Map<String, Object> map = new LinkedHashMap<>();
    object.properties().forEach(e -> map.put(e.getKey(), Json.value(e.getValue(), Object.class)));
    return map;
  }

  /** Where the model lies that the run started from, if it lies somewhere. */
  public Optional<Path> start(Path folder) {
    for (String source : List.of("start", "of")) {
      Object path = settings.get(source + ".path");
      Object key = settings.get(source + ".of");
      if (path != null) {
        return Optional.of(Path.of(path.toString()));
      }
      if (key != null) {
        return Optional.of(AtomicFiles.real(folder).resolveSibling(key.toString()));
      }
    }
    Object parent = inputs.get("parent"); // files of before there were tasks
    return Optional.ofNullable(parent).map(p -> Path.of(p.toString()));
  }

  /**
   * What tells a run of today from this one, which was made before: the first thing that differs,
   * in words. A setting that there was not yet does not, as long as it has its default.
   *
   * @param now the run of today; inputs that it does not name are not looked at
   * @param today the settings of the run of today
   */
  Optional<String> difference(RunDescription now, Record today) {
    if (task.isEmpty()) {
      return Optional.of("it is of an older Espalier");
    }
    if (!task.equals(now.task)) {
      return Optional.of("its task is " + task + ", now " + now.task);
    }
    Set<String> identity = Settings.identity(today).keySet();
    Set<String> notDefault = Settings.canonical(today).keySet();
    Set<String> names = new TreeSet<>(settings.keySet());
    names.addAll(identity);
    for (String name : names) {
      boolean isNew = !settings.containsKey(name) && !notDefault.contains(name);
      boolean elsewhere = now.settings.containsKey(name) && !identity.contains(name);
      if (!isNew && !elsewhere) {
        Optional<String> found =
            difference("setting " + name, settings.get(name), now.settings.get(name));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return new TreeSet<>(now.inputs.keySet())
        .stream()
            .flatMap(key -> difference(key, inputs.get(key), now.inputs.get(key)).stream())
            .findFirst();
  }

  private static Optional<String> difference(String what, Object before, Object now) {
    JsonNode a = Json.tree(before);
    JsonNode b = Json.tree(now);
    return a.equals(b)
        ? Optional.empty()
        : Optional.of("its " + what + " is " + shown(a) + ", now " + shown(b));
  }

  private static String shown(JsonNode value) {
    return value.isNull() ? "not given" : value.toString();
  }

  /** A sentence on a run whose stretches differ. */
  public static String warning(List<String> differences) {
    return "its bits cannot be promised, for it was made in parts that differ: "
        + String.join("; ", differences);
  }

  /** Why the run's bits cannot be promised: how its stretches differ. Empty if they do not. */
  public List<String> differingStretches() {
    List<String> differences = new ArrayList<>();
    for (int i = 1; i < stretches.size(); i++) {
      for (String difference : stretches.get(i - 1).differences(stretches.get(i))) {
        differences.add(difference + " from step " + stretches.get(i).fromStep());
      }
    }
    return differences;
  }
}
