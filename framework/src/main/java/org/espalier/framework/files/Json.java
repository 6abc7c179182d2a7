package org.espalier.framework.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.BadInputException;

/**
 * JSON, the one way in and out. What is read may have fields that nobody here knows, but must have
 * those that the record names, each once, and nothing behind the document.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              c -> {
                c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                c.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                c.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
              })
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final ObjectWriter FOR_PEOPLE = MAPPER.writer(SerializationFeature.INDENT_OUTPUT);

  /** Keys in the order of the alphabet, of maps and of records. */
  private static final ObjectWriter SORTED =
      MAPPER
          .rebuild()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build()
          .writer();

  private static final int LONGEST = 60;

  private Json() {}

  /** A document on one line. */
  public static byte[] line(Object value) {
    return bytes(MAPPER.writer(), value);
  }

  /** A document on one line with sorted keys. */
  public static byte[] sorted(Object value) {
    return bytes(SORTED, value);
  }

  private static byte[] bytes(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + e.getMessage(), e);
    }
  }

  /** Writes or replaces a file, indented. Folders above it are made. */
  public static void write(Path file, Object value) {
    byte[] text = bytes(FOR_PEOPLE, value);
    AtomicFiles.write(
        file,
        out -> {
          out.write(text);
          out.write('\n');
        });
  }

  /**
   * What a file holds.
   *
   * @param what it should be, for the message if it is not: "a cut"
   * @throws BadInputException naming the file and, for a mistake in it, the line
   */
  public static <T> T read(Path file, Class<T> type, String what) {
    return read(file, type, what, Map.of());
  }

  /**
   * The same.
   *
   * @param otherwise values of fields that some files lack; {@code arms/round} is the field of each
   *     item of a list
   */
  public static <T> T read(Path file, Class<T> type, String what, Map<String, ?> otherwise) {
    JsonNode tree;
    try {
      tree = parse(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
      String problem = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new BadInputException(
          file + ": expected " + what + ", found a mistake" + where + ": " + problem, e);
    } catch (IOException e) {
      throw FileProblems.reading(file, what, e);
    }
    otherwise.forEach((name, value) -> fill(tree, name, value));
    if (!tree.isObject() && type != JsonNode.class && type != Object.class) {
      throw new BadInputException(file + ": expected " + what + ", found " + shown(tree));
    }
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (JsonMappingException e) {
      throw misfit(file, tree, e);
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          file + ": expected " + what + ", found " + e.getOriginalMessage(), e);
    }
  }

  private static void fill(JsonNode tree, String name, Object value) {
    int slash = name.indexOf('/');
    if (slash >= 0) {
      String rest = name.substring(slash + 1);
      tree.path(name.substring(0, slash)).forEach(item -> fill(item, rest, value));
    } else if (tree instanceof ObjectNode object) {
      object.putIfAbsent(name, tree(value));
    }
  }

  /** Says which part of a document is not what it should be. */
  private static BadInputException misfit(Path file, JsonNode tree, JsonMappingException e) {
    JsonNode found = tree;
    StringBuilder place = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      boolean listed = step.getFieldName() == null;
      found = listed ? found.path(step.getIndex()) : found.path(step.getFieldName());
      place.append(
          listed
              ? "[" + step.getIndex() + "]"
              : (place.isEmpty() ? "" : ".") + step.getFieldName());
    }
    String at = file + ": " + place + (place.isEmpty() ? "" : ": ");
    return e.getCause() instanceof BadInputException bad
        ? new BadInputException(at + bad.getMessage(), e)
        : new BadInputException(at + "expected " + expected(e) + ", found " + shown(found), e);
  }

  private static String expected(JsonMappingException e) {
    Class<?> target =
        e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : Object.class;
    if (target == null || e.getMessage().startsWith("Missing creator property")) {
      return "a value";
    }
    if (e.getCause() instanceof InputCoercionException) {
      return "an integer that is not so large";
    }
    if (target == int.class || target == Integer.class || target == long.class) {
      return "an integer";
    }
    if (target == double.class || target == Double.class) {
      return "a number";
    }
    if (target == String.class) {
      return "a text";
    }
    return List.class.isAssignableFrom(target) ? "a list" : "an object";
  }

  private static String shown(JsonNode found) {
    String text = found.isMissingNode() ? "nothing" : found.toString();
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }

  /** A file that must hold a JSON object. */
  public static JsonNode object(Path file, String what) {
    JsonNode tree = read(file, JsonNode.class, what);
    if (!tree.isObject()) {
      throw new BadInputException(file + ": expected " + what + ", found " + shown(tree));
    }
    return tree;
  }

  /** A document that is not a file of its own. */
  public static JsonNode parse(byte[] text) throws JsonProcessingException {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can always be read", e);
    }
  }

  /** A part of a document as a value. */
  public static <T> T value(JsonNode tree, Class<T> type) {
    return MAPPER.convertValue(tree, type);
  }

  /** A value as it will be read back, kinds of numbers included. */
  public static JsonNode tree(Object value) {
    try {
      return parse(line(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was written as JSON is JSON", e);
    }
  }
}
