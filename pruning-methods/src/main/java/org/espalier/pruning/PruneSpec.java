package org.espalier.pruning;

import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.MaybeData;
import org.espalier.graphs.settings.Setting;

/**
 * How a model is pruned.
 *
 * @param measured what its accuracy is measured on, before and after
 * @param select let a branch that leaves a trunk read a selection of its channels
 * @param proof whether to run the masked and the pruned network on random inputs and compare them
 */
public record PruneSpec(
    @Setting(value = "Pruning method: {pruning methods}.", inline = true, standard = L1Norm.class)
        PruningMethod method,
    @Setting(value = "", inline = true) Amount amount,
    @Setting(value = "", inline = true) MaybeData measured,
    @Setting(
            value =
                "Let a branch that leaves a trunk read a selection of its channels, so that the branch"
                    + " can be cut and the trunk keeps its width.",
            defaultValue = "false")
        boolean select,
    @Setting(
            value = "Run the masked and the pruned network on random inputs and compare them.",
            defaultValue = "true",
            identity = false)
        boolean proof) {
  /** With a proof and without a measurement. */
  public static PruneSpec of(PruningMethod method, Amount amount) {
    return new PruneSpec(method, amount, MaybeData.NONE, false, true);
  }

  /** The same, measured on a data set. */
  public PruneSpec measuredOn(DataSpec images) {
    return new PruneSpec(method, amount, MaybeData.of(images), select, proof);
  }
}
