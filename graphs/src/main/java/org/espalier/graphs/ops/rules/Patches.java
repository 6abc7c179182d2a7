package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/** The pixels of each window one behind another, with all their channels. */
final class Patches implements OpRule {
  private static final int CHANNELS = 3;

  @Inject
  Patches() {}

  @Override
  public Set<String> ops() {
    return Set.of("ExtractImagePatches");
  }

  private static int[] window(Op op) {
    int[] window = Attributes.numbers(op.node(), "ksizes");
    if (window.length != 4) {
      throw op.bad("has " + window.length + " sizes of its window; expected 4");
    }
    return new int[] {window[1], window[2]};
  }

  /** How many pixels a window has. */
  private static int pixels(Op op) {
    return Math.multiplyExact(window(op)[0], window(op)[1]);
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int[] rates = Attributes.numbers(op.node(), "rates");
    int[] reach = window(op);
    for (int i = 0; i < reach.length; i++) {
      reach[i] = Math.addExact(Math.multiplyExact(reach[i] - 1, rates[i + 1]), 1);
    }
    Shape in = op.shape(0, 4);
    Shape out = Windows.slide(op, in, reach);
    int channels = in.dim(CHANNELS);
    return List.of(
        TensorFacts.of(
            Shape.isOpen(channels)
                ? out
                : out.with(CHANNELS, Math.multiplyExact(channels, pixels(op)))));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    links.keepWholeBut(links.in(0), CHANNELS);
    int[] own = links.in(0).get(CHANNELS);
    if (own == null) {
      return List.of(Axes.NONE);
    }
    int[] labels =
        IntStream.range(0, Math.multiplyExact(own.length, pixels(op)))
            .map(i -> own[i % own.length])
            .toArray();
    return List.of(Axes.only(4, CHANNELS, labels));
  }
}
