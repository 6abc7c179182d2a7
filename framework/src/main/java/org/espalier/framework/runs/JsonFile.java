package org.espalier.framework.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.graphs.BadInputException;

/** The JSON files of a run. */
final class JsonFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private JsonFile() {}

  /** A value as it will be read back, kinds of numbers included. */
  static JsonNode tree(Object value) {
    try {
      return JSON.readTree(JSON.writeValueAsBytes(value));
    } catch (IOException e) {
      throw new IllegalStateException("what was written as JSON is JSON", e);
    }
  }

  static void write(Path file, Object value) {
    AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(value)));
  }

  /** A file that must hold a JSON object. */
  static JsonNode read(Path file) {
    JsonNode tree;
    try {
      tree = JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          file + ": expected JSON, found something else: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
    if (!tree.isObject()) {
      throw new BadInputException(file + ": expected a JSON object, found something else");
    }
    return tree;
  }

  /** A file that must hold every component of a record; others are passed over. */
  static <R extends Record> R read(Path file, Class<R> type) {
    try {
      return JSON.treeToValue(read(file), type);
    } catch (JsonProcessingException e) {
      throw new BadInputException(file + ": " + e.getOriginalMessage(), e);
    }
  }
}
