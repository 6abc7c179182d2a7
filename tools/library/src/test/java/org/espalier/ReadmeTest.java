package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.espalier.framework.data.Dataset;
import org.espalier.graphs.Model;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of the README are compiled as they stand there, and run as a user would. */
class ReadmeTest {
  private static final Path README = Path.of("../../README.md");
  private static final int LINES = 10;
  private static final int TYPES = 5;
  private static final long PATIENCE_SECONDS = 240;

  @TempDir static Path folder;

  /** A program with what it imports. */
  record Program(List<String> imports, List<String> lines) {
    boolean uses(String text) {
      return String.join("\n", lines).contains(text);
    }

    long ownTypes() {
      return imports.stream().filter(i -> i.contains("org.espalier")).count();
    }

    /** Types stand beside the main method, all else in it. */
    String source(String name) {
      StringBuilder types = new StringBuilder();
      StringBuilder body = new StringBuilder();
      boolean type = false;
      for (String line : lines) {
        type = type || line.startsWith("@Named");
        (type ? types : body).append(line).append('\n');
        type = type && !line.equals("}");
      }
      String main =
          "public class %s {\n  public static void main(String[] args) throws Exception {\n%s  }\n}\n"
              .formatted(name, body);
      return String.join("\n", imports) + "\n" + types + main;
    }
  }

  static List<Program> programs() throws IOException {
    List<Program> programs = new ArrayList<>();
    Matcher block =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(README));
    while (block.find()) {
      List<String> lines = block.group(1).lines().toList();
      programs.add(
          new Program(
              lines.stream().filter(l -> l.startsWith("import ")).toList(),
              lines.stream().filter(l -> !l.startsWith("import ") && !l.isBlank()).toList()));
    }
    return programs;
  }

  @BeforeAll
  static void aModelOfTheUser() {
    Espalier espalier = Espalier.create().threads(1);
    Dataset data = espalier.dataset("fashion-mnist-small");
    Model model = espalier.build(ArchitectureSpec.of("resnet8").withWidth(0.5), data, 1);
    Path version = espalier.export(model, folder.resolve("exported"), 1);
    assertThat(version.resolve("saved_model.pb")).exists();
    version.toFile().renameTo(folder.resolve("my_model").toFile());
  }

  @Test
  void theFirstProgramsAreShort() throws IOException {
    List<Program> programs = programs();
    assertThat(programs).hasSizeGreaterThanOrEqualTo(6);
    assertThat(programs.get(0).lines()).hasSize(3);
    Program whole = programs.get(1);
    for (String verb : List.of(".train(", ".prune(", ".prove(", ".export(")) {
      assertThat(whole.uses(verb)).as(verb).isTrue();
    }
    for (Program program : programs.subList(0, 2)) {
      assertThat(program.lines()).hasSizeLessThanOrEqualTo(LINES);
      assertThat(program.ownTypes()).isLessThanOrEqualTo(TYPES);
    }
  }

  @ParameterizedTest(name = "program {index}")
  @MethodSource("programs")
  @Tag("slow")
  void itCompilesAndRuns(Program program) throws Exception {
    String name = "Readme" + Integer.toHexString(program.lines().hashCode());
    Path classes = Files.createDirectories(folder.resolve("classes-" + name));
    Path source = Files.writeString(classes.resolve(name + ".java"), program.source(name));
    String path = System.getProperty("java.class.path");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                said,
                null,
                null,
                List.of("-proc:none", "-Xlint:-options", "-cp", path, "-d", classes.toString()),
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
            .call();
    assertThat(compiled).as(said.toString()).isTrue();
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes + System.getProperty("path.separator") + path,
                name)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    assertThat(Files.readString(err)).as("no word of TensorFlow's").isEmpty();
    if (program.uses("System.out")) {
      assertThat(Files.readString(out)).isNotBlank();
    }
  }

  @Test
  void everyProgramOfTheReadmeIsMeantToRun() throws IOException {
    try (Stream<String> lines = Files.lines(README)) {
      assertThat(lines.filter(l -> l.startsWith("```java"))).hasSameSizeAs(programs());
    }
  }
}
