package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.runs.CutFile;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.graphs.Model;
import org.espalier.graphs.ParameterKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The methods that act during the training, typed as the page on methods says. */
class ActingMethodsTest {
  private static final String TINY =
      " --width 0.25 --dataset fashion-mnist-small --train-images 60 --test-images 20"
          + " --batch-size 20 --epochs 2 --threads 1 --json --out ";
  private static final String ON = " --dataset fashion-mnist-small --test-images 20 --json --out ";

  @TempDir Path folder;

  private Path at(String name) {
    return folder.resolve(name);
  }

  private static JsonNode types(String line) {
    return UserOfEspalier.types(line).json();
  }

  @Test
  void networkSlimming() {
    types("train --architecture preresnet11 --penalties l1:bn-scale:0.0001" + TINY + at("sparse"));
    JsonNode small =
        types("prune " + at("sparse") + " --method slimming --ratio 0.4 --select" + ON + at("a"));
    assertThat(small.path("macs").asLong()).isLessThan(small.path("macsBefore").asLong());
    assertThat(small.path("proof").asDouble()).isLessThan(1e-4);
    List<String> notes = PrunedFile.find(at("a")).orElseThrow().notes();
    assertThat(notes).anyMatch(n -> n.contains("scales of batch norm are below 1 %"));
    types(
        "finetune "
            + at("a")
            + " --fine-tune-epochs 1 --batch-size 20 --train-images 60 --threads 1"
            + ON
            + at("b"));
  }

  /** So strong a penalty leaves no branch; what is as good as gone is gone from the model too. */
  @Test
  void sparseStructureSelection() {
    types(
        "train --architecture resnet8 --passes insert-branch-scales --nesterov --penalties"
            + " proximal-l1:branch-scale:4"
            + TINY
            + at("selected"));
    Model trained = ModelFolder.load(at("selected"));
    assertThat(trained.network().parameters(k -> k == ParameterKind.BRANCH_SCALE)).hasSize(3);
    JsonNode small =
        types("prune " + at("selected") + " --method sss --as-trained" + ON + at("small"));
    assertThat(CutFile.read(at("small").resolve(CutFile.FILE)).branches()).hasSize(3);
    assertThat(small.path("accuracy").asDouble())
        .as("what is zero does nothing")
        .isEqualTo(small.path("accuracyBefore").asDouble());
    assertThat(small.path("proof").asDouble()).isLessThan(1e-4);
    assertThat(ModelFolder.load(at("small")).network().parameters())
        .noneMatch(p -> p.name().contains("conv1/kernel"));
  }

  @Test
  void softFilterPruning() {
    types(
        "train --architecture resnet8-sfp --nesterov --interventions"
            + " soft-filter-pruning(keep=0.5,exclude=[stem])"
            + TINY
            + at("soft"));
    JsonNode small =
        types(
            "prune "
                + at("soft")
                + " --method zero-filters --scatter --as-trained"
                + ON
                + at("small"));
    assertThat(small.path("accuracy").asDouble())
        .isEqualTo(small.path("accuracyBefore").asDouble());
    assertThat(small.path("macs").asDouble() / small.path("macsBefore").asDouble()).isLessThan(0.6);
    Model left = ModelFolder.load(at("small"));
    assertThat(left.network().parameter("stem/kernel").shape().last()).isEqualTo(4);
    assertThat(left.network().parameter("stage3/block1/conv2/kernel").shape().last()).isEqualTo(8);
  }

  @Test
  void whatSaysNothingIsRefused() {
    UserOfEspalier.Outcome unknown =
        UserOfEspalier.types(
            "train --architecture resnet8 --passes insert-branch-scale" + TINY + at("x"));
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.out() + unknown.err()).contains("nearest: insert-branch-scales");
    types("train --architecture resnet8" + TINY + at("plain"));
    UserOfEspalier.Outcome refused =
        UserOfEspalier.types(
            "prune " + at("plain") + " --method l1-norm --as-trained" + ON + at("y"));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.out() + refused.err()).contains("as-trained says nothing to l1-norm");
  }
}
