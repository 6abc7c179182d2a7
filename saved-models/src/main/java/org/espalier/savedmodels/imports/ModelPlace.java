package org.espalier.savedmodels.imports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.framework.files.FileProblems;

/**
 * Where a model of others lies.
 *
 * @param path the folder of a SavedModel, or the file of a frozen graph
 */
record ModelPlace(Path path, boolean frozen) {
  private static final List<String> SAVED_MODELS = List.of("saved_model.pb", "saved_model.pbtxt");

  /**
   * What a path stands for: a SavedModel folder or its file, a folder of versions as TensorFlow
   * Serving has them, of which the newest counts, or a frozen graph. Nothing else.
   */
  static Optional<ModelPlace> of(Path path) {
    if (Files.isDirectory(path)) {
      return file(path).isPresent()
          ? Optional.of(new ModelPlace(path, false))
          : newest(path).map(version -> new ModelPlace(version, false));
    }
    Path name = path.getFileName();
    if (name == null || !Files.isRegularFile(path)) {
      return Optional.empty();
    }
    if (SAVED_MODELS.contains(name.toString())) {
      return Optional.of(new ModelPlace(path.toAbsolutePath().getParent(), false));
    }
    return name.toString().endsWith(".pb") || isText(path)
        ? Optional.of(new ModelPlace(path, true))
        : Optional.empty();
  }

  /** The file of a SavedModel folder. */
  static Optional<Path> file(Path folder) {
    return SAVED_MODELS.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  static boolean isText(Path file) {
    return file.toString().endsWith(".pbtxt");
  }

  private static Optional<Path> newest(Path base) {
    try (Stream<Path> versions = Files.list(base)) {
      return versions
          .filter(version -> version.getFileName().toString().matches("\\d{1,18}"))
          .filter(version -> file(version).isPresent())
          .max(Comparator.comparingLong(v -> Long.parseLong(v.getFileName().toString())));
    } catch (IOException e) {
      throw FileProblems.reading(base, "a folder of versions", e);
    }
  }
}
