package org.espalier.framework.checks;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Outputs;
import org.espalier.framework.sessions.Predictor;
import org.espalier.framework.sessions.SideBySide;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.rewrites.WithoutRounding;

/**
 * Proof that channels were removed and nothing else: the network with them masked to silence and
 * the network without them compute the same numbers.
 */
public final class CutCheck {
  /** Images of {@link #proof}. */
  public static final int PROOF = 2;

  private static final long SEED = 7;

  private CutCheck() {}

  /**
   * Runs both on the same random inputs, by every signature.
   *
   * @param before the weights of the network that was analysed
   * @param images how many; both networks take them at once
   */
  public static Agreement of(
      ChannelAnalysis analysis,
      Weights before,
      Cut cut,
      Model removed,
      int images,
      Machine machine) {
    Masks masks = Masks.silencing(cut, analysis);
    Rewritten masked = new InsertMasks(masks.byParameter().keySet()).apply(analysis.network());
    Weights silenced = masks.put(masked.network(), masked.carry().apply(before));
    OpRules rules = analysis.facts().rules();
    List<Network> expected = comparable(masked.network(), rules).offered();
    List<Network> found = comparable(removed.network(), rules).offered();
    Agreement worst = null;
    Set<List<Object>> seen = new HashSet<>();
    for (int i = 0; i < expected.size(); i++) {
      if (!seen.add(List.of(expected.get(i).inputs(), expected.get(i).outputs()))) {
        continue; // the same tensors under the same names
      }
      Map<String, ShapedArray> inputs = RandomInputs.of(expected.get(i), images, SEED);
      Model masking = new Model(expected.get(i), silenced);
      Model without = new Model(found.get(i), removed.weights());
      Agreement agreement =
          SideBySide.of(
              () -> outputs(masking, inputs, machine),
              () -> outputs(without, inputs, machine),
              (a, b) -> Agreement.of(removed.network().name(), a, b));
      worst = worst == null ? agreement : worst.or(agreement);
    }
    return worst;
  }

  /**
   * The same on two inputs, insisting.
   *
   * @throws BadInputException if the outputs differ
   */
  public static Agreement proof(
      ChannelAnalysis analysis, Weights before, Cut cut, Model removed, Machine machine) {
    Agreement proof = of(analysis, before, cut, removed, PROOF, machine);
    if (!proof.holds()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: the pruned network differs from the masked one by %.2g of the largest output;"
                  + " exclude groups to find which is at fault",
              analysis.network().name(),
              proof.relative()));
    }
    return proof;
  }

  /** What is rounded on the way would make steps of differences that mean nothing. */
  private static Network comparable(Network network, OpRules rules) {
    return WithoutRounding.changes(network)
        ? new WithoutRounding(rules).apply(network).network()
        : network;
  }

  private static Outputs outputs(Model model, Map<String, ShapedArray> inputs, Machine machine) {
    try (Predictor predictor = Predictor.forFewRuns(model, machine)) {
      return predictor.computed(inputs);
    }
  }
}
