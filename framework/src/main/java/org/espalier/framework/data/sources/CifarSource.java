package org.espalier.framework.data.sources;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.BadInputException;

/**
 * What the two CIFAR sets (Krizhevsky, 2009) have in common: files of records in a folder of a
 * fixed name, which may itself be named or the folder that holds it.
 */
abstract class CifarSource implements DatasetSource {
  static final URI HOME = URI.create("https://www.cs.toronto.edu/~kriz/");

  /**
   * The constants of the pruning experiments for CIFAR-10 and CIFAR-100 alike (Liu et al.,
   * "Rethinking the Value of Network Pruning", 2019).
   */
  static final Normalisation NORMALISATION =
      new Normalisation(
          new float[] {0.4914f, 0.4822f, 0.4465f}, new float[] {0.2023f, 0.1994f, 0.2010f});

  /** A file of records with the sum of the published one. */
  record Published(String name, String sha256) {}

  private final String name;
  private final String folderName;
  private final CifarFormat format;
  private final List<Published> train;
  private final List<Published> test;
  private final RemoteFile archive;

  CifarSource(
      String name,
      String folderName,
      CifarFormat format,
      List<Published> train,
      List<Published> test,
      RemoteFile archive) {
    this.name = name;
    this.folderName = folderName;
    this.format = format;
    this.train = train;
    this.test = test;
    this.archive = archive;
  }

  static RemoteFile archive(URI home, String file, String sha256) {
    return new RemoteFile(file, home.resolve(file), sha256, true, Optional.empty());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Dataset load(Optional<Path> dir) {
    DataFolders.check(dir, name);
    Path folder = folder(dir);
    Path first = folder.resolve(train.get(0).name);
    if (Files.notExists(first)) {
      Path asked = dir.orElseGet(this::defaultFolder);
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected it there or in %s, found no such file; fetch it with 'espalier data fetch %s'",
              asked.resolve(train.get(0).name),
              asked.resolve(folderName),
              name));
    }
    return new Dataset(
        name,
        format.read(name + "/train", paths(folder, train)),
        format.read(name + "/test", paths(folder, test)),
        NORMALISATION,
        Augmentation.STANDARD);
  }

  @Override
  public List<FileCheck> verify(Optional<Path> dir) {
    return checked(dir, file -> format.read(name, List.of(file)));
  }

  @Override
  public List<FileCheck> checksums(Optional<Path> dir) {
    return checked(dir, file -> {});
  }

  private List<FileCheck> checked(Optional<Path> dir, Consumer<Path> parse) {
    Path folder = folder(dir);
    List<Published> all = new ArrayList<>(train);
    all.addAll(test);
    return all.stream()
        .map(
            published -> {
              Path file = folder.resolve(published.name);
              return FileCheck.of(file, published.sha256, () -> parse.accept(file));
            })
        .toList();
  }

  @Override
  public List<RemoteFile> remoteFiles() {
    return List.of(archive);
  }

  /** The named folder, unless only the one inside it has the files. */
  private Path folder(Optional<Path> dir) {
    Path asked = dir.orElseGet(this::defaultFolder);
    Path inside = asked.resolve(folderName);
    boolean there = train.stream().anyMatch(f -> Files.exists(asked.resolve(f.name)));
    return !there && Files.isDirectory(inside) ? inside : asked;
  }

  private static List<Path> paths(Path folder, List<Published> files) {
    return files.stream().map(f -> folder.resolve(f.name)).toList();
  }
}
