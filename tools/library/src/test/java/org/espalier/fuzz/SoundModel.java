package org.espalier.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/**
 * A sound model of the corpus, to be changed.
 *
 * @param folder where it lies
 * @param frozen whether it is one graph and nothing beside it
 */
record SoundModel(Path folder, boolean frozen) {
  private static final Path CORPUS = Path.of("../../saved-models/src/test/resources/imports");

  /** Sound graphs that are refused for what their ops do. */
  private static final Set<String> REFUSED = Set.of("evil");

  /** The corpus, in the order of names; a number of a mutant counts on it. */
  static List<SoundModel> corpus() {
    try (Stream<Path> folders = Files.list(CORPUS)) {
      return folders
          .filter(folder -> !REFUSED.contains(folder.getFileName().toString()))
          .map(folder -> new SoundModel(folder, Files.exists(folder.resolve("model.pb"))))
          .filter(sample -> Files.exists(sample.file()))
          .sorted((a, b) -> a.name().compareTo(b.name()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return folder.getFileName().toString();
  }

  private Path file() {
    return folder.resolve(frozen ? "model.pb" : "saved_model.pb");
  }

  byte[] bytes() {
    try {
      return Files.readAllBytes(file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first graph, which is the only one in all of the corpus. */
  MetaGraphDef graph() {
    try {
      return frozen
          ? MetaGraphDef.newBuilder().setGraphDef(GraphDef.parseFrom(bytes())).build()
          : SavedModel.parseFrom(bytes()).getMetaGraphs(0);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same file with another graph in it. */
  byte[] with(MetaGraphDef graph) {
    return frozen
        ? graph.getGraphDef().toByteArray()
        : SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(graph)
            .build()
            .toByteArray();
  }

  /**
   * Writes a file in the place of its own, with its variables beside it.
   *
   * @return what to read
   */
  Path write(byte[] file, Path work) {
    try {
      Path to = work.resolve(name());
      if (!Files.exists(to)) {
        Files.createDirectories(to.resolve("variables"));
        if (Files.isDirectory(folder.resolve("variables"))) {
          try (Stream<Path> variables = Files.list(folder.resolve("variables"))) {
            for (Path one : variables.toList()) {
              Files.copy(one, to.resolve("variables").resolve(one.getFileName()));
            }
          }
        }
      }
      Path written = Files.write(to.resolve(file().getFileName()), file);
      return frozen ? written : to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
