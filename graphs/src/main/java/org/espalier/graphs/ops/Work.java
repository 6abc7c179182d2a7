package org.espalier.graphs.ops;

/**
 * What a node costs for one image.
 *
 * @param macs multiply-accumulates of convolutions and dense layers, without biases
 * @param flops in the convention of the reference implementation of Liu et al. 2019: a
 *     multiply-accumulate counts two, a bias one, batch norm two and a rectifier one per element, a
 *     pool its window; residual adds, concatenations and padding nothing
 */
public record Work(long macs, long flops) {
  public static final Work NONE = new Work(0, 0);

  /**
   * Multiply-accumulates alone: so many for each of so many outputs.
   *
   * @throws ArithmeticException if they are too many to be counted
   */
  public static Work macs(long outputs, long each) {
    long macs = Math.multiplyExact(outputs, each);
    return new Work(macs, Math.multiplyExact(2, macs));
  }

  public Work plus(Work other) {
    return new Work(Math.addExact(macs, other.macs), Math.addExact(flops, other.flops));
  }
}
