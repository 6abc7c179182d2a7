package org.espalier.framework.sessions;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.ShapedArray;

/**
 * What a network computed, by the names of its outputs.
 *
 * @param numbers converted to float32
 * @param texts of outputs that hold strings, such as the names of classes; row by row
 */
public record Outputs(Map<String, ShapedArray> numbers, Map<String, List<String>> texts) {}
