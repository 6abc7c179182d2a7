package org.espalier.framework.data.sources;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.commons.io.FileUtils;
import org.espalier.framework.files.FileProblems;
import org.espalier.graphs.BadInputException;

/**
 * Brings the files of a data set into a folder. Each file comes under a temporary name, is checked,
 * and is moved into place, so that a reader sees the whole file or none.
 */
public final class DataFetcher {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  private final Datasets datasets;

  @Inject
  public DataFetcher(Datasets datasets) {
    this.datasets = datasets;
  }

  /** Told now and then how far a download is. */
  public interface Progress {
    /** Tells nobody. */
    Progress NONE = (file, done, total) -> {};

    /**
     * @param done bytes so far
     * @param total bytes in all, or -1 if unknown
     */
    void at(String file, long done, long total);
  }

  /**
   * Downloads what is not there yet. A copy that lies on this machine is taken instead if its
   * checksum is right.
   *
   * @param to the folder, made if need be; without one, where {@code load} will look
   * @return what now lies there, file by file; empty for a data set that travels in the jar
   * @throws IOException if the network or the disk fails
   * @throws BadInputException if a file that came is not the published one; nothing of it stays
   */
  public List<FileCheck> fetch(String name, Optional<Path> to, Progress progress)
      throws IOException {
    DatasetSource source = datasets.source(name);
    if (source.remoteFiles().isEmpty()) {
      source.verify(to); // refuses a folder, which would stay empty
      return List.of();
    }
    Path dir = to.orElseGet(source::defaultFolder);
    List<FileCheck> before = source.verify(Optional.of(dir));
    if (before.stream().allMatch(FileCheck::isPublished)) {
      return before;
    }
    boolean made = Files.notExists(dir);
    Files.createDirectories(dir);
    try {
      for (RemoteFile remote : source.remoteFiles()) {
        fetchFile(remote, dir, progress);
      }
    } catch (IOException | RuntimeException e) {
      if (made && FileUtils.isEmptyDirectory(dir.toFile())) {
        Files.delete(dir);
      }
      throw e;
    }
    return source.verify(Optional.of(dir));
  }

  /** See {@link DatasetSource#verify}. */
  public List<FileCheck> verify(String name, Optional<Path> dir) {
    return datasets.source(name).verify(dir);
  }

  private static void fetchFile(RemoteFile remote, Path dir, Progress progress) throws IOException {
    Path target = dir.resolve(remote.name());
    if (!remote.archive() && hasSum(target, remote)) {
      return;
    }
    Path part = dir.resolve("." + remote.name() + "." + UUID.randomUUID() + ".part");
    try {
      obtain(remote, part, progress);
      if (remote.archive()) {
        unpack(part, dir);
      } else {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void obtain(RemoteFile remote, Path part, Progress progress) throws IOException {
    Optional<Path> copy = remote.localCopy().filter(file -> hasSum(file, remote));
    if (copy.isPresent()) {
      Files.copy(copy.get(), part);
      return;
    }
    download(remote, part, progress);
    String found;
    try {
      found = sum(part, remote);
    } catch (IOException e) {
      throw FileProblems.reading(remote.uri().toString(), "SHA-256 " + remote.sha256(), e);
    }
    if (!found.equals(remote.sha256())) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected SHA-256 %s, found %s; nothing was kept",
              remote.uri(),
              remote.sha256(),
              found));
    }
  }

  private static void download(RemoteFile remote, Path part, Progress progress) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    HttpResponse<InputStream> response;
    try {
      response =
          client.send(
              HttpRequest.newBuilder(remote.uri()).build(),
              HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new IOException(
          String.format(Locale.ROOT, "%s: cannot be reached: %s", remote.uri(), e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(remote.uri() + ": interrupted");
    }
    try (InputStream in = response.body();
        OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW)) {
      if (response.statusCode() != 200) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s: expected HTTP status 200, found %d",
                remote.uri(),
                response.statusCode()));
      }
      long total = response.headers().firstValueAsLong("Content-Length").orElse(-1);
      byte[] buffer = new byte[1 << 16];
      long done = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        done += n;
        progress.at(remote.name(), done, total);
      }
    }
  }

  /** Unpacks aside first, so that a damaged archive leaves nothing behind. */
  private static void unpack(Path archive, Path dir) throws IOException {
    Path aside = archive.resolveSibling(archive.getFileName() + ".d");
    try {
      Files.createDirectory(aside);
      List<Path> files = new ArrayList<>(TarGz.unpack(archive, aside));
      for (Path file : files) {
        Path target = dir.resolve(file);
        Files.createDirectories(target.getParent());
        Files.move(aside.resolve(file), target, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      FileUtils.deleteDirectory(aside.toFile());
    }
  }

  private static boolean hasSum(Path file, RemoteFile remote) {
    try {
      return Files.isRegularFile(file) && sum(file, remote).equals(remote.sha256());
    } catch (IOException e) {
      return false; // Not readable is as good as not there: it is fetched anew.
    }
  }

  private static String sum(Path file, RemoteFile remote) throws IOException {
    return remote.archive() ? Checksums.ofFile(file) : Checksums.ofContent(file);
  }
}
