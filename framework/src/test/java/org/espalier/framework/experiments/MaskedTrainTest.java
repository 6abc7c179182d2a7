package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.training.Adam;
import org.espalier.framework.training.Penalty;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Sgd;
import org.espalier.framework.training.StoppedException;
import org.espalier.graphs.FreshScale;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The training of a masked model, from its file to that of its result. */
class MaskedTrainTest {
  private static final Recipe SHORT = TinyJobs.recipe(2, 12, 0.02);

  @TempDir Path root;

  private final Model masked = masked();
  private Workshop shop;
  private Given given;

  /** Four fifths of each kernel are masked, and zero. */
  private static Model masked() {
    Network network = TinyJobs.network();
    Model model =
        new Model(network, network.initialise(1)).rewritten(InsertMasks.onKernels(network));
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    for (Parameter p : network.parameters(ParameterKind::isKernel)) {
      RandomStream random = RandomStream.of(3, p.name());
      float[] mask = new float[(int) p.shape().elements()];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = random.nextInt(5) == 0 ? 1 : 0;
      }
      masks.put(p.name(), new ShapedArray(p.shape(), mask));
    }
    return new Model(model.network(), new Masks(masks).put(model.network(), model.weights()))
        .silenced();
  }

  @BeforeEach
  void saveIt() {
    shop = TinyTasks.shop(root);
    ModelFolder.save(root.resolve("masked"), masked);
    given = shop.given(root.resolve("masked"), ReadOptions.DEFAULT);
  }

  private Model made(Task task) {
    return ModelFolder.load(shop.store().folder(task));
  }

  static List<Recipe> recipes() {
    List<Penalty> penalties =
        List.of(Penalty.parse("l1:conv-kernel:0.001"), Penalty.parse("l2:dense-kernel:0.01"));
    return List.of(
        SHORT.withOptimiser(new Sgd(0.9, true)).withWeightDecay(0.01),
        SHORT.withOptimiser(new Sgd(0.9, false)).withPenalties(penalties),
        SHORT.withOptimiser(new Adam(0.9, 0.999, 1e-8)).withWeightDecay(0.01),
        SHORT.withOptimiser(new Adam(0.9, 0.999, 1e-8)).withPenalties(penalties));
  }

  /** With momentum, decay and penalties, also when it crashed and was stopped on the way. */
  @ParameterizedTest
  @MethodSource("recipes")
  void whatIsMaskedStaysExactlyZero(Recipe recipe) {
    Train task = TinyTasks.train(given, recipe, 1);
    RunSummary end = TinyTasks.make(task, shop);
    Model trained = made(task);
    assertThat(trained.masks()).isEqualTo(masked.masks());
    trained
        .masks()
        .forEach(
            (name, mask) -> {
              float[] before = masked.weights().get(name).values();
              float[] after = trained.weights().get(name).values();
              int moved = 0;
              for (int i = 0; i < after.length; i++) {
                if (mask.values()[i] == 0) {
                  assertThat(after[i]).as(name).isZero();
                } else {
                  moved += after[i] != before[i] ? 1 : 0;
                }
              }
              assertThat(moved).as(name).isPositive();
            });
    Workshop other = TinyTasks.shop(root.resolve("other"));
    Train again = TinyTasks.train(given, recipe, 1);
    assertThatThrownBy(() -> TinyTasks.make(again, other.with(TinyTasks.crashAfter(5))))
        .hasMessage("crashed");
    assertThatThrownBy(() -> TinyTasks.make(again, other.with(TinyTasks.stopAfter(2))))
        .isInstanceOf(StoppedException.class);
    assertThat(TinyTasks.make(again, other).weightsDigest()).isEqualTo(end.weightsDigest());
  }

  @Test
  void theSummaryTellsWhatIsNotMasked() {
    Train task = TinyTasks.train(given, SHORT, 1);
    RunSummary end = TinyTasks.make(task, shop);
    Cost cost = TestNetworks.WIRED.costs().of(masked);
    assertThat(end.macs()).isEqualTo(cost.macs());
    assertThat(end.effective()).isEqualTo(cost.spent());
    assertThat(end.effective().macs()).isBetween(cost.macs() / 6, cost.macs() / 4);
    assertThat(new RunFolder(shop.store().folder(task)).summary()).contains(end);
    Train dense = TinyTasks.train(1, 1);
    assertThat(TinyTasks.make(dense, shop).effective()).isNull();
  }

  /** The scratch arms: the masks of the pruned network, and fresh weights of the right spread. */
  @Test
  void freshWeightsAreMaskedAndSpreadByDensity() {
    Train scratch = TinyTasks.train(given, SHORT, 1).fresh(9);
    Train dense = scratch.spread(FreshScale.DENSE);
    TinyTasks.make(scratch, shop);
    TinyTasks.make(dense, shop);
    assertThat(start(scratch)).isEqualTo(Digests.of(masked.fresh(9).weights()));
    assertThat(start(dense)).isEqualTo(Digests.of(masked.fresh(9, FreshScale.DENSE).weights()));
    assertThat(start(dense)).isNotEqualTo(start(scratch));
    assertThat(made(scratch).masks()).isEqualTo(masked.masks());
    assertThat(scratch.key()).isNotEqualTo(dense.key());
    assertThat(scratch.spread(FreshScale.DENSITY).key()).isEqualTo(scratch.key());
  }

  private Object start(Task task) {
    return new RunFolder(shop.store().folder(task))
        .description()
        .orElseThrow()
        .inputs()
        .get("startDigest");
  }

  /** By the FLOPs of weights that are not masked, before and after. */
  @Test
  void asMuchComputationCountsWhatIsNotMasked() {
    Cost.Effective half = new Cost.Effective(5, 50, 500);
    Cost.Effective sixth = new Cost.Effective(2, 20, 166);
    write(null, sixth);
    assertThat(epochs()).isEqualTo(12); // 2 x 1000 / 166
    write(half, sixth);
    assertThat(epochs()).isEqualTo(6); // 2 x 500 / 166
    write(half, null);
    assertThat(PrunedFile.find(root.resolve("masked")).orElseThrow().spent())
        .isEqualTo(new Cost.Effective(10, 100, 1000));
  }

  private void write(Cost.Effective before, Cost.Effective after) {
    new PrunedFile(
            "", "", "", 10, 100, 1000, 10, 100, 1000, null, null, null, null, List.of(), false,
            before, after, 0, 0)
        .write(root.resolve("masked"));
  }

  private int epochs() {
    Train task = TinyTasks.train(given, SHORT, 1).sameCompute(Optional.empty());
    Preview preview = task.preview(shop).orElseThrow();
    int told = task.recipe(preview, shop).epochs();
    assertThat(task.job(shop).recipe().epochs()).isEqualTo(told);
    return told;
  }
}
