package org.espalier.pruning.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;

/**
 * A kernel whose weights may go one by one.
 *
 * @param weights in row-major order; what is gone is zero
 * @param left whether each weight is still there: not masked or, in a kernel without a mask, not
 *     exactly zero, for a network that was pruned elsewhere comes without masks. What is gone stays
 *     gone
 * @param count how many are left
 */
public record PrunableKernel(Parameter parameter, float[] weights, boolean[] left, int count) {

  private static PrunableKernel of(
      Parameter parameter, ShapedArray values, Optional<ShapedArray> mask) {
    float[] weights = values.values().clone();
    boolean[] left = new boolean[weights.length];
    int count = 0;
    for (int i = 0; i < left.length; i++) {
      left[i] = mask.isPresent() ? mask.get().values()[i] != 0f : weights[i] != 0f;
      weights[i] = left[i] ? weights[i] : 0f;
      count += left[i] ? 1 : 0;
    }
    return new PrunableKernel(parameter, weights, left, count);
  }

  /** All of these kinds that a training changes, in the order in which data meets them. */
  static List<PrunableKernel> all(Model model, KernelKind kinds) {
    Network network = model.network();
    Map<String, ShapedArray> masks = model.masks();
    List<PrunableKernel> kernels = new ArrayList<>();
    for (Parameter p : network.trained()) {
      if (kinds.includes(p.kind())) {
        ShapedArray values = model.weights().get(p.name());
        kernels.add(of(p, values, Optional.ofNullable(masks.get(p.name()))));
      }
    }
    if (kernels.isEmpty()) {
      throw new UsageException(
          network.name()
              + " has no kernel of a convolution"
              + (kinds == KernelKind.CONV
                  ? "; kernels all adds those of dense layers"
                  : " or dense layer"));
    }
    return kernels;
  }

  public String name() {
    return parameter.name();
  }

  /** What people may call it: its own name, or that of its layer. */
  boolean isNamed(String name) {
    String own = parameter.name();
    int slash = own.lastIndexOf('/');
    return own.equals(name) || slash >= 0 && own.substring(0, slash).equals(name);
  }

  int size() {
    return weights.length;
  }

  /** The mask that keeps these weights. */
  ShapedArray mask(boolean[] stays) {
    float[] mask = new float[stays.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = stays[i] ? 1f : 0f;
    }
    return new ShapedArray(parameter.shape(), mask);
  }
}
