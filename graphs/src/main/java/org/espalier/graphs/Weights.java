package org.espalier.graphs;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** An immutable map from parameter name to values, in a fixed order. Knows nothing of sessions. */
public final class Weights {
  private final Map<String, ShapedArray> arrays;
  private volatile String digest;

  private Weights(Map<String, ShapedArray> arrays) {
    this.arrays = Collections.unmodifiableMap(arrays);
  }

  public static Weights of(Map<String, ShapedArray> arrays) {
    return new Weights(new LinkedHashMap<>(arrays));
  }

  public static Weights empty() {
    return new Weights(Map.of());
  }

  /** The values of one parameter; fails with its name if there are none. */
  public ShapedArray get(String parameter) {
    ShapedArray array = arrays.get(parameter);
    if (array == null) {
      throw new BadInputException("no weights for parameter '" + parameter + "'");
    }
    return array;
  }

  public boolean contains(String parameter) {
    return arrays.containsKey(parameter);
  }

  /**
   * Their digest, computed when it is first asked for: they are large, and do not change.
   *
   * @param compute how, the same every time
   */
  public String digest(Function<Weights, String> compute) {
    String known = digest;
    if (known == null) {
      known = compute.apply(this);
      digest = known;
    }
    return known;
  }

  public Set<String> names() {
    return arrays.keySet();
  }

  public Map<String, ShapedArray> asMap() {
    return arrays;
  }

  public Weights with(String parameter, ShapedArray array) {
    Map<String, ShapedArray> changed = new LinkedHashMap<>(arrays);
    changed.put(parameter, array);
    return new Weights(changed);
  }

  /** These weights, with those of {@code other} added or put in their place. */
  public Weights with(Weights other) {
    Map<String, ShapedArray> changed = new LinkedHashMap<>(arrays);
    changed.putAll(other.arrays);
    return new Weights(changed);
  }

  public Weights filter(Predicate<String> keep) {
    Map<String, ShapedArray> kept = new LinkedHashMap<>(arrays);
    kept.keySet().removeIf(keep.negate());
    return new Weights(kept);
  }

  /**
   * Checks that there is an array of the right shape for every parameter, and returns just those.
   *
   * @param source what to call these weights in an error message, usually a file name
   */
  public Weights matching(Collection<Parameter> parameters, String source) {
    Map<String, ShapedArray> matched = new LinkedHashMap<>();
    for (Parameter p : parameters) {
      ShapedArray array = arrays.get(p.name());
      if (array == null) {
        throw new BadInputException(
            source
                + ": expected parameter '"
                + p.name()
                + "' of shape "
                + p.shape()
                + ", found none");
      }
      if (!array.shape().equals(p.shape())) {
        throw new BadInputException(
            source
                + ": parameter '"
                + p.name()
                + "' should have shape "
                + p.shape()
                + ", found "
                + array.shape());
      }
      matched.put(p.name(), array);
    }
    return new Weights(matched);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Weights w && arrays.equals(w.arrays);
  }

  @Override
  public int hashCode() {
    return arrays.hashCode();
  }

  @Override
  public String toString() {
    return "Weights" + arrays.keySet();
  }
}
