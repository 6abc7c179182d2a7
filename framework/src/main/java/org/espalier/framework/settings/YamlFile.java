package org.espalier.framework.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.espalier.framework.files.FileProblems;
import org.espalier.graphs.BadInputException;

/** Reads one YAML file into maps, lists and plain values; keeps the line of every key. */
final class YamlFile {
  private final String file;
  private final YAMLParser parser;

  private YamlFile(String file, YAMLParser parser) {
    this.file = file;
    this.parser = parser;
  }

  static YamlObject read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileProblems.reading(file, "settings in YAML", e);
    }
    return read(file.toString(), bytes);
  }

  /**
   * The same of a text in UTF-8.
   *
   * @param file what to call it
   */
  static YamlObject read(String file, byte[] bytes) {
    if (!isUtf8(bytes)) {
      throw new BadInputException(file + ": expected YAML, found bytes that are no text in UTF-8");
    }
    try (YAMLParser parser = new YAMLFactory().createParser(bytes)) {
      return new YamlFile(file, parser).document();
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      String problem =
          e.getOriginalMessage()
              .lines()
              .filter(part -> !part.startsWith(" ")) // pictures of the place
              .collect(Collectors.joining(", "));
      throw new BadInputException(file + ":" + line + ": expected YAML, found: " + problem, e);
    } catch (IOException e) {
      throw new BadInputException(file + ": expected YAML in UTF-8, found: " + e.getMessage(), e);
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private YamlObject document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return new YamlObject();
    }
    if (first != JsonToken.START_OBJECT) {
      throw wrong("expected keys and values such as 'epochs: 160', found " + kind(first));
    }
    YamlObject object = object();
    if (parser.nextToken() != null) {
      throw wrong("expected one document, found a second one");
    }
    return object;
  }

  private YamlObject object() throws IOException {
    YamlObject object = new YamlObject();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      int line = line();
      if (object.containsKey(key)) {
        int earlier = object.line(key).orElse(0);
        throw wrong("expected each key once, found '" + key + "' also in line " + earlier);
      }
      object.put(key, value(parser.nextToken()), line);
    }
    return object;
  }

  private Object value(JsonToken token) throws IOException {
    if (parser.isCurrentAlias()) {
      throw wrong("expected a value, found the alias *" + parser.getText());
    }
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }

  private List<Object> array() throws IOException {
    List<Object> items = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      items.add(value(t));
    }
    return items;
  }

  private BadInputException wrong(String message) {
    return new BadInputException(file + ":" + line() + ": " + message);
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  private static String kind(JsonToken token) {
    return token == JsonToken.START_ARRAY ? "a list" : "a single value";
  }
}
