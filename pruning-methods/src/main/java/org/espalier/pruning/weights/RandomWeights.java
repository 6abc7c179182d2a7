package org.espalier.pruning.weights;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Pruned;
import org.espalier.pruning.PruningMethod;

/**
 * The control for every method that claims to know which weights matter: as many weights of each
 * kernel go as the other method takes, but they are drawn at random. Frankle et al. 2021, "Pruning
 * Neural Networks at Initialization: Why Are We Missing the Mark?", section 5, shuffle masks within
 * layers so. Each kernel has a random stream of its own.
 *
 * @param like whose allocation it is the control for. Of a ratio in scope {@code local} all methods
 *     make the same
 */
@Named(
    value = "random-weights",
    description =
        "masks weights drawn at random, of each kernel as many as another method does, whose control"
            + " it is (Frankle et al. 2021, Pruning Neural Networks at Initialization)")
public record RandomWeights(
    @Setting(value = "Seed of the draw.", defaultValue = "1") long seed,
    @Setting(
            value = "The method that says how many weights of each kernel go.",
            standard = Magnitude.class)
        WeightScoringMethod like)
    implements PruningMethod {
  @Override
  public boolean masksWeights() {
    return true;
  }

  /** The allocation is that of the other method in the same run. */
  @Override
  public PruningMethod drawingBy(long drawn) {
    return new RandomWeights(drawn, (WeightScoringMethod) like.drawingBy(drawn));
  }

  @Override
  public Pruned prune(Evidence evidence, Amount amount) {
    MaskLowest other = new MaskLowest(like, evidence, amount);
    int[] gone = other.gone();
    List<PrunableKernel> kernels = other.kernels();
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    for (int k = 0; k < gone.length; k++) {
      PrunableKernel kernel = kernels.get(k);
      RandomStream stream = RandomStream.of(seed, "random-weights", kernel.name());
      double[] drawn = Arrays.stream(stream.permutation(kernel.size())).asDoubleStream().toArray();
      boolean[] stays = RankedWeights.of(kernel, drawn, "random").without(gone[k]);
      masks.put(kernel.name(), kernel.mask(stays));
    }
    return Pruned.of(new Masks(masks)).withNotes(other.notes(gone));
  }
}
