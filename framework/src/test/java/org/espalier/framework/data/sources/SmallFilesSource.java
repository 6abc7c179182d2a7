package org.espalier.framework.data.sources;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.files.Sha256;

/** A source of a few small files of any content, so that the sums are the test's own. */
final class SmallFilesSource implements DatasetSource {
  private final List<RemoteFile> files;

  /**
   * @param copies a folder on this machine where the files may lie too
   */
  SmallFilesSource(URI home, Map<String, byte[]> published, Optional<Path> copies) {
    files =
        published.keySet().stream()
            .sorted()
            .map(
                name ->
                    new RemoteFile(
                        name,
                        home.resolve(name),
                        sum(published.get(name)),
                        false,
                        copies.map(folder -> folder.resolve(name))))
            .toList();
  }

  static String sum(byte[] content) {
    return new Sha256().add(content).hex();
  }

  @Override
  public String name() {
    return "small";
  }

  @Override
  public String description() {
    return "small files";
  }

  @Override
  public Dataset load(Optional<Path> dir) {
    throw new UnsupportedOperationException("these files are no images");
  }

  @Override
  public List<FileCheck> verify(Optional<Path> dir) {
    Path folder = dir.orElseThrow();
    return files.stream()
        .map(file -> FileCheck.of(folder.resolve(file.name()), file.sha256(), () -> {}))
        .toList();
  }

  @Override
  public List<RemoteFile> remoteFiles() {
    return files;
  }
}
