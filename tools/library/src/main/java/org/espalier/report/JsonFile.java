package org.espalier.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.BadInputException;

/** Reads JSON files of folders that may have been written by anybody. */
final class JsonFile {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private JsonFile() {}

  /**
   * The content of a file; fields that the type does not know are passed over.
   *
   * @param what the file should hold, for the message if it does not
   */
  static <T> T read(Path file, Class<T> type, String what) {
    String text = text(file, what);
    try {
      T value = MAPPER.readValue(text, type);
      if (value == null) {
        throw unexpected(file, what, "null");
      }
      return value;
    } catch (JsonProcessingException e) {
      if (e instanceof JsonMappingException mapping
          && mapping.getCause() instanceof BadInputException bad) {
        throw unexpected(file, what, bad.getMessage());
      }
      String at =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw unexpected(file, what, e.getOriginalMessage().lines().findFirst().orElse("") + at);
    }
  }

  static String text(Path file, String what) {
    if (!Files.isRegularFile(file)) {
      throw unexpected(file, what, "no such file");
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new BadInputException(
          file + ": expected " + what + ", found a file that cannot be read as text: " + e, e);
    }
  }

  static BadInputException unexpected(Path file, String expected, String found) {
    return new BadInputException(file + ": expected " + expected + ", found " + found);
  }

  /** A text, a list of texts or nothing, as a list; anything else as the JSON that it is. */
  static List<String> lines(JsonNode node) {
    List<String> lines = new ArrayList<>();
    if (node != null && node.isArray()) {
      node.forEach(element -> lines.add(plain(element)));
    } else if (node != null && !node.isNull()) {
      lines.add(plain(node));
    }
    return lines;
  }

  /** A value in one line: {@code tensorflow 2.18.0, java 17} for an object of two fields. */
  static String plain(JsonNode node) {
    if (node.isObject()) {
      List<String> parts = new ArrayList<>();
      node.properties().forEach(f -> parts.add(f.getKey() + " " + plain(f.getValue())));
      return String.join(", ", parts);
    }
    if (node.isArray()) {
      List<String> parts = new ArrayList<>();
      node.forEach(element -> parts.add(plain(element)));
      return String.join(", ", parts);
    }
    return node.asText();
  }
}
