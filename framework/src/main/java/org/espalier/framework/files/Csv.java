package org.espalier.framework.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.graphs.BadInputException;

/** CSV, the one way in and out: a line of names, then a row a line. */
public final class Csv {
  private static final CsvMapper MAPPER =
      CsvMapper.builder()
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .enable(CsvParser.Feature.TRIM_SPACES)
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
          .build();

  private Csv() {}

  /** A table as text. Cells are texts and numbers; NaN and null are empty. */
  public static String text(List<String> names, List<List<Object>> rows) {
    List<List<Object>> all = new ArrayList<>();
    all.add(List.copyOf(names));
    for (List<Object> row : rows) {
      List<Object> cells = new ArrayList<>();
      row.forEach(cell -> cells.add(cell instanceof Double d && d.isNaN() ? null : cell));
      all.add(cells);
    }
    try {
      return MAPPER.writer(CsvSchema.emptySchema()).writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as CSV: " + e.getMessage(), e);
    }
  }

  /**
   * The rows of a file, by the names in its first line.
   *
   * @throws BadInputException naming the file and the line
   */
  public static List<Map<String, String>> read(Path file, String what) {
    List<Map<String, String>> rows = new ArrayList<>();
    try (MappingIterator<String[]> lines =
        MAPPER.readerFor(String[].class).readValues(Files.readString(file))) {
      if (!lines.hasNext()) {
        throw new BadInputException(file + ": expected " + what + ", found an empty file");
      }
      String[] names = lines.next();
      while (lines.hasNext()) {
        String[] cells = lines.next();
        if (cells.length != names.length) {
          throw new BadInputException(
              String.format(
                  Locale.ROOT,
                  "%s: expected %d fields in line %d, found %d",
                  file,
                  names.length,
                  rows.size() + 2,
                  cells.length));
        }
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
          row.put(names[i], cells[i]);
        }
        rows.add(row);
      }
      return rows;
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          file + ": expected " + what + ", found a mistake: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw FileProblems.reading(file, what, e);
    }
  }
}
