package org.espalier.framework.training;

import java.util.Map;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.proto.DataType;

/** Writes the nodes that turn raw pixels into what a network reads. */
final class PixelScaling {
  private PixelScaling() {}

  /** The scaled images of the given pixels. Images that are scaled already can be fed here. */
  static String scaled(String pixels) {
    return pixels + "/scaled";
  }

  /** {@code (pixel / 255 - mean) / std} as one product and one sum. Returns the scaled images. */
  static String write(GraphBuilder g, String pixels, Normalisation normalisation) {
    float[] mean = normalisation.mean();
    float[] std = normalisation.std();
    int n = mean.length;
    float[] factor = new float[n];
    float[] shift = new float[n];
    for (int c = 0; c < n; c++) {
      factor[c] = (float) (1 / (255.0 * std[c]));
      shift[c] = (float) (-(double) mean[c] / std[c]);
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
    return g.addFloat("AddV2", scaled(pixels), product, plus);
  }
}
