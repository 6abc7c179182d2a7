package org.espalier.framework.sessions;

import java.util.Map;
import org.espalier.framework.training.Threads;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.rewrites.Rewritten;

/**
 * Proof that channels were removed and nothing else: the network with them masked to silence and
 * the network without them compute the same numbers.
 */
public final class CutCheck {
  private static final long SEED = 7;

  private CutCheck() {}

  /**
   * Runs both on the same random inputs.
   *
   * @param weights of the network before the cut
   * @param images how many; both networks take them at once
   */
  public static Agreement of(
      ChannelAnalysis analysis,
      Weights weights,
      Cut cut,
      Network removed,
      Weights removedWeights,
      int images,
      Threads threads) {
    Masks masks = Masks.silencing(cut, analysis);
    Rewritten masked = new InsertMasks(masks.byParameter().keySet()).apply(analysis.network());
    Map<String, ShapedArray> inputs = RandomInputs.of(analysis.network(), images, SEED);
    Map<String, ShapedArray> expected =
        outputs(
            masked.network(),
            masks.put(masked.network(), masked.carry().apply(weights)),
            inputs,
            threads);
    return Agreement.of(
        removed.name(), expected, outputs(removed, removedWeights, inputs, threads));
  }

  private static Map<String, ShapedArray> outputs(
      Network network, Weights weights, Map<String, ShapedArray> inputs, Threads threads) {
    try (Predictor predictor = new Predictor(network, weights, threads)) {
      return predictor.outputs(inputs);
    }
  }
}
