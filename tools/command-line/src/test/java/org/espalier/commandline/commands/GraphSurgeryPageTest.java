package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.Test;

/** What the page on graph surgery shows is what the command prints. */
class GraphSurgeryPageTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final String PROMPT = "$ espalier ";

  /** A command, and the lines that the page shows of what it prints. */
  private record Example(String command, List<String> lines) {}

  private static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(ROOT.resolve("docs/graph-surgery.md"))) {
      if (line.startsWith(PROMPT)) {
        examples.add(new Example(line.substring(PROMPT.length()), new ArrayList<>()));
        inside = true;
      } else if (line.startsWith("```")) {
        inside = false;
      } else if (inside) {
        examples.get(examples.size() - 1).lines().add(line);
      }
    }
    return examples;
  }

  @Test
  void everyExampleIsReal() throws IOException {
    List<Example> examples = examples();
    assertThat(examples).hasSizeGreaterThan(10);
    for (Example e : examples) {
      var outcome =
          UserOfEspalier.types(e.command().replace("saved-models/", ROOT + "/saved-models/"));
      assertThat(outcome.code()).as(e.command() + outcome.err()).isZero();
      assertThat(outcome.out().lines().toList()).as(e.command()).containsSubsequence(e.lines());
    }
  }
}
