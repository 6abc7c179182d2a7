package org.espalier.lottery;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Store;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.pruning.Prune;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.Telling;

/** Tells of each arm of a lottery which ticket it is, and what the lottery answers. */
public final class LotteryTelling implements Telling {
  /** Masks that share by so much more or less than chance does are worth a word. */
  private static final double NOTABLE = 0.01;

  private final List<LotteryArm> arms;
  private final List<LotteryPath> paths;
  private final Map<String, LotteryArm> byName;
  private final Store store;
  private final Map<String, Double> densities = new HashMap<>();

  public LotteryTelling(Lottery lottery, Store store) {
    this.arms = lottery.drawn();
    this.paths = lottery.paths();
    this.byName = arms.stream().collect(Collectors.toMap(a -> key(a.name(), a.seed()), a -> a));
    this.store = store;
  }

  private static String key(String name, long seed) {
    return name + " " + seed;
  }

  @Override
  public ArmResult told(ArmResult result, Arm arm) {
    LotteryArm known = byName.get(key(arm.name(), arm.seed()));
    return result.ticket(
        known.arm(), known.round(), density(known.drawn()), known.learningRate(), known.start());
  }

  private double density(Optional<Prune> drawn) {
    return drawn.map(this::density).orElse(1.0);
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
    List<String> sentences = new ArrayList<>(LotteryReading.of(results, testImages));
    sentences.addAll(new Stability(store, path -> density(path.drawn()), testImages).read(paths));
    Map<Double, List<LotteryArm>> tickets =
        arms.stream()
            .filter(a -> a.arm().equals(LotteryArm.TICKET))
            .collect(
                Collectors.groupingBy(
                    LotteryArm::learningRate, LinkedHashMap::new, Collectors.toList()));
    tickets.forEach((rate, own) -> overlaps(own).ifPresent(o -> sentences.add(told(rate, o))));
    return sentences;
  }

  private static String told(double rate, String overlap) {
    return String.format(
        Locale.ROOT, "Learning rate %s: masks of different seeds %s", rate, overlap);
  }

  /**
   * What masks of different seeds have in common beyond chance; nothing where nothing is masked.
   */
  private Optional<String> overlaps(List<LotteryArm> tickets) {
    Map<Integer, List<Prune>> rounds = new TreeMap<>();
    tickets.forEach(
        t ->
            rounds.computeIfAbsent(t.round(), k -> new ArrayList<>()).add(t.drawn().orElseThrow()));
    int looked = 0;
    List<String> beyond = new ArrayList<>();
    for (List<Prune> drawn : rounds.values()) {
      List<Map<String, ShapedArray>> masks =
          drawn.stream().map(d -> ModelFolder.load(store.folder(d)).masks()).toList();
      if (drawn.size() < 2 || masks.stream().anyMatch(Map::isEmpty)) {
        continue;
      }
      looked++;
      MaskOverlap overlap = MaskOverlap.of(masks);
      if (Math.abs(overlap.shared() - overlap.chance()) > NOTABLE) {
        beyond.add(
            String.format(
                Locale.ROOT,
                "%.0f %% at %s left (by chance %.0f %%)",
                100 * overlap.shared(),
                LotteryReading.percent(density(drawn.get(0))),
                100 * overlap.chance()));
      }
    }
    if (looked == 0) {
      return Optional.empty();
    }
    return Optional.of(
        beyond.isEmpty()
            ? "share as many weights as masks drawn at random, to a point, at every density."
            : "share of the weights that one keeps " + String.join(", ", beyond) + ".");
  }
}
