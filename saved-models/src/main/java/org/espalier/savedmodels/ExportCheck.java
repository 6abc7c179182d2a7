package org.espalier.savedmodels;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.RandomInputs;
import org.espalier.framework.sessions.LoadedModel;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Outputs;
import org.espalier.framework.sessions.Predictor;
import org.espalier.framework.sessions.SideBySide;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.WithoutRounding;

/**
 * Proof that an exported model computes what the network computes: both see the same random inputs.
 *
 * @param folder that holds {@code saved_model.pb}
 * @param name what to call it
 */
record ExportCheck(Path folder, String name, OpRules rules, Machine machine) {
  private static final int IMAGES = 8;

  /** Large images take long, and fewer of them prove as much. */
  private static final int LARGE_IMAGES = 2;

  private static final long LARGE = 64 * 64 * 3;

  /**
   * Loads the SavedModel and compares, by every signature, on normal inputs and on pixels: a
   * mistake may show on one of them alone, so both must agree. Inputs for which the network itself
   * has no finite numbers prove nothing and are passed over, unless that leaves none.
   *
   * <p>A network that rounds what it computes on the way makes steps of the least differences. The
   * file must do what was written to it, steps and all; that must do what the network does but for
   * the steps.
   *
   * @param model what was exported
   * @param made what was written, in the form that is served
   * @return the worst that was found
   * @throws BadInputException if the outputs differ by more than the tolerance, or are not numbers
   */
  Agreement of(Model model, Model made) {
    if (!WithoutRounding.changes(model.network())) {
      return compared(model, this::served);
    }
    Model smooth = made.rewritten(new WithoutRounding(rules));
    return compared(made, this::served)
        .or(
            compared(
                model.rewritten(new WithoutRounding(rules)), asked -> computed(smooth, asked)));
  }

  /**
   * What a signature is asked.
   *
   * @param inputs of each range
   */
  private record Asked(Network offered, List<Map<String, ShapedArray>> inputs) {
    static Asked of(Network network) {
      boolean large =
          RandomInputs.of(network, 1, 0).values().stream()
              .anyMatch(input -> input.shape().elements() > LARGE);
      return new Asked(
          network,
          Stream.of(RandomInputs.Range.values())
              .map(range -> RandomInputs.of(network, large ? LARGE_IMAGES : IMAGES, 0, range))
              .toList());
    }
  }

  /**
   * @param other the answers of what is to compute the same: of each signature, for each range
   */
  private Agreement compared(Model model, Function<List<Asked>, List<List<Outputs>>> other) {
    List<Asked> asked = model.network().offered().stream().map(Asked::of).toList();
    return SideBySide.of(
        () -> computed(model, asked),
        () -> other.apply(asked),
        (expected, found) -> {
          Agreement worst = null;
          for (int i = 0; i < asked.size(); i++) {
            Agreement one = agreement(expected.get(i), found.get(i));
            worst = worst == null ? one : worst.or(one);
          }
          return worst;
        });
  }

  /** Signatures that feed and fetch the same tensors under the same names are computed once. */
  private List<List<Outputs>> computed(Model model, List<Asked> asked) {
    Map<List<Object>, List<Outputs>> known = new HashMap<>();
    List<List<Outputs>> all = new ArrayList<>();
    for (Asked one : asked) {
      Model offered = bySignature(model, one.offered().signature());
      List<Object> endpoints = List.of(offered.network().inputs(), offered.network().outputs());
      all.add(known.computeIfAbsent(endpoints, key -> computed(offered, one)));
    }
    return all;
  }

  private List<Outputs> computed(Model model, Asked asked) {
    try (Predictor predictor = Predictor.forFewRuns(model, machine)) {
      return asked.inputs().stream().map(predictor::computed).toList();
    }
  }

  private static Model bySignature(Model model, String signature) {
    return model.network().offered().stream()
        .filter(n -> n.signature().equals(signature))
        .findFirst()
        .map(n -> new Model(n, model.weights()))
        .orElseThrow();
  }

  /** What comes out where TensorFlow has loaded the SavedModel. */
  private List<List<Outputs>> served(List<Asked> asked) {
    try (LoadedModel loaded = LoadedModel.open(folder, SavedModelProto.TAG, machine)) {
      return asked.stream()
          .map(one -> one.inputs().stream().map(in -> loaded.call(one.offered(), in)).toList())
          .toList();
    }
  }

  private Agreement agreement(List<Outputs> expected, List<Outputs> found) {
    Agreement worst = null;
    BadInputException notFinite = null;
    for (int i = 0; i < expected.size(); i++) {
      try {
        Agreement.checkFinite(name, expected.get(i).numbers());
      } catch (BadInputException e) {
        notFinite = e;
        continue;
      }
      Agreement one = Agreement.of(name, expected.get(i), found.get(i));
      worst = worst == null ? one : worst.or(one);
    }
    if (worst == null) {
      throw notFinite;
    }
    return insisted(worst);
  }

  private Agreement insisted(Agreement found) {
    if (!found.holds()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected the network's outputs (up to %.4g) within %.1g of the largest, found a"
                  + " difference of %.4g",
              name,
              found.largest(),
              Agreement.TOLERANCE,
              found.difference()));
    }
    return found;
  }
}
