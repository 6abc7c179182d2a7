package org.espalier.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code espalier}, in a checkout of its own with a java that only says its arguments.
 */
class ScriptTest {
  private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

  private static final String BUILDING =
      " (once, about a minute; longer if libraries must be downloaded)";

  @TempDir Path folder;
  private Path home;
  private Path jar;

  @BeforeEach
  void makeCheckout() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
    home = Files.createDirectories(folder.toRealPath().resolve("a checkout"));
    Files.copy(Path.of("..", "..", "espalier"), home.resolve("espalier"));
    Files.createFile(home.resolve("pom.xml"));
    Files.createDirectories(home.resolve("tools/command-line/src/main"));
    Files.createFile(home.resolve("tools/command-line/pom.xml"));
    jar = Files.createDirectories(home.resolve("tools/target")).resolve("espalier.jar");
    Files.createFile(jar);
    touch(jar, 60);
    Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
    program(bin.resolve("java"), "printf '%s\\n' \"$GLIBC_TUNABLES\" \"$@\"");
    program(
        bin.resolve("mvn"),
        "echo \"mvn $*\"; echo '[INFO] Building Espalier graphs 0.1   [2/9]';"
            + " echo '[ERROR] wrong' >&2; exit ${MVN_EXIT:-0}");
  }

  private static void touch(Path file, int secondsFromNow) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(secondsFromNow)));
  }

  private static void program(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private List<String> run(Path script, Map<String, String> environment, int code)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString(), "train", "a b");
    builder.directory(folder.toFile()).redirectErrorStream(true);
    Map<String, String> variables = builder.environment();
    List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "GLIBC_TUNABLES").forEach(variables::remove);
    variables.put("JAVA_HOME", folder.resolve("jdk").toString());
    variables.merge("PATH", folder.resolve("jdk/bin").toString(), (path, bin) -> bin + ":" + path);
    variables.putAll(environment);
    Process process = builder.start();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = reader.lines().toList();
      assertThat(process.waitFor()).as(lines.toString()).isEqualTo(code);
      return lines;
    }
  }

  private void javaVersion(String version) throws IOException {
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void givesWhatThePlanAsksFor(int java) throws Exception {
    javaVersion(java + ".0.3");
    Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("espalier"));
    Map<String, String> theirs = Map.of("GLIBC_TUNABLES", "glibc.malloc.mmap_max=7");
    LaunchPlan plan = LaunchPlan.missing(theirs, List.of(), java, LINUX);
    List<String> expected = new ArrayList<>();
    expected.add(plan.environment().getOrDefault("GLIBC_TUNABLES", "glibc.malloc.mmap_max=7"));
    expected.addAll(plan.flags());
    expected.addAll(List.of("-jar", jar.toString(), "train", "a b"));
    assertThat(run(link, theirs, 0)).containsExactlyElementsOf(expected);
  }

  /** And of an archive of classes, whose name Java would cut at a colon. */
  @ParameterizedTest
  @ValueSource(strings = {"-a  b", "b\\nack's", "two\nlines", "a:colon", "$HOME *"})
  void theCheckoutMayHaveAnyName(String name) throws Exception {
    javaVersion("17");
    Path odd = Files.move(home, home.resolveSibling(name));
    Path archive = Files.createFile(odd.resolve("tools/target/espalier.jsa"));
    touch(archive, 120);
    Path link = Files.createSymbolicLink(folder.resolve("-link"), odd.resolve("espalier"));
    String said = String.join("\n", run(link, Map.of(), 0));
    assertThat(said).endsWith("-jar\n" + odd.resolve("tools/target/espalier.jar") + "\ntrain\na b");
    assertThat(said.contains("-XX:SharedArchiveFile=" + archive)).isEqualTo(!name.contains(":"));
  }

  @Test
  void leavesTheUsersCollectorAndHeap() throws Exception {
    javaVersion("17");
    assertThat(
            run(
                home.resolve("espalier"),
                Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC -Xmx1g -XX:TieredStopAtLevel=1"),
                0))
        .contains("--enable-native-access=ALL-UNNAMED")
        .noneMatch(line -> line.startsWith("-XX:"));
  }

  @Test
  void buildsOnlyWhatIsOlderThanItsSources() throws Exception {
    javaVersion("17");
    assertThat(run(home.resolve("espalier"), Map.of(), 0)).noneMatch(l -> l.startsWith("mvn"));
    touch(home.resolve("tools/command-line/pom.xml"), 120);
    assertThat(run(home.resolve("espalier"), Map.of(), 0))
        .startsWith("espalier: building " + jar + BUILDING, "espalier: Espalier graphs 0.1 [2/9]")
        .doesNotContain("wrong");
    Path log = jar.resolveSibling("build.log");
    assertThat(log).content().startsWith("mvn -B -DskipTests package\n");
    touch(home.resolve("tools/command-line/pom.xml"), 240);
    assertThat(run(home.resolve("espalier"), Map.of("MVN_EXIT", "1"), 1))
        .endsWith("wrong", "espalier: the build failed, see above and " + log);
  }

  @Test
  void saysThatJavaHomeIsWrong() throws Exception {
    Path wrong = folder.resolve("gone");
    assertThat(run(home.resolve("espalier"), Map.of("JAVA_HOME", wrong.toString()), 1))
        .containsExactly(
            "espalier: JAVA_HOME is "
                + wrong
                + ", where there is no bin/java; let it name a JDK, or unset it");
  }

  /** Java would open its next file in the place of a closed stream, and messages go there. */
  @ParameterizedTest
  @CsvSource({"<&-, 0", ">&-, 1", "2>&-, 2"})
  void noStreamIsClosed(String closing, int stream) throws Exception {
    assumeTrue(LINUX, "looks at /proc");
    javaVersion("17");
    Path seen = folder.resolve("seen");
    program(
        folder.resolve("jdk/bin/java"),
        "at=$(readlink /proc/$$/fd/" + stream + "); echo \"$at\" > '" + seen + "'");
    program(folder.resolve("caller"), "'" + home.resolve("espalier") + "' train " + closing);
    Files.setPosixFilePermissions(
        home.resolve("espalier"), PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(run(folder.resolve("caller"), Map.of(), 0)).isEmpty();
    assertThat(seen).content().isEqualTo("/dev/null\n");
  }

  /** Elsewhere Java finds no file whose name has other signs than those of ASCII. */
  @Test
  void namesAreReadInUtf8() throws Exception {
    javaVersion("17");
    program(folder.resolve("jdk/bin/java"), "echo \"${LC_ALL-}\"");
    program(folder.resolve("jdk/bin/locale"), "echo \"$CHARMAP\"");
    Map<String, String> ascii = Map.of("CHARMAP", "ANSI_X3.4-1968", "LC_ALL", "C");
    assertThat(run(home.resolve("espalier"), ascii, 0)).containsExactly("C.UTF-8");
    Map<String, String> utf8 = Map.of("CHARMAP", "UTF-8", "LC_ALL", "tr_TR.UTF-8");
    assertThat(run(home.resolve("espalier"), utf8, 0)).containsExactly("tr_TR.UTF-8");
  }

  /** An archive of classes is made with the jar, and used as long as it is newer. */
  @Test
  void startsFromClassesThatAreKeptInMemory() throws Exception {
    javaVersion("17");
    Path archive = jar.resolveSibling("espalier.jsa");
    program(
        folder.resolve("jdk/bin/java"),
        "for a in \"$@\"; do echo \"$a\"; case $a in -XX:ArchiveClassesAtExit=*) echo x >\"${a#*=}\" ;; esac; done");
    touch(home.resolve("tools/command-line/pom.xml"), 120);
    program(folder.resolve("jdk/bin/mvn"), "touch -d '+130 seconds' '" + jar + "'");
    String use = "-XX:SharedArchiveFile=" + archive;
    run(home.resolve("espalier"), Map.of(), 0);
    assertThat(archive).hasContent("x");
    touch(archive, 200);
    assertThat(run(home.resolve("espalier"), Map.of(), 0)).contains(use);
    touch(jar, 300);
    assertThat(run(home.resolve("espalier"), Map.of(), 0)).doesNotContain(use);
  }

  @Test
  void saysWhichJavaItNeeds() throws Exception {
    javaVersion("11.0.2");
    assertThat(run(home.resolve("espalier"), Map.of(), 1))
        .containsExactly(
            "espalier: needs Java 17 or later, found 11.0.2 at " + folder.resolve("jdk/bin/java"));
  }
}
