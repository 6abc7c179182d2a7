package org.espalier.graphs;

import java.util.LinkedHashMap;
import java.util.Map;

/** A network with its weights. */
public record Model(Network network, Weights weights) {
  public Model {
    weights = weights.matching(network.parameters(), network.name());
  }

  /** The rewritten network with the weights carried over. */
  public Model rewritten(GraphRewrite rewrite) {
    return rewrite.apply(this);
  }

  /** The same network with fresh weights, and with the masks and constants that it has. */
  public Model fresh(long seed) {
    return fresh(seed, FreshScale.DENSITY);
  }

  /**
   * The same network with fresh weights, and with the masks that it has: what is masked is zero.
   *
   * @param scale how widely the values of masked kernels are spread
   */
  public Model fresh(long seed, FreshScale scale) {
    Map<String, ShapedArray> masks = masks();
    Weights drawn = network.initialise(seed);
    Map<String, Integer> axes = masks.isEmpty() ? Map.of() : Kernels.inputAxes(network);
    for (Map.Entry<String, ShapedArray> mask : masks.entrySet()) {
      Parameter p = network.parameter(mask.getKey());
      int axis = axes.getOrDefault(p.name(), p.shape().rank() - 2);
      Initializer spread = scale.of(p, axis, mask.getValue());
      ShapedArray values = spread.draw(p.shape(), Network.stream(seed, p));
      drawn = drawn.with(p.name(), values);
    }
    return new Model(network, drawn.with(given())).silenced();
  }

  /** For each masked parameter its mask, 0 and 1. Empty for a network without masks. */
  public Map<String, ShapedArray> masks() {
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    network.masks().forEach((parameter, mask) -> masks.put(parameter, weights.get(mask)));
    return masks;
  }

  /** What is no weight: masks and constants. */
  private Weights given() {
    return weights.filter(
        name ->
            network.masks().containsValue(name)
                || network.parameter(name).kind() == ParameterKind.CONSTANT);
  }

  /**
   * The same with a zero for every value that is masked. It computes the same; whoever looks at the
   * weights alone then sees what the network reads.
   */
  public Model silenced() {
    Weights silenced = weights;
    for (Map.Entry<String, ShapedArray> mask : masks().entrySet()) {
      silenced = silenced.with(mask.getKey(), weights.get(mask.getKey()).where(mask.getValue()));
    }
    return new Model(network, silenced);
  }
}
