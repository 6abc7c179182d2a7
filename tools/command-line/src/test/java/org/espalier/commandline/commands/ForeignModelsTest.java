package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.files.Npy;
import org.espalier.framework.files.Npz;
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

  /** Names that a shell, an option or TensorFlow's search for a checkpoint could take for more. */
  @Test
  void pathsAreTakenAsTheyAre() throws IOException {
    String odd = "a b'c\"d [e] *\\f\n-g";
    Path copy = temp.resolve(odd);
    Files.createDirectories(copy.resolve("variables"));
    for (String file :
        List.of(
            "saved_model.pb",
            "variables/variables.index",
            "variables/variables.data-00000-of-00001")) {
      Files.copy(MODELS.resolve("residual").resolve(file), copy.resolve(file));
    }
    Path out = temp.resolve("out " + odd);
    Path serving = temp.resolve("serving " + odd);
    var outcome =
        UserOfEspalier.types(
            "prune",
            copy.toString(),
            "--ratio",
            "0.5",
            "--out",
            out.toString(),
            "--export",
            serving.toString());
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(serving.resolve("1/variables")).isDirectory();
    assertThat(out.resolve("pruned.json")).exists();
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

  private UserOfEspalier.Outcome predict(String name, Path input, Path output, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of("predict", model(name), "--input", input + "", "--output", output + ""));
    line.addAll(List.of(more));
    return UserOfEspalier.types(line.toArray(String[]::new));
  }

  private static void assertClose(ShapedArray found, Path recorded) {
    ShapedArray expected = Npy.readFloats(recorded);
    assertThat(found.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < expected.values().length; i++) {
      assertThat(found.values()[i])
          .isCloseTo(expected.values()[i], org.assertj.core.data.Offset.offset(1e-4f));
    }
  }

  /** All outputs under their names, or one that is named; which one is not guessed. */
  @Test
  void severalOutputsGoToOneFile() {
    Path folder = MODELS.resolve("two_outputs");
    Path input = folder.resolve("input.npy");
    Path all = temp.resolve("all.npz");
    JsonNode said = predict("two_outputs", input, all, "--json").json();
    assertThat(said.path("outputs")).hasSize(2);
    Map<String, ShapedArray> read = Npz.read(all);
    read.forEach((key, array) -> assertClose(array, folder.resolve("output." + key + ".npy")));
    assertThat(read).hasSize(2);
    String first = read.keySet().iterator().next();
    Path one = temp.resolve("one.npy");
    assertThat(predict("two_outputs", input, one, "--outputs", first).code()).isZero();
    assertClose(Npy.readFloats(one), folder.resolve("output." + first + ".npy"));
    var guess = predict("two_outputs", input, temp.resolve("no.npy"));
    assertThat(guess.code()).isEqualTo(2);
    assertThat(guess.err()).contains("two_outputs gives several arrays, [", "a .npz file", first);
    assertThat(temp.resolve("no.npy")).doesNotExist();
  }

  @Test
  void severalInputsComeFromOneFile() {
    Path folder = MODELS.resolve("two_inputs");
    Map<String, ShapedArray> arrays = new TreeMap<>();
    JsonNode inputs = UserOfEspalier.types("inspect", model("two_inputs"), "--json").json();
    for (JsonNode input : inputs.path("inputs")) {
      String name = input.path("name").asText();
      arrays.put(name, Npy.readFloats(folder.resolve("input." + name + ".npy")));
    }
    assertThat(arrays).hasSize(2);
    Path both = temp.resolve("both.npz");
    Npz.write(both, arrays);
    Path out = temp.resolve("out.npy");
    var outcome = predict("two_inputs", both, out);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertClose(Npy.readFloats(out), folder.resolve("output.npy"));
    Path single = folder.resolve("input." + arrays.keySet().iterator().next() + ".npy");
    var half = predict("two_inputs", single, temp.resolve("no.npy"));
    assertThat(half.code()).isEqualTo(2);
    assertThat(half.err()).contains("two_inputs reads several arrays, [");
  }

  /** The input stays what it was. */
  @Test
  void theOutputDoesNotTakeThePlaceOfTheInput() throws IOException {
    Path own = temp.resolve("own.npy");
    Files.copy(MODELS.resolve("residual").resolve("input.npy"), own);
    byte[] before = Files.readAllBytes(own);
    var outcome = predict("residual", own, temp.resolve("x").resolve("..").resolve("own.npy"));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("own.npy is the input; write the output to another file");
    assertThat(Files.readAllBytes(own)).isEqualTo(before);
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
