package org.espalier.tools.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.espalier.framework.files.Npy;
import org.espalier.graphs.ShapedArray;
import org.espalier.tools.UserOfEspalier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SavedModels and frozen graphs of others, from the command line. */
class ForeignModelsTest {
  private static final Path MODELS = Path.of("..", "saved-models/src/test/resources/imports");

  @TempDir Path temp;

  private static String model(String name) {
    return MODELS.resolve(name).toString();
  }

  @Test
  void inspectKeepsTheSignaturesNames() {
    var outcome = UserOfEspalier.types("inspect", model("residual"), "--json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    JsonNode json = outcome.json();
    assertThat(json.at("/inputs/0/name").asText()).isEqualTo("picture");
    assertThat(json.at("/parameters/0/kind").asText()).isEqualTo("conv-kernel");
    assertThat(json.at("/totals/macs").asLong()).isPositive();
  }

  @Test
  void predictGivesTheRecordedOutput() {
    for (String name : new String[] {"residual", "frozen/model.pb"}) {
      Path folder = MODELS.resolve(name.replace("/model.pb", ""));
      Path found = temp.resolve("found.npy");
      var outcome =
          UserOfEspalier.types(
              "predict",
              model(name),
              "--input",
              folder.resolve("input.npy").toString(),
              "--output",
              found.toString());
      assertThat(outcome.code()).as(outcome.err()).isZero();
      ShapedArray recorded = Npy.readFloats(folder.resolve("output.npy"));
      ShapedArray logits = Npy.readFloats(found);
      for (int i = 0; i < recorded.values().length; i++) {
        assertThat(logits.values()[i])
            .isCloseTo(recorded.values()[i], org.assertj.core.data.Offset.offset(1e-4f));
      }
    }
  }

  @Test
  void whatReachesOutsideIsRefusedUnlessTrusted() {
    var refused = UserOfEspalier.types("inspect", model("evil"), "--signature", "read");
    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.err()).contains("ReadFile").contains("--trust");
    var trusted = UserOfEspalier.types("inspect", model("evil"), "--signature", "read", "--trust");
    assertThat(trusted.code()).as(trusted.err()).isZero();
    assertThat(UserOfEspalier.types("inspect", model("evil"), "--signature", "raed").code())
        .isEqualTo(2);
  }
}
