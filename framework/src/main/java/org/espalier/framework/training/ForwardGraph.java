package org.espalier.framework.training;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.espalier.framework.data.Images;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * The part of a network that some of its nodes need, in inference form, with raw pixels to feed. No
 * labels and no loss, so that it need not be a classifier. The network's own nodes keep their
 * names.
 *
 * @param parameters of that part
 */
public record ForwardGraph(GraphBuilder graph, List<Parameter> parameters) {
  /** Feed: uint8 [n, height, width, channels]. */
  public static final String PIXELS = LossNodes.PIXELS;

  /**
   * Writes it, to be added to.
   *
   * @param images whose pixels are fed
   * @param nodes that are asked for
   */
  public static ForwardGraph write(
      Network network, Images images, Feed feed, Collection<String> nodes) {
    GraphBuilder g = new GraphBuilder();
    Shape fed = Shape.of(Shape.UNKNOWN, images.height(), images.width(), images.channels());
    g.placeholder(PIXELS, DataType.DT_UINT8, fed);
    String scaled = PixelScaling.write(g, PIXELS, feed.scaling());
    Set<String> needed = network.graph().ancestors(nodes);
    List<NodeDef> part =
        network.graph().nodes().stream().filter(n -> needed.contains(n.getName())).toList();
    TrainingGraph.copy(g, part, network.images().node(), scaled, "");
    return new ForwardGraph(
        g, network.parameters().stream().filter(p -> needed.contains(p.name())).toList());
  }
}
