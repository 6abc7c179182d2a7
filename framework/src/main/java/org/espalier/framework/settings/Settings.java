package org.espalier.framework.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.espalier.framework.files.Sha256;

/** What follows from the declaration of a settings record: help, canonical form, hash. */
public final class Settings {
  private static final int HASH_DIGITS = 12;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private Settings() {}

  /** Every setting of a record, nested ones included, in the order of declaration. */
  public static List<SettingDescription> describe(Class<? extends Record> type) {
    return Declaration.of(type).leaves().stream().map(Declaration.Field::describe).toList();
  }

  /** Every value under its full name: what a reader of a run wants to see. */
  public static SortedMap<String, Object> all(Record settings) {
    SortedMap<String, Object> all = new TreeMap<>();
    Declaration.of(settings.getClass())
        .values(settings)
        .forEach(
            (field, value) -> {
              Object canonical = field.valueType().canonical(value);
              if (canonical != null) {
                all.put(field.name(), canonical);
              }
            });
    return all;
  }

  /**
   * The values that differ from their defaults and can change a result, sorted by name; nested
   * names are joined with dots. Because defaults are left out, a new setting with a default changes
   * no old record's canonical form.
   */
  public static SortedMap<String, Object> canonical(Record settings) {
    SortedMap<String, Object> canonical = new TreeMap<>();
    for (Map.Entry<Declaration.Field, Object> entry :
        Declaration.of(settings.getClass()).values(settings).entrySet()) {
      Declaration.Field field = entry.getKey();
      Object value = field.valueType().canonical(entry.getValue());
      // Compared as canonical values; null stands for an empty Optional.
      boolean isDefault =
          field.defaultValue().isPresent()
              && Objects.equals(value, field.valueType().canonical(field.defaultValue().get()));
      if (field.identity() && !isDefault) {
        canonical.put(field.name(), value);
      }
    }
    return canonical;
  }

  /** The first 12 hexadecimal digits of the SHA-256 of the canonical form as JSON. */
  public static String hash(Record settings) {
    try {
      byte[] json = JSON.writeValueAsBytes(canonical(settings));
      return new Sha256().add(json).hex().substring(0, HASH_DIGITS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
