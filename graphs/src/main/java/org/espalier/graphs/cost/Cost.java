package org.espalier.graphs.cost;

import java.util.List;

/**
 * What a network costs.
 *
 * @param parameters trained values: kernels, biases, batch-norm scale and offset
 * @param macs multiply-accumulates of convolutions and dense layers for one image
 * @param flops operations for one image as the reference implementation of Liu et al. 2019 counts
 *     them; decides the epochs of Scratch-B
 * @param layers the nodes that hold parameters or do work, in the order in which data meets them
 * @param open sentences on the nodes whose work is not known, or is known in part. If there are
 *     any, {@code macs} and {@code flops} are the least that it can be
 */
public record Cost(long parameters, long macs, long flops, List<Layer> layers, List<String> open) {

  /** One node of the network. */
  public record Layer(String name, String op, long parameters, long macs, long flops) {}

  public Cost {
    layers = List.copyOf(layers);
    open = List.copyOf(open);
  }

  /** Whether the network costs more than was counted, or may do so. */
  public boolean isAtLeast() {
    return !open.isEmpty();
  }
}
