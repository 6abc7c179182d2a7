package org.espalier.pruning.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.evidence.SampledEvidence;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Decision;
import org.espalier.pruning.Limits;
import org.espalier.pruning.Pruning;
import org.espalier.pruning.PruningMethod;
import org.espalier.pruning.comparison.TinyComparison;

/** Small models, and what comes of masking them. */
final class Small {
  private Small() {}

  /** Two convolutions of 4 channels, [3,3,3,4] and [3,3,4,4], and dense layers. */
  static Network conv2() {
    return Pruning.WIRED
        .architectures()
        .get("conv2")
        .build(Options.CIFAR10.withWidthFactor(0.0625));
  }

  /** For the grey images of {@link TinyComparison}. */
  static Network resNet() {
    return Pruning.WIRED.architectures().get("resnet8").build(new Options(10, 10, 1, 10, 0.125));
  }

  static Model model(Network network) {
    return new Model(network, network.initialise(3));
  }

  static Amount globally(double ratio) {
    return Amount.ratio(ratio).with(l -> l.scope(Limits.Scope.GLOBAL));
  }

  static Decision prune(PruningMethod method, Model model, Amount amount) {
    return Pruning.WIRED.pruner().decide(method, model, amount);
  }

  static SampledEvidence evidence(Model model, Dataset data) {
    return new SampledEvidence(
        ChannelAnalysis.of(model.network(), Pruning.WIRED.rules()),
        model.weights(),
        Optional.of(data),
        Machine.threads(1));
  }

  static Decision prune(PruningMethod method, Model model, Amount amount, Dataset data) {
    return Pruning.WIRED.pruner().decide(method, evidence(model, data), amount);
  }

  /** How many weights each masked kernel keeps, by name. */
  static Map<String, Integer> left(Model model) {
    Map<String, Integer> left = new TreeMap<>();
    model.masks().forEach((name, mask) -> left.put(name, kept(mask).size()));
    return left;
  }

  static int total(Model model) {
    return left(model).values().stream().mapToInt(n -> n).sum();
  }

  /** Where a mask is one. */
  static List<Integer> kept(ShapedArray mask) {
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < mask.values().length; i++) {
      if (mask.values()[i] == 1f) {
        kept.add(i);
      }
    }
    return kept;
  }

  /** Fails unless what one model masks, the other masks too. */
  static void assertNested(Model inner, Model outer) {
    outer
        .masks()
        .forEach(
            (name, mask) -> {
              if (!kept(mask).containsAll(kept(inner.masks().get(name)))) {
                throw new AssertionError(name + " has weights again that were masked");
              }
            });
  }
}
