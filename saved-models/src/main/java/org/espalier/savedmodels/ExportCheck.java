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

/**
 * Proof that an exported model computes what the network computes: both see the same random inputs.
 */
final class ExportCheck {
  private static final int IMAGES = 8;

  /** Large images take long, and fewer of them prove as much. */
  private static final int LARGE_IMAGES = 2;

  private static final long LARGE = 64 * 64 * 3;

  private ExportCheck() {}

  /**
   * Loads the SavedModel and compares, by every signature, on normal inputs and on pixels: a
   * mistake may show on one of them alone, so both must agree. Inputs for which the network itself
   * has no finite numbers prove nothing and are passed over, unless that leaves none.
   *
   * @param folder that holds {@code saved_model.pb}
   * @param name what to call it
   * @return the worst that was found
   * @throws BadInputException if the outputs differ by more than the tolerance, or are not numbers
   */
  static Agreement of(Path folder, String name, Model model, Machine machine) {
    Agreement worst = null;
    for (Network offered : model.network().offered()) {
      Agreement found = bySignature(folder, name, new Model(offered, model.weights()), machine);
      worst = worst == null ? found : worst.or(found);
    }
    return worst;
  }

  private static Agreement bySignature(Path folder, String name, Model model, Machine machine) {
    Network network = model.network();
    boolean large =
        RandomInputs.of(network, 1, 0).values().stream()
            .anyMatch(input -> input.shape().elements() > LARGE);
    Agreement worst = null;
    BadInputException notFinite = null;
    for (RandomInputs.Range range : RandomInputs.Range.values()) {
      Map<String, ShapedArray> inputs =
          RandomInputs.of(network, large ? LARGE_IMAGES : IMAGES, 0, range);
      Outputs expected = outputs(model, inputs, machine);
      try {
        Agreement.checkFinite(name, expected.numbers());
      } catch (BadInputException e) {
        notFinite = e;
        continue;
      }
      Outputs found = LoadedModel.call(folder, SavedModelProto.TAG, network, inputs, machine);
      Agreement agreement = Agreement.of(name, expected, found);
      worst = worst == null ? agreement : worst.or(agreement);
    }
    if (worst == null) {
      throw notFinite;
    }
    return insisted(name, worst);
  }

  private static Agreement insisted(String name, Agreement found) {
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

  private static Outputs outputs(Model model, Map<String, ShapedArray> inputs, Machine machine) {
    try (Predictor predictor = new Predictor(model, machine)) {
      return predictor.computed(inputs);
    }
  }
}
