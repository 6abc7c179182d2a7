package org.espalier.framework.data.sources;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.io.TaggedIOException;
import org.apache.commons.io.input.BrokenInputStream;
import org.apache.commons.io.output.TaggedOutputStream;
import org.espalier.framework.files.FileProblems;
import org.espalier.graphs.BadInputException;

/** Unpacks a gzip tar archive of plain files and folders, which is all that data sets need. */
final class TarGz {
  private static final String EXPECTED = "a gzip tar archive";

  /** Not all programs fill an archive up to the twenty blocks that Compress expects. */
  private static final int BLOCK = 512;

  private TarGz() {}

  /**
   * Writes the files of the archive below a folder.
   *
   * @return their paths relative to the folder, in archive order
   * @throws BadInputException if the archive is damaged, holds anything but files and folders, or
   *     has a path that leaves the folder
   */
  static List<Path> unpack(Path archive, Path into) throws IOException {
    Path root = into.toAbsolutePath().normalize();
    List<Path> files = new ArrayList<>();
    try (InputStream raw = Files.newInputStream(archive);
        InputStream content = Checksums.unzipped(raw)) {
      // Compress takes a missing end for the end; what is put behind the content makes it fail.
      InputStream whole =
          new SequenceInputStream(content, new BrokenInputStream(EOFException::new));
      var in = new TarArchiveInputStream(whole, BLOCK, BLOCK, StandardCharsets.UTF_8.name());
      for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        Path target = target(archive, root, e);
        Files.createDirectories(e.isDirectory() ? target : target.getParent());
        if (!e.isDirectory()) {
          try (OutputStream out = new TaggedOutputStream(Files.newOutputStream(target))) {
            in.transferTo(out);
          }
          files.add(root.relativize(target));
        }
      }
    } catch (FileSystemException | TaggedIOException e) {
      throw e; // of the disk that is written to, no fault of the archive
    } catch (IOException e) {
      throw FileProblems.reading(archive, EXPECTED, e);
    } catch (InvalidPathException e) {
      throw bad(archive, "names of files", "one that cannot be (" + e.getReason() + ")");
    }
    return files;
  }

  private static Path target(Path archive, Path root, TarArchiveEntry entry) {
    if (!entry.isCheckSumOK()) {
      throw bad(archive, EXPECTED, "a header with a wrong sum");
    }
    String name = entry.getName();
    char type = (char) entry.getLinkFlag();
    if (type != '0' && type != 0 && type != '5') {
      throw bad(
          archive,
          "only files and folders",
          String.format(Locale.ROOT, "'%s' of type '%c'", name, type));
    }
    Path target = root.resolve(name).normalize();
    if (!target.startsWith(root)) {
      throw bad(archive, "paths inside the archive's folder", "'" + name + "'");
    }
    return target;
  }

  private static BadInputException bad(Path archive, String expected, String found) {
    return new BadInputException(
        String.format(Locale.ROOT, "%s: expected %s, found %s", archive, expected, found));
  }
}
