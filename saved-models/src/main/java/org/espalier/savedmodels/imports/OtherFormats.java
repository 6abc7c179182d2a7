package org.espalier.savedmodels.imports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Knows formats of models that are not read here, and how one that is comes of them. */
public final class OtherFormats {
  private static final String KERAS =
      "in Python, keras.models.load_model(\"FILE\").export(\"folder\") writes a SavedModel of it";
  private static final String TORCH =
      "safetensors.torch.save_file(model.state_dict(), \"x.safetensors\") writes its weights, and"
          + " 'espalier import' puts them into an architecture";
  private static final String SOURCE = "give the SavedModel that it was made from";
  private static final int ENOUGH = 8;

  /**
   * A format.
   *
   * @param what it is: "a Keras file"
   * @param instead how one gets a model that is read here
   * @param endings of file names
   */
  private record Format(String what, String instead, List<String> endings) {
    static Format of(String what, String instead, String... endings) {
      return new Format(what, instead, List.of(endings));
    }

    String found(Path file) {
      return what + "; " + instead.replace("FILE", file.getFileName().toString());
    }
  }

  private static final Format ZIPPED_KERAS = Format.of("a Keras file", KERAS, ".keras");
  private static final Format HDF5 = Format.of("a Keras or HDF5 file", KERAS, ".h5", ".hdf5");
  private static final Format PYTORCH =
      Format.of("a PyTorch file", TORCH, ".pt", ".pth", ".pth.tar", ".bin");
  private static final Format LITE = Format.of("a TensorFlow Lite file", SOURCE, ".tflite");
  private static final List<Format> ALL =
      List.of(
          ZIPPED_KERAS,
          HDF5,
          PYTORCH,
          LITE,
          Format.of(
              "an ONNX file",
              "a converter such as onnx2tf (onnx2tf -i FILE -o folder) writes a SavedModel of it",
              ".onnx"),
          Format.of(
              "weights without a network",
              "'espalier import FILE --architecture NAME' puts them into one",
              ".safetensors"),
          Format.of(
              "a checkpoint, which is weights without a network",
              "load it into its model in Python, and write that with tf.saved_model.save",
              ".ckpt",
              ".index",
              ".data-00000-of-00001"),
          Format.of("a Core ML file", SOURCE, ".mlmodel"),
          Format.of("an archive", "unpack it first", ".zip", ".tar", ".tar.gz", ".tgz"));

  private OtherFormats() {}

  /**
   * What a file is, and what to do with it; of a folder, the same of the first such file in it.
   * Empty if it is nothing that is known.
   */
  public static Optional<String> found(Path path) {
    if (Files.isDirectory(path)) {
      try (Stream<Path> inside = Files.list(path)) {
        return inside
            .filter(Files::isRegularFile)
            .sorted()
            .flatMap(file -> format(file).stream().map(f -> named(file) + f.found(file)))
            .findFirst();
      } catch (IOException e) {
        return Optional.empty();
      }
    }
    return Files.isRegularFile(path)
        ? format(path).map(f -> f.found(path)).or(() -> byContent(path))
        : Optional.empty();
  }

  private static String named(Path file) {
    return file.getFileName() + " in it, ";
  }

  private static Optional<Format> format(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ALL.stream().filter(f -> f.endings().stream().anyMatch(name::endsWith)).findFirst();
  }

  /** Of a file whose name tells nothing. */
  private static Optional<String> byContent(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(ENOUGH), StandardCharsets.ISO_8859_1);
      if (start.startsWith("\u0089HDF")) {
        return Optional.of(HDF5.found(file));
      }
      if (start.startsWith("TFL3", ENOUGH / 2)) {
        return Optional.of(LITE.found(file));
      }
      return start.startsWith("PK\u0003\u0004")
          ? Optional.of("a zip archive, as Keras and PyTorch write them")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
