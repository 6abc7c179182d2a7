package org.espalier.graphs.cost;

import java.util.List;
import java.util.Optional;

/**
 * What a network costs.
 *
 * @param parameters trained values: kernels, biases, batch-norm scale and offset
 * @param macs multiply-accumulates of convolutions and dense layers for one image
 * @param flops operations for one image as the reference implementation of Liu et al. 2019 counts
 *     them; decides the epochs of Scratch-B
 * @param statistics means and variances of batch norm: no parameters, but Keras counts them too
 * @param layers what holds parameters or does work, in the order in which data meets them
 * @param open sentences on the nodes whose work is not known, or is known in part. If there are
 *     any, {@code macs} and {@code flops} are the least that it can be
 * @param effective what is left of it without the weights that are masked; empty where there are no
 *     masks, or their values are not known
 */
public record Cost(
    long parameters,
    long statistics,
    long macs,
    long flops,
    List<Layer> layers,
    List<String> open,
    Optional<Effective> effective) {

  /**
   * One layer, with its bias and what a folded batch norm left of itself.
   *
   * @param name that of its parameters without their last part, or of its node
   * @param op of its first node; {@code norm} of a normalisation that is written out
   * @param folded of its parameters, scales and offsets of a batch norm that is folded into it
   * @param nodes those that hold its parameters or do its work
   */
  public record Layer(
      String name,
      String op,
      long parameters,
      long folded,
      long macs,
      long flops,
      List<String> nodes) {
    public Layer {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * What a masked network would cost if nothing were stored and computed for a weight that is
   * masked. A dense machine does not see it; it is what Liu et al. 2019 count for sparse networks.
   */
  public record Effective(long parameters, long macs, long flops) {}

  /** Without masks. */
  public Cost(
      long parameters,
      long statistics,
      long macs,
      long flops,
      List<Layer> layers,
      List<String> open) {
    this(parameters, statistics, macs, flops, layers, open, Optional.empty());
  }

  public Cost {
    layers = List.copyOf(layers);
    open = List.copyOf(open);
  }

  /** Scales and offsets of batch norms that are folded into the layers before them. */
  public long folded() {
    return layers.stream().mapToLong(Layer::folded).sum();
  }

  /** The effective cost: that of the network itself where nothing is masked. */
  public Effective spent() {
    return effective.orElseGet(() -> new Effective(parameters, macs, flops));
  }

  /** Whether the network costs more than was counted, or may do so. */
  public boolean isAtLeast() {
    return !open.isEmpty();
  }
}
