package org.espalier.pruning.weights;

import java.util.List;
import org.espalier.framework.evidence.Evidence;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Pruned;
import org.espalier.pruning.PruningMethod;

/**
 * A method that masks the weights with the lowest scores. All that it has to say is how much a
 * weight matters; which go follows from the scores and the amount: of each kernel the same share
 * (scope {@code local}), or those that are lowest among all kernels (scope {@code global}).
 */
public interface WeightScoringMethod extends PruningMethod {
  /** Which kernels lose weights. */
  KernelKind kernels();

  /**
   * How much each weight matters; higher stays longer.
   *
   * @return for each kernel as many finite numbers as it has weights; those of weights that are
   *     gone are not looked at
   */
  List<double[]> scores(List<PrunableKernel> kernels, Evidence evidence);

  /**
   * Whether ranking the weights of a kernel among themselves says something of its own.
   *
   * @return why not, in a sentence; usually empty
   */
  default String refusesLocal() {
    return "";
  }

  @Override
  default boolean masksWeights() {
    return true;
  }

  @Override
  default Pruned prune(Evidence evidence, Amount amount) {
    return new MaskLowest(this, evidence, amount).pruned();
  }
}
