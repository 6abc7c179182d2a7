package org.espalier.graphs.rewrites;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.GroupScales;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRules;
import org.tensorflow.proto.NodeDef;

/**
 * What each group of a grouped convolution makes is multiplied by a trained number, one at first:
 * the scales on groups of Huang and Wang 2018, Data-Driven Sparse Structure Selection, section 3.2,
 * for ResNeXt and its like. They stand behind bias and batch norm, which would undo them. Groups
 * with a scale keep it. Carried weights get scales of one. The network that comes out is cut by
 * whole groups.
 */
public final class InsertGroupScales implements GraphRewrite {
  private final OpRules rules;

  @Inject
  public InsertGroupScales(OpRules rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "insert-group-scales";
  }

  @Override
  public String description() {
    return "each group of a grouped convolution is multiplied by a trained scale, one at first";
  }

  @Override
  public Rewritten apply(Network network) {
    ChannelAnalysis analysis = ChannelAnalysis.of(network, rules.wholeGroups());
    GraphEdit edit = new GraphEdit(network);
    Map<String, ShapedArray> ones = new TreeMap<>();
    for (ChannelGroup group : analysis.prunable()) {
      lastOf(analysis, group)
          .map(layer -> LayerChain.behind(network, layer))
          .filter(chain -> isFree(analysis, chain, group))
          .ifPresent(chain -> insert(analysis, edit, chain, group, ones));
    }
    return new Rewritten(edit.build(), w -> w.with(Weights.of(ones)));
  }

  /**
   * The last layer that makes channels of a group, if it is a convolution with as many groups. What
   * another one made of silent channels behind it would not be silent.
   */
  private static Optional<NodeDef> lastOf(ChannelAnalysis analysis, ChannelGroup group) {
    return analysis.facts().order().stream()
        .filter(LayerChain::isLayer)
        .filter(layer -> makes(group, kernelOf(analysis, layer)))
        .reduce((first, second) -> second)
        .filter(layer -> layer.getOp().equals("Conv2D"))
        .filter(layer -> count(analysis, layer) > 1 && count(analysis, layer) == group.channels());
  }

  private static String kernelOf(ChannelAnalysis analysis, NodeDef layer) {
    return analysis.network().graph().parameterBehind(TensorRef.parse(layer.getInput(1)));
  }

  /** Whether nothing else is made of these channels, and no scale is there or would be undone. */
  private static boolean isFree(ChannelAnalysis analysis, LayerChain chain, ChannelGroup group) {
    return !group.isCoupled()
        && !isScaled(analysis.network(), chain.end())
        && !isNormedBehind(analysis, chain, group);
  }

  /** How many groups a convolution has; one where that is not known. */
  private static int count(ChannelAnalysis analysis, NodeDef layer) {
    Op op = analysis.facts().op(layer);
    int in = op.shape(0, op.imageRank()).dim(op.channelAxis());
    return Shape.isOpen(in) ? 1 : in / op.shape(1, op.imageRank()).dim(2);
  }

  private static boolean makes(ChannelGroup group, String kernel) {
    return group.members(Member.Role.PRODUCER).stream()
        .anyMatch(m -> m.parameter().name().equals(kernel));
  }

  private static boolean isScaled(Network network, TensorRef end) {
    return network.graph().consumers(end.node()).stream()
        .anyMatch(
            reader ->
                reader.getInputList().stream()
                    .anyMatch(in -> GroupScales.behind(network, TensorRef.parse(in)).isPresent()));
  }

  /** Whether a batch norm further on would undo what a scale does. */
  private static boolean isNormedBehind(
      ChannelAnalysis analysis, LayerChain chain, ChannelGroup group) {
    List<NodeDef> order = analysis.facts().order();
    int end = order.indexOf(analysis.facts().graph().node(chain.end().node()));
    return order.subList(end + 1, order.size()).stream()
        .filter(LayerChain::isNorm)
        .map(norm -> analysis.network().graph().parameterBehind(TensorRef.parse(norm.getInput(1))))
        .anyMatch(
            scale -> group.members().stream().anyMatch(m -> m.parameter().name().equals(scale)));
  }

  private static void insert(
      ChannelAnalysis analysis,
      GraphEdit edit,
      LayerChain chain,
      ChannelGroup group,
      Map<String, ShapedArray> ones) {
    Shape out = analysis.facts().tensor(chain.end()).shape().orElseThrow();
    int axis = analysis.facts().op(chain.layer()).channelAxis();
    String end = chain.end().node();
    String product = edit.unused(end + "/scaled");
    Parameter scale =
        new Parameter(
            product + "/scale",
            ScaleNodes.along(axis, group.channels(), out.rank()),
            ParameterKind.BRANCH_SCALE,
            Initializer.ones());
    NodeDef repeated = ScaleNodes.repeated(edit, end, scale, out.dim(axis));
    edit.redirect(chain.end(), TensorRef.of(product), "");
    edit.addAfter(
        end,
        GraphBuilder.variable(scale),
        GraphBuilder.read(scale.name()),
        repeated,
        ScaleNodes.product(product, chain.end().toString(), repeated.getName()));
    ones.put(scale.name(), ShapedArray.filled(scale.shape(), 1f));
  }
}
