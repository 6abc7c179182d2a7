package org.espalier.lottery;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Store;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.pruning.Prune;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.Telling;

/** Tells of each arm of a lottery which ticket it is, and what the lottery answers. */
public final class LotteryTelling implements Telling {
  private final Map<String, LotteryArm> arms;
  private final Store store;
  private final Map<String, Double> densities = new HashMap<>();

  public LotteryTelling(Lottery lottery, Store store) {
    this.arms =
        lottery.drawn().stream().collect(Collectors.toMap(a -> key(a.name(), a.seed()), a -> a));
    this.store = store;
  }

  private static String key(String name, long seed) {
    return name + " " + seed;
  }

  @Override
  public ArmResult told(ArmResult result, Arm arm) {
    LotteryArm known = arms.get(key(arm.name(), arm.seed()));
    double density = known.drawn().map(this::density).orElse(1.0);
    return result.ticket(known.arm(), known.round(), density, known.learningRate(), known.start());
  }

  /**
   * What is left of the kernels that lose weights, counted to the weight; of a cut what is left of
   * all parameters.
   */
  private double density(Prune drawn) {
    Double known = densities.get(drawn.key());
    if (known == null) {
      Path folder = store.folder(drawn);
      boolean masked = !ModelFolder.loadNetwork(folder).masks().isEmpty();
      known = masked ? new Masks(ModelFolder.load(folder).masks()).density() : cut(drawn);
      densities.put(drawn.key(), known);
    }
    return known;
  }

  /** Cuts of cuts: of what the first found. */
  private double cut(Prune drawn) {
    PrunedFile file = PrunedFile.find(store.folder(drawn)).orElseThrow();
    OptionalDouble before = earlier(drawn);
    return before.orElse(1) * file.parameters() / file.parentParameters();
  }

  private OptionalDouble earlier(Prune drawn) {
    return drawn.needs().stream()
        .flatMap(training -> training.needs().stream())
        .filter(Prune.class::isInstance)
        .mapToDouble(task -> density((Prune) task))
        .findFirst();
  }

  @Override
  public List<String> read(List<ArmResult> results, int testImages) {
    return LotteryReading.of(results, testImages);
  }
}
