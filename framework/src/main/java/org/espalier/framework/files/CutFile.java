package org.espalier.framework.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.rewrites.Cut;

/**
 * The file {@code cut.json}: which channels of which group stay, by which method.
 *
 * <pre>
 * {"method", "settings", "groups": [
 *   {"id", "channels", "kept": [...], "members": [{"parameter", "axis"}]}]}
 * </pre>
 *
 * <p>Fields that this version does not know are passed over.
 */
public final class CutFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String EXPECTED = "a cut (JSON)";

  private CutFile() {}

  /** Writes or replaces the file. Folders above it are made. */
  public static void write(Path file, Cut cut) {
    Written written = new Written(cut.method(), cut.settings(), cut.groups());
    try {
      AtomicFiles.writeText(file, JSON.writeValueAsString(written) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the settings of a cut must be plain values: " + cut.settings(), e);
    }
  }

  /** What is written, in this order. A cut's own accessors are more than its fields. */
  private record Written(String method, Map<String, Object> settings, List<Cut.Group> groups) {}

  /**
   * Reads the file. Whether the cut fits a network is seen when it is applied.
   *
   * @throws BadInputException if it is no cut
   */
  public static Cut read(Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
      String problem = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new BadInputException(
          "%s: expected %s, found a mistake%s: %s".formatted(file, EXPECTED, where, problem), e);
    } catch (IOException e) {
      throw FileProblems.reading(file, EXPECTED, e);
    }
    return new Reader(file).cut(root);
  }

  /** Checks what was read; every complaint names the file and the place in it. */
  private record Reader(Path file) {
    Cut cut(JsonNode root) {
      if (!root.isObject()) {
        throw wrong("", "an object", root);
      }
      JsonNode settings = root.path("settings");
      if (!settings.isObject()) {
        throw wrong("settings", "an object", settings);
      }
      List<Cut.Group> groups = new ArrayList<>();
      Set<String> seen = new HashSet<>();
      for (JsonNode group : array(root, "", "groups")) {
        String at = "groups[" + groups.size() + "]";
        groups.add(group(group, at));
        if (!seen.add(groups.get(groups.size() - 1).id())) {
          throw wrong(at + ".id", "each group once", group.get("id"));
        }
      }
      Map<String, Object> plain = JSON.convertValue(settings, new TypeReference<>() {});
      return new Cut(text(root, "", "method"), plain, groups);
    }

    private Cut.Group group(JsonNode group, String at) {
      String id = text(group, at, "id");
      int channels = integer(group.path("channels"), at + ".channels");
      List<Integer> kept = new ArrayList<>();
      for (JsonNode channel : array(group, at, "kept")) {
        kept.add(integer(channel, at + ".kept[" + kept.size() + "]"));
      }
      List<Cut.MemberAxis> members = new ArrayList<>();
      for (JsonNode member : array(group, at, "members")) {
        String memberAt = at + ".members[" + members.size() + "]";
        members.add(
            new Cut.MemberAxis(
                text(member, memberAt, "parameter"),
                integer(member.path("axis"), memberAt + ".axis")));
      }
      try {
        return new Cut.Group(id, channels, kept, members);
      } catch (BadInputException e) {
        throw new BadInputException(file + ": " + at + ": " + e.getMessage(), e);
      }
    }

    private JsonNode array(JsonNode parent, String at, String field) {
      JsonNode value = parent.path(field);
      if (!value.isArray()) {
        throw wrong(place(at, field), "an array", value);
      }
      return value;
    }

    private String text(JsonNode parent, String at, String field) {
      JsonNode value = parent.path(field);
      if (!value.isTextual()) {
        throw wrong(place(at, field), "a text", value);
      }
      return value.textValue();
    }

    private int integer(JsonNode value, String at) {
      if (!value.isIntegralNumber() || !value.canConvertToInt()) {
        throw wrong(at, "an integer", value);
      }
      return value.intValue();
    }

    private static String place(String at, String field) {
      return at.isEmpty() ? field : at + "." + field;
    }

    private BadInputException wrong(String at, String expected, JsonNode found) {
      String shown = found.isMissingNode() ? "nothing" : found.toString();
      if (shown.length() > 60) {
        shown = shown.substring(0, 60) + "…";
      }
      String where = at.isEmpty() ? "" : at + ": ";
      return new BadInputException(
          "%s: %sexpected %s, found %s".formatted(file, where, expected, shown));
    }
  }
}
