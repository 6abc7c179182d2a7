package org.espalier.framework.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.ShapedArray;

/** Several arrays, each with a name, in a file of NumPy's format ({@code .npz}). */
public final class Npz {
  private static final String EXPECTED = "NumPy arrays (.npz)";
  private static final String ARRAY = ".npy";

  private Npz() {}

  /** Whether a file is one of several arrays, by its name. */
  public static boolean isOne(Path file) {
    return file.toString().endsWith(".npz");
  }

  /**
   * Reads all arrays, as {@link Npy#readFloats} does each.
   *
   * @return by their names, in the order of the file
   * @throws BadInputException if the file is none, is damaged, or holds no array
   */
  public static Map<String, ShapedArray> read(Path file) {
    Map<String, ShapedArray> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<? extends ZipEntry> entries = Collections.list(zip.entries());
      for (ZipEntry entry : entries) {
        String name = entry.getName();
        if (name.endsWith(ARRAY)) {
          try (InputStream in = zip.getInputStream(entry)) {
            arrays.put(name.substring(0, name.length() - ARRAY.length()), read(file, name, in));
          }
        }
      }
    } catch (ZipException e) {
      throw Npy.bad(file, EXPECTED, "another format, or a damaged file");
    } catch (IOException e) {
      throw FileProblems.reading(file, EXPECTED, e);
    }
    if (arrays.isEmpty()) {
      throw Npy.bad(file, EXPECTED, "none in it");
    }
    return arrays;
  }

  /** An array is read from a file: how large it is, its header alone says. */
  private static ShapedArray read(Path file, String entry, InputStream in) throws IOException {
    Path unpacked = Files.createTempFile("espalier", ARRAY);
    try {
      Files.copy(in, unpacked, StandardCopyOption.REPLACE_EXISTING);
      return Npy.readFloats(unpacked);
    } catch (BadInputException e) {
      String message = e.getMessage().replace(unpacked.toString(), file + ", " + entry);
      throw new BadInputException(message, e);
    } finally {
      Files.deleteIfExists(unpacked);
    }
  }

  /** Writes or replaces a file: float32, each array under its name. */
  public static void write(Path file, Map<String, ShapedArray> arrays) {
    AtomicFiles.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          for (Map.Entry<String, ShapedArray> array : arrays.entrySet()) {
            ZipEntry entry = new ZipEntry(array.getKey() + ARRAY);
            entry.setTime(0); // the same arrays, the same bytes
            zip.putNextEntry(entry);
            Npy.write(zip, array.getValue());
            zip.closeEntry();
          }
          zip.finish();
        });
  }
}
