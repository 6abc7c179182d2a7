package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.files.Npy;
import org.espalier.graphs.ShapedArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SavedModels and frozen graphs of others, from the command line. */
class ForeignModelsTest {
  private static final Path MODELS = Path.of("..", "..", "saved-models/src/test/resources/imports");

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

  @Test
  void pruneProvesItselfAndGoesBackToASavedModel() {
    Path out = temp.resolve("small");
    Path serving = temp.resolve("serving");
    JsonNode json =
        UserOfEspalier.types(
                "prune",
                model("residual"),
                "--target-macs",
                "0.5",
                "--coupled",
                "--out",
                out.toString(),
                "--export",
                serving.toString(),
                "--json")
            .json();
    double left = json.path("macs").asDouble() / json.path("macsBefore").asDouble();
    assertThat(left).isBetween(0.3, 0.5);
    assertThat(json.path("proof").asDouble()).isLessThan(1e-4);
    JsonNode before = UserOfEspalier.types("inspect", model("residual"), "--json").json();
    JsonNode after =
        UserOfEspalier.types("inspect", serving.resolve("1").toString(), "--json").json();
    assertThat(after.at("/inputs/0/name")).isEqualTo(before.at("/inputs/0/name"));
    assertThat(after.at("/outputs/0/name")).isEqualTo(before.at("/outputs/0/name"));
    assertThat(after.at("/totals/macs")).isEqualTo(json.path("macs"));
    assertThat(serving.resolve("1/assets.extra/espalier.json"))
        .content()
        .contains("\"method\" : \"l1-norm\"", "\"parentWeights\"", "\"kept\"");
  }

  @Test
  void theSameCutByATargetInParametersAndByGroup() {
    JsonNode json =
        UserOfEspalier.types(
                "prune",
                model("dense"),
                "--target-parameters",
                "0.7",
                "--scope",
                "global",
                "--out",
                temp.resolve("a").toString(),
                "--json")
            .json();
    double left = json.path("parameters").asDouble() / json.path("parametersBefore").asDouble();
    assertThat(left).isBetween(0.5, 0.7);
    var byGroup =
        UserOfEspalier.types(
            "prune",
            model("dense"),
            "--ratios",
            "conv_1=0.5,conv_3=0.25",
            "--out",
            temp.resolve("b").toString(),
            "--json");
    assertThat(byGroup.json().path("macs").asLong())
        .isLessThan(byGroup.json().path("macsBefore").asLong());
    var unknown =
        UserOfEspalier.types(
            "prune",
            model("dense"),
            "--ratios",
            "conv_9=0.5",
            "--out",
            temp.resolve("c").toString());
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("unknown channel group 'conv_9'; nearest: conv");
  }

  @Test
  void passesAreListedAppliedAndChecked() {
    JsonNode list = UserOfEspalier.types("rewrite", "--list", "--json").json();
    assertThat(list.findValuesAsText("name"))
        .contains("fold-batch-norm", "fuse-batch-norm", "fold-sizes", "insert-selections");
    for (JsonNode pass : list) {
      String name = pass.path("name").asText();
      var outcome =
          UserOfEspalier.types(
              "rewrite",
              model("residual"),
              "--pass",
              name,
              "--to",
              temp.resolve(name).toString(),
              "--json");
      assertThat(outcome.code()).as(name + outcome.err()).isZero();
      if (!name.equals("training-form")) {
        assertThat(outcome.json().path("moved").asDouble()).as(name).isLessThan(1e-5);
      }
    }
    JsonNode folded =
        UserOfEspalier.types(
                "rewrite",
                model("residual"),
                "--pass",
                "fuse-batch-norm,fold-batch-norm",
                "--to",
                temp.resolve("folded").toString(),
                "--json")
            .json();
    assertThat(folded.path("nodes").asInt()).isLessThan(folded.path("nodesBefore").asInt() / 2);
    var unknown =
        UserOfEspalier.types(
            "rewrite",
            model("residual"),
            "--pass",
            "fold-bn",
            "--to",
            temp.resolve("x").toString());
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("unknown pass 'fold-bn'");
    assertThat(UserOfEspalier.types("rewrite", model("residual")).code()).isEqualTo(2);
  }

  /** Who takes one signature alone is told of the others before they are missed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rewrite MODEL --pass fuse-batch-norm --to NEW",
        "prune MODEL --ratio 0.5 --out NEW",
        "finetune MODEL --dataset fashion-mnist-small --out NEW",
        "train --from MODEL --dataset fashion-mnist-small --epochs 1 --out NEW"
      })
  void whatASignatureAloneLeavesOutIsTold(String line) {
    String filled =
        line.replace("MODEL", model("signatures")).replace("NEW", temp.resolve("new").toString());
    var alone = UserOfEspalier.types(filled + " --signature serve");
    assertThat(alone.err())
        .contains(
            "left out, as only a part was asked for: signature aux, batch, classify,"
                + " serving_default");
    assertThat(UserOfEspalier.types(filled).err()).doesNotContain("left out, as only");
  }
}
