package org.espalier.graphs.rewrites;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.Member;

/**
 * Masks: 0 or 1 for each value of a parameter.
 *
 * @param byParameter keyed by the name of the masked parameter
 */
public record Masks(Map<String, ShapedArray> byParameter) {
  public Masks {
    byParameter = Map.copyOf(byParameter);
    byParameter.forEach(
        (parameter, mask) -> {
          for (float v : mask.values()) {
            if (v != 0f && v != 1f) {
              throw new BadInputException("the mask of '" + parameter + "' holds " + v);
            }
          }
        });
  }

  /** The name of the variable that holds the mask of a parameter. */
  public static String nameFor(String parameter) {
    return parameter + "/mask";
  }

  /**
   * The masks that silence exactly what a cut removes: every value that makes a removed channel,
   * and every value that reads it, and the scales of removed branches. A network masked so computes
   * what the cut network computes.
   */
  public static Masks silencing(Cut cut, ChannelAnalysis analysis) {
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    cut.resolve(analysis)
        .forEach(
            (group, stays) -> {
              for (Member m : group.members()) {
                ParameterKind kind = m.parameter().kind();
                if (kind.isCounted()) { // no statistic, no constant, no mask that is there already
                  ShapedArray mask =
                      masks.computeIfAbsent(
                          m.parameter().name(), k -> ShapedArray.filled(m.parameter().shape(), 1f));
                  silence(mask, m, stays);
                }
              }
            });
    cut.branches().forEach(scale -> masks.put(scale, ShapedArray.scalar(0f)));
    return new Masks(masks);
  }

  private static void silence(ShapedArray mask, Member member, boolean[] stays) {
    Shape shape = mask.shape();
    int inner = 1;
    for (int a = member.axis() + 1; a < shape.rank(); a++) {
      inner *= shape.dim(a);
    }
    for (int i = 0; i < mask.values().length; i++) {
      int channel = member.channelAt()[(i / inner) % shape.dim(member.axis())];
      if (channel >= 0 && !stays[channel]) {
        mask.values()[i] = 0f;
      }
    }
  }

  /** Sets these masks as data in the weights of a masked network. */
  public Weights put(Network masked, Weights weights) {
    Weights changed = weights;
    for (Map.Entry<String, ShapedArray> e : byParameter.entrySet()) {
      Shape expected = masked.parameter(nameFor(e.getKey())).shape();
      if (!expected.equals(e.getValue().shape())) {
        throw new BadInputException(
            "the mask of '"
                + e.getKey()
                + "' should have shape "
                + expected
                + ", found "
                + e.getValue().shape());
      }
      changed = changed.with(nameFor(e.getKey()), e.getValue());
    }
    return changed;
  }

  /** Masks that keep what both keep; where only one says something, that holds. */
  public Masks and(Masks other) {
    Map<String, ShapedArray> both = new LinkedHashMap<>(byParameter);
    other.byParameter().forEach((name, mask) -> both.merge(name, mask, ShapedArray::where));
    return new Masks(both);
  }

  /**
   * Weights with zeros where these masks have them. A network that has no masks computes with them
   * what a masked one computes.
   */
  public Weights applied(Weights weights) {
    return weights.with(seen(weights));
  }

  /** The masked parameters alone, as they are seen through the masks. */
  public Weights seen(Weights weights) {
    Map<String, ShapedArray> seen = new LinkedHashMap<>();
    byParameter.forEach((name, mask) -> seen.put(name, weights.get(name).where(mask)));
    return Weights.of(seen);
  }

  /** How many values the masks keep, of how many. */
  public double density() {
    double kept = 0;
    double all = 0;
    for (ShapedArray mask : byParameter.values()) {
      for (float v : mask.values()) {
        kept += v;
      }
      all += mask.values().length;
    }
    return all == 0 ? 1 : kept / all;
  }
}
