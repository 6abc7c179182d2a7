package org.espalier.pruning.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.framework.training.Extent;
import org.espalier.framework.training.Intervention;
import org.espalier.framework.training.Optimiser;
import org.espalier.framework.training.Step;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Limits;

/**
 * Masks more and more small weights while a network is trained: Zhu and Gupta 2017, "To Prune, or
 * Not to Prune: Exploring the Efficacy of Pruning for Model Compression", section 3. From step
 * {@code begin} to step {@code end} the share that is masked rises as {@code final + (initial -
 * final) (1 - (t - begin) / (end - begin))^3}. What was masked stays so. Of each kernel (scope
 * {@code local}, as in the paper) or of all together exactly {@code int(weights x share)} are
 * masked; each kernel keeps one.
 *
 * @param every how often, from {@code begin} on; once more at {@code end}
 */
@Named(
    value = "gradual-magnitude",
    description =
        "masks more and more of the smallest weights during training"
            + " (Zhu and Gupta 2017, To Prune, or Not to Prune)")
public record GradualMagnitude(
    @Setting("Share of the weights that is masked in the end, from 0 to below 1.")
        double finalSparsity,
    @Setting(value = "Share that is masked at the beginning.", defaultValue = "0")
        double initialSparsity,
    @Setting(value = "Step at which masking begins.", defaultValue = "0ep") Step begin,
    @Setting("Step at which it ends.") Step end,
    @Setting(value = "How often more is masked.", defaultValue = "1ep") Step every,
    @Setting(
            value =
                "Rank weights within their kernel (local: every kernel loses the same share) or against"
                    + " those of all kernels (global).",
            defaultValue = "local")
        Limits.Scope scope,
    @Setting(
            value =
                "Kernels that lose weights: of convolutions (conv) or of dense layers too (all).",
            defaultValue = "conv")
        KernelKind kernels)
    implements Intervention {
  private static final int FLOOR = 1;

  public GradualMagnitude {
    // Written so that NaN fails too.
    if (!(initialSparsity >= 0 && initialSparsity <= finalSparsity && finalSparsity < 1)) {
      throw new UsageException(
          "initial-sparsity and final-sparsity must rise from 0 to below 1, found "
              + initialSparsity
              + " and "
              + finalSparsity);
    }
    if (every.equals(Step.ofEpochs(0))) {
      throw new UsageException("every must be at least one step, found 0");
    }
  }

  @Override
  public Model prepared(Model start, Extent extent) {
    int epoch = extent.stepsPerEpoch();
    long from = begin.toIterations(epoch);
    long to = end.toIterations(epoch);
    if (from > to) {
      throw new UsageException(
          "gradual-magnitude: expected begin before end, found " + begin + " and " + end);
    }
    if (to > extent.steps()) {
      throw new UsageException(
          "gradual-magnitude: end "
              + end
              + " comes after the end of the training, "
              + extent.steps()
              + " steps");
    }
    List<PrunableKernel> found = PrunableKernel.all(start, kernels);
    Model masked =
        start.rewritten(
            new InsertMasks(found.stream().map(PrunableKernel::name).collect(Collectors.toSet())));
    Weights put =
        masks(found, from == 0 ? sparsityAt(0, epoch) : 0).put(masked.network(), masked.weights());
    return new Model(masked.network(), put).silenced();
  }

  @Override
  public boolean actsAfter(long step, int stepsPerEpoch) {
    long from = begin.toIterations(stepsPerEpoch);
    long to = end.toIterations(stepsPerEpoch);
    return step >= from
        && step <= to
        && (step == to || (step - from) % every.toIterations(stepsPerEpoch) == 0);
  }

  /** The share that is to be masked after a step between begin and end. */
  double sparsityAt(long step, int stepsPerEpoch) {
    long from = begin.toIterations(stepsPerEpoch);
    long to = end.toIterations(stepsPerEpoch);
    if (step >= to) {
      return finalSparsity;
    }
    double ahead = 1 - (double) (step - from) / (to - from);
    return finalSparsity + (initialSparsity - finalSparsity) * ahead * ahead * ahead;
  }

  @Override
  public void act(Live live) {
    Weights now = live.weights();
    List<PrunableKernel> found = PrunableKernel.all(new Model(live.network(), now), kernels);
    Masks masks = masks(found, sparsityAt(live.step(), live.extent().stepsPerEpoch()));
    Map<String, ShapedArray> changed = new LinkedHashMap<>();
    masks
        .byParameter()
        .forEach(
            (name, mask) -> {
              changed.put(Masks.nameFor(name), mask);
              changed.put(name, now.get(name).where(mask));
            });
    // Momentum of what is masked would go on moving the variable under its mask.
    live.slots()
        .asMap()
        .forEach(
            (slot, values) -> {
              ShapedArray mask = masks.byParameter().get(Optimiser.parameterOf(slot));
              if (mask != null) {
                changed.put(slot, values.where(mask));
              }
            });
    live.write(Weights.of(changed));
  }

  /**
   * The masks under which such a share of the weights is masked, nested in those that there are.
   */
  private Masks masks(List<PrunableKernel> found, double sparsity) {
    List<RankedWeights> ranked = new ArrayList<>();
    List<double[]> scores = Magnitude.scores(found);
    for (int k = 0; k < found.size(); k++) {
      ranked.add(RankedWeights.of(found.get(k), scores.get(k), "magnitude"));
    }
    int[] gone = scope == Limits.Scope.GLOBAL ? together(ranked, sparsity) : each(found, sparsity);
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    for (int k = 0; k < gone.length; k++) {
      PrunableKernel kernel = found.get(k);
      masks.put(kernel.name(), kernel.mask(ranked.get(k).without(gone[k])));
    }
    return new Masks(masks);
  }

  private static int[] each(List<PrunableKernel> found, double sparsity) {
    return found.stream()
        .mapToInt(k -> more(k.size(), k.count(), sparsity, Math.max(0, k.count() - FLOOR)))
        .toArray();
  }

  private static int[] together(List<RankedWeights> ranked, double sparsity) {
    int size = ranked.stream().mapToInt(k -> k.kernel().size()).reduce(0, Math::addExact);
    int left = ranked.stream().mapToInt(k -> k.kernel().count()).sum();
    RemovalLadder ladder = RemovalLadder.byScore(ranked, FLOOR);
    return ladder.at(more(size, left, sparsity, ladder.lowest()));
  }

  /** How many more go so that a share of all is gone. */
  private static int more(int size, int left, double sparsity, int most) {
    int masked = (int) (size * sparsity);
    return Math.max(0, Math.min(most, masked - (size - left)));
  }
}
