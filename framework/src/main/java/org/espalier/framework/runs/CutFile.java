package org.espalier.framework.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.framework.files.Json;
import org.espalier.graphs.rewrites.Cut;

/**
 * The file {@code cut.json}: which channels of which group stay, by which method.
 *
 * <pre>
 * {"method", "settings", "groups": [
 *   {"id", "channels", "kept": [...], "members": [{"parameter", "axis"}]}],
 *  "branches": [names of the scales of branches that went, if any did]}
 * </pre>
 */
public final class CutFile {
  public static final String FILE = "cut.json";

  private CutFile() {}

  /** Writes or replaces the file. Folders above it are made. */
  public static void write(Path file, Cut cut) {
    Json.write(file, new Written(cut.method(), cut.settings(), cut.groups(), cut.branches()));
  }

  /** What is written, in this order. A cut's own accessors are more than its fields. */
  private record Written(
      String method,
      Map<String, Object> settings,
      List<Cut.Group> groups,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> branches) {}

  /**
   * Reads the file. Whether the cut fits a network is seen when it is applied.
   *
   * @throws org.espalier.graphs.BadInputException if it is no cut; the message says where
   */
  public static Cut read(Path file) {
    return Json.read(file, Cut.class, "a cut (JSON)", Map.of("branches", List.of()));
  }
}
