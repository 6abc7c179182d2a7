package org.espalier.pruning.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.Kernels;
import org.espalier.graphs.Model;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Limits;
import org.espalier.pruning.Pruned;
import org.espalier.pruning.PruningMethod;

/**
 * Of each {@code m} weights that follow one another along a kernel's input channels the {@code n}
 * largest stay: Mishra et al. 2021, "Accelerating Sparse Deep Neural Networks", where 2 of 4 stay.
 * {@code n} follows from the ratio: {@code m x (1 - ratio)}. A kernel whose input channels are no
 * multiple of {@code m} stays as it is.
 *
 * @param m weights in a block
 */
@Named(
    value = "n-m",
    description =
        "masks all but the n largest of each m weights along the input channels, n = m (1 - ratio)"
            + " (Mishra et al. 2021, Accelerating Sparse Deep Neural Networks)")
public record NOfM(
    @Setting(value = "Weights in a block; of each, m (1 - ratio) stay.", defaultValue = "4") int m,
    @Setting(
            value =
                "Kernels that lose weights: of convolutions (conv) or of dense layers too (all).",
            defaultValue = "conv")
        KernelKind kernels)
    implements PruningMethod {
  /** As far as a share of a few weights may be from a whole number. */
  private static final double WHOLE = 1e-9;

  public NOfM {
    if (m < 2) {
      throw new UsageException("m must be at least 2, found " + m);
    }
  }

  @Override
  public boolean masksWeights() {
    return true;
  }

  @Override
  public Pruned prune(Evidence evidence, Amount amount) {
    check(amount);
    Model model = new Model(evidence.network(), evidence.weights());
    List<PrunableKernel> all = PrunableKernel.all(model, kernels);
    Allowed allowed = Allowed.of(all, amount, evidence.network());
    Map<String, Integer> axes = Kernels.inputAxes(evidence.network());
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    List<String> whole = new ArrayList<>();
    for (int k = 0; k < allowed.kernels().size(); k++) {
      PrunableKernel kernel = allowed.kernels().get(k);
      int n = stay(allowed.shares().get(k));
      Integer axis = axes.get(kernel.name());
      if (axis != null && isPatterned(kernel, axis)) {
        masks.put(kernel.name(), kernel.mask(patterned(kernel, axis, n)));
      } else {
        whole.add(kernel.name());
      }
    }
    if (masks.isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "m %d: no kernel of %s has a multiple of %d input channels",
              m,
              evidence.network().name(),
              m));
    }
    return Pruned.of(new Masks(masks)).withNotes(notes(whole));
  }

  private static void check(Amount amount) {
    if (amount.targetMacs().isPresent() || amount.targetParameters().isPresent()) {
      throw new UsageException("n-m masks the same share of every block; give ratio");
    }
    if (amount.limits().scope() == Limits.Scope.GLOBAL) {
      throw new UsageException(
          "scope global ranks the weights of all kernels, and n-m those of each block; leave it"
              + " out");
    }
    if (amount.limits().floor() > 1) {
      throw new UsageException("floor says nothing of n-m, whose blocks keep n each; leave it out");
    }
  }

  /** How many weights of a block stay. */
  private int stay(double share) {
    double n = m * (1 - share);
    if (Math.abs(n - Math.rint(n)) > WHOLE || Math.rint(n) < 1) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "ratio must leave a whole number of each %d weights, at least 1; found %s, which leaves"
                  + " %.3f",
              m,
              share,
              n));
    }
    return (int) Math.rint(n);
  }

  /** Channels of a depthwise convolution do not meet: they are no inputs of one sum. */
  private boolean isPatterned(PrunableKernel kernel, int inputAxis) {
    return kernel.parameter().kind() != ParameterKind.DEPTHWISE_KERNEL
        && kernel.parameter().shape().dim(inputAxis) % m == 0;
  }

  private boolean[] patterned(PrunableKernel kernel, int inputAxis, int n) {
    boolean[] stays = kernel.left().clone();
    List<Integer> dims = kernel.parameter().shape().dims();
    int step = dims.subList(inputAxis + 1, dims.size()).stream().reduce(1, (x, y) -> x * y);
    for (int i = 0; i < stays.length; i++) {
      if (i / step % dims.get(inputAxis) % m == 0) { // a block begins
        keepLargest(kernel, stays, i, step, n);
      }
    }
    return stays;
  }

  /** Masks the smallest of a block until so many stay; of equal ones the first. */
  private void keepLargest(PrunableKernel kernel, boolean[] stays, int start, int step, int n) {
    int left = 0;
    for (int i = 0; i < m; i++) {
      left += stays[start + i * step] ? 1 : 0;
    }
    for (; left > n; left--) {
      int smallest = -1;
      for (int i = start; i < start + m * step; i += step) {
        if (stays[i]
            && (smallest < 0
                || Math.abs(kernel.weights()[i]) < Math.abs(kernel.weights()[smallest]))) {
          smallest = i;
        }
      }
      stays[smallest] = false;
    }
  }

  private List<String> notes(List<String> whole) {
    return whole.isEmpty()
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "stay as they are, for their input channels are no multiple of %d or not known: %s",
                m,
                String.join(", ", whole)));
  }
}
