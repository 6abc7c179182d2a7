package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Given;
import org.espalier.framework.experiments.Maker;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.CutFile;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.pruning.Amount;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.Prune;
import org.espalier.pruning.PruneSpec;
import org.espalier.pruning.SparseStructureSelection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruneTaskTest {
  private static final PruneSpec HALF = PruneSpec.of(new L1Norm(), Amount.ratio(0.5));

  @TempDir Path root;

  private Workshop shop;

  @BeforeEach
  void openShop() {
    shop = TinyComparison.shop(root.resolve("store"), PlanWatcher.NONE);
  }

  private Given given(float bias) {
    Model model =
        new Fresh(ArchitectureSpec.of("resnet8").withWidth(0.125), 1)
            .model(shop, Optional.of(data()));
    ShapedArray filled = ShapedArray.filled(model.weights().get("dense/bias").shape(), bias);
    Path path = root.resolve("model");
    ModelFolder.save(path, new Model(model.network(), model.weights().with("dense/bias", filled)));
    return shop.given(path, ReadOptions.DEFAULT);
  }

  private static Dataset data() {
    return TinyComparison.data();
  }

  private Path make(Prune task) {
    new Maker(shop).make(task);
    return shop.store().folder(task);
  }

  /** Of such a network nothing can be proven. */
  @Test
  void whatIsNotProvenIsNotPrunedUnlessNoProofIsAsked() {
    Given broken = given(Float.NaN);
    Prune task = new Prune(broken, HALF);
    assertThatThrownBy(() -> make(task))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected finite numbers in output 'logits'");
    assertThat(shop.store().folder(task)).doesNotExist();
    Path made = make(new Prune(broken, Settings.with(HALF, "proof", false)));
    assertThat(PrunedFile.find(made).orElseThrow().proof()).isNull();
  }

  @Test
  void theProofIsWrittenDown() {
    Path made = make(new Prune(given(0), HALF));
    assertThat(PrunedFile.find(made).orElseThrow().proof()).isBetween(0.0, 1e-4);
  }

  @Test
  void whatItStartedFromAndWasMeasuredOnIsWrittenAsDigests() {
    Given given = given(0);
    Model before = ModelFolder.load(root.resolve("model"));
    Path made = make(new Prune(given, HALF.measuredOn(TinyComparison.GREY)));
    Map<String, Object> inputs = new RunFolder(made).description().orElseThrow().inputs();
    assertThat(inputs)
        .containsEntry("networkDigest", Digests.of(before.network()))
        .containsEntry("startDigest", Digests.of(before.weights()))
        .containsEntry("dataTrainDigest", data().train().digest())
        .containsEntry("dataTestDigest", data().test().digest());
    assertThat(new RunFolder(made).summary().orElseThrow().weightsDigest())
        .isEqualTo(Digests.of(ModelFolder.load(made).weights()));
  }

  /** Branches that go are named in cut.json, and are gone from the model of the folder. */
  @Test
  void removedBranchesAreWrittenDown() {
    Model plain =
        new Fresh(ArchitectureSpec.of("resnet8").withWidth(0.125), 1)
            .model(shop, Optional.of(data()));
    Model scaled = plain.rewritten(shop.rewrites().get("insert-branch-scales"));
    String scale = "stage2/block1/sum/branch/scale";
    Path path = root.resolve("scaled");
    ModelFolder.save(
        path, new Model(scaled.network(), scaled.weights().with(scale, ShapedArray.scalar(0f))));
    Given given = shop.given(path, ReadOptions.DEFAULT);
    Path made =
        make(new Prune(given, PruneSpec.of(new SparseStructureSelection(), Amount.ofZeros())));
    assertThat(CutFile.read(made.resolve(CutFile.FILE)).branches()).containsExactly(scale);
    assertThat(PrunedFile.find(made).orElseThrow().proof()).isBetween(0.0, 1e-4);
    assertThat(ModelFolder.load(made).weights().names())
        .doesNotContain("stage2/block1/conv1/kernel")
        .contains("stage1/block1/conv1/kernel");
  }
}
