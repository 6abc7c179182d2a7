package org.espalier.framework.sessions;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.proto.DataType;

/**
 * How raw pixels become what a network reads: {@code (pixel / 255 - mean) / std}, a channel at a
 * time.
 *
 * @param mean on the scale 0 to 1
 * @param std on the scale 0 to 1
 */
public record Scaling(List<Float> mean, List<Float> std) {
  public Scaling {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** Writes the nodes that scale; returns the scaled images. */
  String write(GraphBuilder g, String pixels) {
    int n = mean.size();
    float[] factor = new float[n];
    float[] shift = new float[n];
    for (int c = 0; c < n; c++) {
      factor[c] = (float) (1 / (255.0 * std.get(c)));
      shift[c] = (float) (-(double) mean.get(c) / std.get(c));
    }
    String floats =
        g.add(
            "Cast",
            pixels + "/floats",
            Map.of(
                "SrcT",
                Attributes.type(DataType.DT_UINT8),
                "DstT",
                Attributes.type(DataType.DT_FLOAT)),
            pixels);
    String by = g.constant(pixels + "/factor", new ShapedArray(Shape.of(n), factor));
    String plus = g.constant(pixels + "/shift", new ShapedArray(Shape.of(n), shift));
    String product = g.addFloat("Mul", pixels + "/product", floats, by);
    return g.addFloat("AddV2", pixels + "/scaled", product, plus);
  }
}
