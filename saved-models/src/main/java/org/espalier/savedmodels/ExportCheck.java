package org.espalier.savedmodels;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.RandomInputs;
import org.espalier.framework.sessions.LoadedModel;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Outputs;
import org.espalier.framework.sessions.Predictor;
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

  /** What is to compute the same as a network. */
  private interface Other {
    Outputs outputs(Network offered, Map<String, ShapedArray> inputs);
  }

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
    Other loaded =
        (offered, inputs) ->
            LoadedModel.call(folder, SavedModelProto.TAG, offered, inputs, machine);
    if (!WithoutRounding.changes(model.network())) {
      return compared(model, loaded);
    }
    Model smooth = made.rewritten(new WithoutRounding(rules));
    return compared(made, loaded)
        .or(
            compared(
                model.rewritten(new WithoutRounding(rules)),
                (offered, inputs) -> outputs(bySignature(smooth, offered.signature()), inputs)));
  }

  private static Model bySignature(Model model, String signature) {
    return model.network().offered().stream()
        .filter(n -> n.signature().equals(signature))
        .findFirst()
        .map(n -> new Model(n, model.weights()))
        .orElseThrow();
  }

  private Agreement compared(Model model, Other other) {
    Agreement worst = null;
    for (Network offered : model.network().offered()) {
      Agreement found = bySignature(new Model(offered, model.weights()), other);
      worst = worst == null ? found : worst.or(found);
    }
    return worst;
  }

  private Agreement bySignature(Model model, Other other) {
    Network network = model.network();
    boolean large =
        RandomInputs.of(network, 1, 0).values().stream()
            .anyMatch(input -> input.shape().elements() > LARGE);
    Agreement worst = null;
    BadInputException notFinite = null;
    for (RandomInputs.Range range : RandomInputs.Range.values()) {
      Map<String, ShapedArray> inputs =
          RandomInputs.of(network, large ? LARGE_IMAGES : IMAGES, 0, range);
      Outputs expected = outputs(model, inputs);
      try {
        Agreement.checkFinite(name, expected.numbers());
      } catch (BadInputException e) {
        notFinite = e;
        continue;
      }
      Agreement agreement = Agreement.of(name, expected, other.outputs(network, inputs));
      worst = worst == null ? agreement : worst.or(agreement);
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

  private Outputs outputs(Model model, Map<String, ShapedArray> inputs) {
    try (Predictor predictor = new Predictor(model, machine)) {
      return predictor.computed(inputs);
    }
  }
}
