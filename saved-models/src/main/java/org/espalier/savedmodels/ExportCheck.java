package org.espalier.savedmodels;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.RandomInputs;
import org.espalier.framework.sessions.LoadedModel;
import org.espalier.framework.sessions.Machine;
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
   * Loads the SavedModel and compares, on normal inputs or, where rounding is all that those show,
   * on pixels. A mistake shows on both.
   *
   * @param folder that holds {@code saved_model.pb}
   * @param name what to call it
   * @throws BadInputException if the outputs differ by more than the tolerance, or are not numbers
   */
  static Agreement of(Path folder, String name, Model model, Machine machine) {
    Network network = model.network();
    boolean large =
        RandomInputs.of(network, 1, 0).values().stream()
            .anyMatch(input -> input.shape().elements() > LARGE);
    Agreement closest = null;
    for (RandomInputs.Range range : RandomInputs.Range.values()) {
      Map<String, ShapedArray> inputs =
          RandomInputs.of(network, large ? LARGE_IMAGES : IMAGES, 0, range);
      Agreement found = on(folder, name, model, inputs, machine);
      if (found.holds()) {
        return found;
      }
      closest = closest == null || found.relative() < closest.relative() ? found : closest;
    }
    throw new BadInputException(
        String.format(
                Locale.ROOT,
                "%s: expected the network's outputs (up to %.4g) within %.1g of the largest, found a",
                name,
                closest.largest(),
                Agreement.TOLERANCE)
            + String.format(Locale.ROOT, " difference of %.4g", closest.difference()));
  }

  private static Agreement on(
      Path folder, String name, Model model, Map<String, ShapedArray> inputs, Machine machine) {
    Map<String, ShapedArray> expected;
    try (Predictor predictor = new Predictor(model, machine)) {
      expected = predictor.outputs(inputs);
    }
    Map<String, ShapedArray> found =
        LoadedModel.call(folder, SavedModelProto.TAG, model.network(), inputs, machine);
    return Agreement.of(name, expected, found);
  }
}
