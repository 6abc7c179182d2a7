package org.espalier.framework.data.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.TestSets;
import org.espalier.framework.data.sources.FileCheck.Status;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFetcherTest {
  private final ImageSet images = TestSets.random(60, 32, 32, 3, 10);
  private final Map<String, byte[]> served = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private HttpServer server;
  private URI home;

  @TempDir Path root;
  private Path data;

  @BeforeEach
  void serve() throws IOException {
    data = root.resolve("data");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String file = exchange.getRequestURI().getPath().substring(1);
          asked.add(file);
          byte[] body = served.get(file);
          try (exchange) {
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            if (body != null) {
              exchange.getResponseBody().write(body);
            }
          }
        });
    server.start();
    home =
        URI.create(
            "http://"
                + server.getAddress().getHostString()
                + ":"
                + server.getAddress().getPort()
                + "/");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private byte[] cifarArchive() throws IOException {
    Path files = root.resolve("made");
    CifarFiles.write(files, CifarFiles.CIFAR10, images);
    TarWriter tar = new TarWriter().folder("cifar-10-batches-bin/");
    for (String name : CifarFiles.CIFAR10) {
      tar.file("cifar-10-batches-bin/" + name, Files.readAllBytes(files.resolve(name)));
    }
    return tar.tarGz();
  }

  private DataFetcher cifar(byte[] expectedArchive) {
    return fetcher(new Cifar10(home, SmallFilesSource.sum(expectedArchive)));
  }

  private static DataFetcher fetcher(DatasetSource source) {
    return new DataFetcher(new Datasets(Set.of(source)));
  }

  private DatasetSource smallFiles(Map<String, byte[]> published, Optional<Path> copies) {
    return new SmallFilesSource(home, published, copies);
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void anArchiveIsFetchedUnpackedAndLoads() throws IOException {
    served.put("cifar-10-binary.tar.gz", cifarArchive());
    List<Long> progress = new ArrayList<>();
    List<FileCheck> checks =
        cifar(cifarArchive())
            .fetch("cifar10", Optional.of(data), (file, done, total) -> progress.add(done - total));
    // Made-up images cannot have the published sums.
    assertThat(checks).hasSize(6).allMatch(check -> check.status() == Status.DIFFERENT);
    assertThat(files(data))
        .isEqualTo(CifarFiles.CIFAR10.stream().map(f -> "cifar-10-batches-bin/" + f).toList());
    Dataset dataset = new Cifar10().load(Optional.of(data));
    assertThat(((ImageSet) dataset.train()).pixels())
        .isEqualTo(images.select(IntStream.range(0, 50).toArray()).pixels());
    assertThat(progress).isSorted().endsWith(0L);
  }

  @Test
  void aWrongSumLeavesNothingBehind() throws IOException {
    byte[] archive = cifarArchive();
    byte[] tampered = archive.clone();
    tampered[tampered.length / 2] ^= 1;
    served.put("cifar-10-binary.tar.gz", tampered);
    assertThatThrownBy(
            () -> cifar(archive).fetch("cifar10", Optional.of(data), DataFetcher.Progress.NONE))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(home + "cifar-10-binary.tar.gz: expected SHA-256 ")
        .hasMessageEndingWith("; nothing was kept");
    assertThat(data).doesNotExist();
  }

  @Test
  void anArchiveThatLeavesItsFolderLeavesNothingBehind() throws IOException {
    byte[] archive = new TarWriter().file("a", new byte[9]).file("../../out", new byte[1]).tarGz();
    served.put("cifar-10-binary.tar.gz", archive);
    Files.createDirectory(data);
    assertThatThrownBy(
            () -> cifar(archive).fetch("cifar10", Optional.of(data), DataFetcher.Progress.NONE))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("found '../../out'");
    assertThat(files(root)).isEmpty();
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void filesAreFetchedOnceAndOnlyWhereTheyAreNotThere() throws IOException {
    Map<String, byte[]> published = Map.of("a", new byte[] {1, 2}, "b", new byte[] {3});
    // The same content packed is as good: sums are of what is inside.
    served.put("a", IdxWriter.gzip(published.get("a")));
    served.put("b", published.get("b"));
    DataFetcher fetcher = fetcher(smallFiles(published, Optional.empty()));
    Files.createDirectory(data);
    Files.write(data.resolve("a"), new byte[] {9});
    assertThat(fetcher.fetch("small", Optional.of(data), DataFetcher.Progress.NONE))
        .allMatch(FileCheck::isPublished);
    assertThat(data.resolve("a")).hasBinaryContent(served.get("a"));
    assertThat(files(data)).containsExactly("a", "b");
    assertThat(asked).containsExactly("a", "b");

    fetcher.fetch("small", Optional.of(data), DataFetcher.Progress.NONE);
    assertThat(asked).hasSize(2);
    Files.write(data.resolve("b"), new byte[] {4});
    fetcher.fetch("small", Optional.of(data), DataFetcher.Progress.NONE);
    assertThat(asked).containsExactly("a", "b", "b");
    assertThat(Files.getPosixFilePermissions(data.resolve("b")))
        .isEqualTo(Files.getPosixFilePermissions(Files.createFile(root.resolve("plain"))))
        .contains(PosixFilePermission.OWNER_READ);
  }

  @Test
  void aWrongFileLeavesTheOldOneInPlace() throws IOException {
    served.put("a", new byte[] {7});
    Files.createDirectory(data);
    Files.write(data.resolve("a"), new byte[] {9});
    DataFetcher fetcher = fetcher(smallFiles(Map.of("a", new byte[] {1}), Optional.empty()));
    assertThatThrownBy(() -> fetcher.fetch("small", Optional.of(data), DataFetcher.Progress.NONE))
        .isInstanceOf(BadInputException.class);
    assertThat(data.resolve("a")).hasBinaryContent(new byte[] {9});
    assertThat(files(data)).containsExactly("a");
  }

  @Test
  void aCopyOnThisMachineIsTakenIfItsSumIsRight() throws IOException {
    Map<String, byte[]> published = Map.of("a", new byte[] {1, 2}, "b", new byte[] {3});
    Path copies = Files.createDirectory(root.resolve("copies"));
    Files.write(copies.resolve("a"), published.get("a"));
    Files.write(copies.resolve("b"), new byte[] {66});
    served.put("b", published.get("b"));
    fetcher(smallFiles(published, Optional.of(copies)))
        .fetch("small", Optional.of(data), DataFetcher.Progress.NONE);
    assertThat(asked).containsExactly("b");
    assertThat(data.resolve("a")).hasBinaryContent(new byte[] {1, 2});
    assertThat(data.resolve("b")).hasBinaryContent(new byte[] {3});
  }

  @Test
  void fashionMnistIsCopiedFromTheDebianPackage() throws IOException {
    assumeTrue(Files.isDirectory(FashionMnist.DEBIAN), "the Debian package is not installed");
    DatasetSource source = new FashionMnist(FashionMnist.DEBIAN, data, home);
    List<FileCheck> checks =
        fetcher(source).fetch("fashion-mnist", Optional.empty(), DataFetcher.Progress.NONE);
    assertThat(checks).hasSize(4).allMatch(FileCheck::isPublished);
    assertThat(asked).isEmpty();
    assertThat(files(data)).hasSize(4).allMatch(file -> file.endsWith("-ubyte.gz"));
  }

  @Test
  void anAnswerThatIsNotAFile() {
    DataFetcher fetcher = fetcher(smallFiles(Map.of("a", new byte[] {1}), Optional.empty()));
    assertThatThrownBy(() -> fetcher.fetch("small", Optional.of(data), DataFetcher.Progress.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage(home + "a: expected HTTP status 200, found 404");
    assertThat(data).doesNotExist();
    server.stop(0);
    assertThatThrownBy(() -> fetcher.fetch("small", Optional.of(data), DataFetcher.Progress.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(home + "a: cannot be reached: ");
  }

  @Test
  void whatTravelsInTheJarNeedsNoFetching() throws IOException {
    DataFetcher fetcher = fetcher(new FashionMnistSmall());
    assertThat(fetcher.fetch("fashion-mnist-small", Optional.empty(), DataFetcher.Progress.NONE))
        .isEmpty();
    assertThatThrownBy(
            () ->
                fetcher.fetch("fashion-mnist-small", Optional.of(data), DataFetcher.Progress.NONE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("reads no folder");
    assertThat(data).doesNotExist();
    assertThat(fetcher.verify("fashion-mnist-small", Optional.empty()))
        .allMatch(FileCheck::isPublished);
  }

  @Test
  void anUnknownNameIsWrongUse() {
    DataFetcher fetcher = fetcher(new Cifar10());
    assertThatThrownBy(() -> fetcher.verify("cifar-10", Optional.empty()))
        .isInstanceOf(UsageException.class)
        .hasMessage("unknown data set 'cifar-10'; nearest: cifar10");
  }

  @Test
  void theRealPlacesAreHttpAddressesOfTheFilesThatAreChecked() {
    for (DatasetSource source : Arrays.asList(new FashionMnist(), new Cifar10(), new Cifar100())) {
      assertThat(source.remoteFiles())
          .allMatch(file -> file.uri().toString().matches("https?://.*/" + file.name()))
          .allMatch(file -> file.sha256().matches("[0-9a-f]{64}"));
    }
  }
}
