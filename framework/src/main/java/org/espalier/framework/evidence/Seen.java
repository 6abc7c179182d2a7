package org.espalier.framework.evidence;

import java.util.Map;
import org.espalier.graphs.ShapedArray;

/**
 * What was seen of a batch of images.
 *
 * @param first the number of the first image in the sample
 * @param images how many
 * @param values for each look [images * places, values at a place], image by image; a patch lies as
 *     the kernel that reads it: rows, columns, channels
 */
public record Seen(int first, int images, Map<Look, ShapedArray> values) {
  public Seen {
    values = Map.copyOf(values);
  }

  /** Row by row. */
  public float[] values(Look look) {
    return values.get(look).values();
  }

  /** Rows of a look. */
  public int rows(Look look) {
    return values.get(look).shape().dim(0);
  }
}
