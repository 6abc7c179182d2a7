package org.espalier.framework.checks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.framework.sessions.FixedBatch;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Numbers to feed to a network of any inputs, for checks that two networks compute the same. */
public final class RandomInputs {
  /** Two photographs of 24 million pixels. More takes minutes, and more memory than most have. */
  private static final long MOST = 3L * 24_000_000 * 2;

  private RandomInputs() {}

  /** What inputs of floats look like. Inputs of whole numbers get those from 0 to 255. */
  public enum Range {
    /** Standard normal: images that were scaled before. */
    NORMAL,
    /**
     * Normal around 128: images that the network scales itself. To such a network small numbers
     * look all alike, and their differences drown in rounding.
     */
    PIXELS;

    /** For people. */
    public String words() {
      return this == NORMAL ? "standard normal" : "normal around 128";
    }

    private float scaled(double normal) {
      return (float) (this == NORMAL ? normal : 128 + 64 * normal);
    }
  }

  /** Standard normal numbers for inputs of floats. */
  public static Map<String, ShapedArray> of(Network network, int images, long seed) {
    return of(network, images, seed, Range.NORMAL);
  }

  /**
   * Draws an array for every input.
   *
   * @param images how many; a network that takes a fixed number gets that
   */
  public static Map<String, ShapedArray> of(Network network, int images, long seed, Range range) {
    NodeGraph index = network.graph();
    int count = FixedBatch.of(index).orElse(images);
    Map<String, ShapedArray> drawn = new LinkedHashMap<>();
    for (String key : new TreeMap<>(network.inputs()).keySet()) {
      NodeDef node = index.node(network.input(key).node());
      Shape shape =
          Attributes.shape(node, Network.ASSUMED)
              .or(() -> Attributes.shape(node, "shape"))
              .orElseThrow(
                  () ->
                      new BadInputException(
                          "the shape of input '"
                              + key
                              + "' is not known, so no numbers can be drawn for it"));
      DataType type = Attributes.type(node, "dtype");
      Shape fixed = fixed(key, shape, count);
      drawn.put(key, draw(fixed, type, range, RandomStream.of(seed, "random-input", key)));
    }
    return drawn;
  }

  private static Shape fixed(String key, Shape open, int images) {
    Shape shape = open;
    long elements = 1;
    for (int a = 0; a < shape.rank(); a++) {
      if (Shape.isOpen(shape.dim(a))) {
        shape = shape.with(a, a == 0 ? images : Network.ANY_SIZE);
      }
      elements = Math.min(elements, MOST + 1) * shape.dim(a);
    }
    if (elements > MOST) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "input '%s' of shape %s is too large to be drawn numbers for, the most is %d",
              key,
              shape,
              MOST));
    }
    return shape;
  }

  private static ShapedArray draw(Shape shape, DataType type, Range range, RandomStream random) {
    float[] values = new float[(int) shape.elements()];
    boolean real = type == DataType.DT_FLOAT || type == DataType.DT_DOUBLE;
    for (int i = 0; i < values.length; i++) {
      values[i] =
          real
              ? range.scaled(random.nextGaussian())
              : random.nextInt(type == DataType.DT_BOOL ? 2 : 256);
    }
    return new ShapedArray(shape, values);
  }
}
