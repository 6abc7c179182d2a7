package org.espalier.pruning.weights;

import java.util.List;
import java.util.Map;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.Model;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.KernelWork;
import org.espalier.graphs.ops.Work;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;

/** What a network costs without the weights that are gone, as more and more go. */
final class MaskedCost {
  private final List<PrunableKernel> kernels;
  private final Map<String, Work> each;
  private final CutCost dense;
  private final long parameters;
  private final long macs;

  MaskedCost(List<PrunableKernel> kernels, Evidence evidence) {
    ChannelAnalysis analysis = evidence.analysis();
    this.kernels = kernels;
    this.each = KernelWork.ofOneWeight(analysis.network(), analysis.facts());
    this.dense = new CutCost(analysis);
    long[] left = {
      evidence.network().parameters(ParameterKind::isCounted).stream()
          .mapToLong(p -> p.shape().elements())
          .sum(),
      dense.macs(new Cut("none", Map.of(), List.of()))
    };
    for (PrunableKernel k : kernels) {
      take(left, k.parameter(), k.size() - k.count());
    }
    new Model(evidence.network(), evidence.weights())
        .masks()
        .forEach(
            (name, mask) -> {
              if (kernels.stream().noneMatch(k -> k.name().equals(name))) {
                take(left, evidence.network().parameter(name), zeros(mask));
              }
            });
    parameters = left[0];
    macs = left[1];
  }

  private void take(long[] left, Parameter parameter, long gone) {
    left[0] -= parameter.kind().isCounted() ? gone : 0;
    left[1] -= gone * each.getOrDefault(parameter.name(), Work.NONE).macs();
  }

  private static long zeros(ShapedArray mask) {
    long zeros = 0;
    for (float m : mask.values()) {
      zeros += m == 0f ? 1 : 0;
    }
    return zeros;
  }

  /** Sentences on the nodes whose multiply-accumulates are not known. */
  List<String> open() {
    return dense.open();
  }

  /** Values that are trained and not masked when so many more go from each kernel. */
  long parameters(int[] gone) {
    long cost = parameters;
    for (int g : gone) {
      cost -= g;
    }
    return cost;
  }

  /** Multiply-accumulates for one image by weights that are not masked. */
  long macs(int[] gone) {
    long cost = macs;
    for (int k = 0; k < gone.length; k++) {
      cost -= gone[k] * each.getOrDefault(kernels.get(k).name(), Work.NONE).macs();
    }
    return cost;
  }
}
