package org.espalier.commandline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.framework.files.Sha256;

/** What lies below a folder, hidden files too. */
public final class FolderState {
  /** They tell of the clock, or of where and in how many parts something was made. */
  private static final List<String> UNLIKE =
      List.of("stretches", "trainingSeconds", "seconds", "imagesPerSecond");

  private static final int LOOKS = 100;

  private static final ObjectMapper JSON = new ObjectMapper();

  private FolderState() {}

  /**
   * All names, each with the content that must be the same wherever and whenever the same was done.
   * TensorBoard's files have times in their names: one a folder stands for all.
   */
  public static SortedMap<String, String> of(Path folder) throws IOException {
    SortedMap<String, String> state = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.filter(p -> !p.equals(folder)).toList()) {
        String name = folder.relativize(path).toString();
        if (!name.matches("(.*/)?logs(/.*)?")) {
          state.put(name.replaceAll("tfevents\\.\\d+", "tfevents"), content(path, folder));
        }
      }
    }
    return state;
  }

  private static String content(Path path, Path root) throws IOException {
    String name = path.getFileName().toString();
    if (Files.isSymbolicLink(path)) {
      return "link to " + Files.readSymbolicLink(path);
    }
    if (Files.isDirectory(path)) {
      return "folder";
    }
    if (name.contains("tfevents") || name.equals("report.html")) {
      return "";
    }
    if (name.endsWith(".json")) {
      JsonNode json = JSON.readTree(Files.readString(path).replace(root.toRealPath() + "/", ""));
      forget(json);
      return json.toString();
    }
    if (name.endsWith(".csv")) {
      return withoutClock(Files.readAllLines(path));
    }
    return new Sha256().add(Files.readAllBytes(path)).hex();
  }

  private static void forget(JsonNode json) {
    if (json instanceof ObjectNode object) {
      object.remove(UNLIKE);
    }
    json.forEach(FolderState::forget);
  }

  private static String withoutClock(List<String> lines) {
    List<String> names = List.of(lines.get(0).split(",", -1));
    return lines.stream()
        .map(
            line -> {
              String[] cells = line.split(",", -1);
              UNLIKE.stream().filter(names::contains).forEach(n -> cells[names.indexOf(n)] = "");
              return String.join(",", cells);
            })
        .collect(Collectors.joining("\n"));
  }

  /** When the files of what is finished were written. */
  public static SortedMap<String, FileTime> timesOfWhatIsDone(Path folder) throws IOException {
    for (int look = 1; ; look++) {
      try {
        return times(folder);
      } catch (UncheckedIOException | NoSuchFileException e) {
        if (look == LOOKS) { // children that lost their parent are still keeping their states
          throw e;
        }
      }
    }
  }

  private static SortedMap<String, FileTime> times(Path folder) throws IOException {
    SortedMap<String, FileTime> times = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        Path above = path.getParent();
        boolean ofRun = Files.exists(above.resolve("summary.json"));
        boolean ofExport = path.toString().contains("serving/1/");
        boolean changes = path.getFileName().toString().startsWith("checkpoint.");
        if ((ofRun || ofExport) && !changes && Files.exists(path)) {
          times.put(folder.relativize(path).toString(), Files.getLastModifiedTime(path));
        }
      }
    }
    return times;
  }
}
