package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.files.AtomicFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of a pruned model of others: widths, cost, proof, latency. */
class ReportCommandTest {
  private static final Path MODEL =
      Path.of("..", "..", "saved-models/src/test/resources/imports/residual");

  @TempDir Path temp;
  private Path original;
  private Path pruned;

  @BeforeEach
  void prune() throws IOException {
    original = temp.resolve("original");
    for (String name : List.of("saved_model.pb", "variables")) {
      copy(MODEL.resolve(name), original.resolve(name));
    }
    pruned = temp.resolve("pruned");
    var outcome =
        UserOfEspalier.types(
            "prune", original.toString(), "--ratio", "0.5", "--out", pruned.toString());
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to);
    if (Files.isDirectory(from)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
        for (Path file : files) {
          copy(file, to.resolve(file.getFileName()));
        }
      }
    }
  }

  private UserOfEspalier.Outcome report(String... more) {
    String[] line = new String[2 + more.length];
    line[0] = "report";
    line[1] = pruned.toString();
    System.arraycopy(more, 0, line, 2, more.length);
    return UserOfEspalier.types(line);
  }

  @Test
  void itShowsWidthsCostProofAndLatencyWhichIsMeasuredOnce() throws IOException {
    var text = report();
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out()).contains("latency, batch 1: ", "latency, batch 8: ", "runs of each");
    Path page = pruned.resolve("report.html");
    assertThat(page)
        .content()
        .contains("Pruned model", "inner</th>", "MACs for one image", "Proof", "Parameters")
        .contains("Latency, before and after", "Latency, batch 1", "threads of");
    String first = Files.readString(page);

    JsonNode again = report("--json").json();
    assertThat(again.at("/latency/measured/0/batch").asInt()).isEqualTo(1);
    assertThat(again.at("/latency/measured/1/beforeMs").asDouble()).isPositive();
    assertThat(page).as("kept, not measured again").content().isEqualTo(first);

    assertThat(report("--threads", "1").err())
        .contains("--threads says nothing, for nothing is measured; give --latency again");
    JsonNode anew = report("--latency", "again", "--batches", "3", "--json").json();
    assertThat(anew.at("/latency/measured")).hasSize(1);
    assertThat(anew.at("/latency/measured/0/batch").asInt()).isEqualTo(3);
    assertThat(report("--latency", "again", "--batches", "0").code()).isEqualTo(2);
  }

  @Test
  void withoutTheOriginalItSaysWhatIsMissing() {
    AtomicFiles.deleteFolder(original);
    var text = report();
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.err()).contains("latency was not measured: " + original);
    assertThat(pruned.resolve("report.html"))
        .content()
        .contains("Pruned model")
        .doesNotContain("Latency, before and after");
    assertThat(report("--latency", "again").code()).isEqualTo(3);
    assertThat(report("--latency", "no").err()).isEmpty();
  }

  @Test
  void onlyPrunedModelsHaveIt() {
    pruned = original;
    assertThat(report("--batches", "2").err()).contains("--batches is for pruned models");
    assertThat(report("--latency", "again").err()).contains("latency is measured of pruned models");
  }
}
