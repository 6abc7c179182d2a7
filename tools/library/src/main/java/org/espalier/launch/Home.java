package org.espalier.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * A home for users that have none, as in containers: Java calls it {@code ?}, and libraries make
 * folders of that name wherever they are.
 */
public final class Home {
  private static final String PROPERTY = "user.home";
  private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");

  private Home() {}

  /** Gives this process a home if it has none; before anything asks for it. */
  public static void ensure() {
    String known = System.getProperty(PROPERTY, "");
    System.setProperty(
        PROPERTY, of(known, System.getenv(), Path.of(System.getProperty("java.io.tmpdir"))));
  }

  /**
   * @param known what Java knows
   * @param temporary where folders may be made
   */
  static String of(String known, Map<String, String> environment, Path temporary) {
    if (Path.of(known).isAbsolute()) {
      return known;
    }
    Path told = Path.of(environment.getOrDefault("HOME", ""));
    return told.isAbsolute() && Files.isWritable(told) && !told.equals(told.getRoot())
        ? told.toString()
        : made(temporary).toString();
  }

  /** The same one each time, for what is kept there is large; but never one that others made. */
  private static Path made(Path temporary) {
    try {
      Path probe = Files.createTempFile(temporary, "espalier", "");
      Object user = Files.getAttribute(probe, "unix:uid");
      Files.delete(probe);
      Path home = temporary.resolve("espalier-home-" + user);
      if (Files.notExists(home)) {
        Files.createDirectory(home, PosixFilePermissions.asFileAttribute(OWN));
      }
      boolean own =
          Files.isDirectory(home)
              && !Files.isSymbolicLink(home)
              && Files.getAttribute(home, "unix:uid").equals(user)
              && Files.getPosixFilePermissions(home).equals(OWN);
      return own ? home : Files.createTempDirectory(temporary, "espalier-home-");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return temporary;
    }
  }
}
