package org.espalier.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  @TempDir Path temporary;

  @Test
  void whoHasOneKeepsIt() {
    assertThat(Home.of("/home/ann", Map.of("HOME", "/elsewhere"), temporary))
        .isEqualTo("/home/ann");
  }

  @Test
  void theShellKnowsOneBefore() throws IOException {
    Path told = Files.createDirectory(temporary.resolve("told"));
    assertThat(Home.of("?", Map.of("HOME", told.toString()), temporary)).isEqualTo(told.toString());
    for (String none : new String[] {"/", "", "relative", temporary + "/none"}) {
      assertThat(Home.of("?", Map.of("HOME", none), temporary))
          .startsWith(temporary.resolve("espalier-home-").toString());
    }
  }

  @Test
  void oneOfOurOwnIsFoundAgainAndAnothersIsNotTaken() throws IOException {
    Path home = Path.of(Home.of("?", Map.of(), temporary));
    assertThat(home).isEmptyDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
        .isEqualTo("rwx------");
    assertThat(Home.of("?", Map.of(), temporary)).isEqualTo(home.toString());
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path other = Path.of(Home.of("?", Map.of(), temporary));
    assertThat(other).isNotEqualTo(home).isEmptyDirectory();
    Files.delete(home);
    Files.createSymbolicLink(home, other);
    assertThat(Path.of(Home.of("?", Map.of(), temporary))).isNotIn(home, other);
  }
}
