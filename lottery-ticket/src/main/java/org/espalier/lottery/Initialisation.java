package org.espalier.lottery;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.graphs.Model;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.Masks;

/** Which weights a ticket starts with, and where. */
public enum Initialisation {
  /** Those that the network had before it was trained, or at a step of that training. */
  REWOUND,
  /**
   * Of each kernel their signs alone: every weight has the size that its kernel's had in the root
   * of the mean square. Zhou et al. 2019, "Deconstructing Lottery Tickets", section 4.
   */
  SIGNS,
  /**
   * Those, but of other weights: the mask of each kernel is shuffled, or as many channels of each
   * group stay, drawn at random. Frankle et al. 2021, "Pruning Neural Networks at Initialization:
   * Why Are We Missing the Mark?", section 5.
   */
  SHUFFLED;

  /** The masks that a ticket gets in the place of those that were drawn. */
  Masks masks(Masks drawn, long seed) {
    if (this != SHUFFLED) {
      return drawn;
    }
    Map<String, ShapedArray> shuffled = new LinkedHashMap<>();
    drawn
        .byParameter()
        .forEach(
            (name, mask) -> {
              float[] from = mask.values();
              float[] to = new float[from.length];
              int[] places = RandomStream.of(seed, "shuffled", name).permutation(from.length);
              for (int i = 0; i < to.length; i++) {
                to[i] = from[places[i]];
              }
              shuffled.put(name, new ShapedArray(mask.shape(), to));
            });
    return new Masks(shuffled);
  }

  /** The cut that a ticket gets in the place of that which was decided. */
  Cut cut(Cut drawn, long seed) {
    if (this != SHUFFLED) {
      return drawn;
    }
    return new Cut(
        drawn.method(),
        drawn.settings(),
        drawn.groups().stream().map(group -> shuffled(group, seed)).toList(),
        drawn.branches());
  }

  private static Cut.Group shuffled(Cut.Group group, long seed) {
    int[] order = RandomStream.of(seed, "shuffled", group.id()).permutation(group.channels());
    return new Cut.Group(
        group.id(),
        group.channels(),
        java.util.Arrays.stream(order).limit(group.kept().size()).sorted().boxed().toList(),
        group.members());
  }

  /**
   * The weights of a ticket.
   *
   * @param ticket with rewound weights
   * @param before the whole network, with the weights that were rewound to
   */
  Weights weights(Model ticket, Weights before) {
    Weights weights = ticket.weights();
    if (this == SIGNS) {
      for (var kernel : ticket.network().parameters(ParameterKind::isKernel)) {
        float size = size(before.get(kernel.name()).values());
        float[] values = weights.get(kernel.name()).values().clone();
        for (int i = 0; i < values.length; i++) {
          values[i] = Math.signum(values[i]) * size;
        }
        weights = weights.with(kernel.name(), new ShapedArray(kernel.shape(), values));
      }
    }
    return weights;
  }

  private static float size(float[] values) {
    double squares = 0;
    for (float v : values) {
      squares += (double) v * v;
    }
    return (float) Math.sqrt(squares / values.length);
  }
}
