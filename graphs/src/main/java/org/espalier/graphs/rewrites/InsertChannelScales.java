package org.espalier.graphs.rewrites;

import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.ops.OpRules;
import org.tensorflow.proto.NodeDef;

/**
 * Each channel that one layer makes, and that may go, is multiplied by a trained number of its own,
 * one at first: the scales on neurons of Huang and Wang 2018, Data-Driven Sparse Structure
 * Selection, section 3.2. They stand behind bias and batch norm, which would undo them. Channels
 * with a scale keep it. Carried weights get scales of one.
 */
public final class InsertChannelScales implements GraphRewrite {
  private final OpRules rules;

  @Inject
  public InsertChannelScales(OpRules rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "insert-channel-scales";
  }

  @Override
  public String description() {
    return "each channel that may go is multiplied by a trained scale, one at first";
  }

  @Override
  public Rewritten apply(Network network) {
    ChannelAnalysis analysis = ChannelAnalysis.of(network, rules);
    GraphEdit edit = new GraphEdit(network);
    Map<String, ShapedArray> ones = new TreeMap<>();
    for (ChannelGroup group : analysis.prunable()) {
      chain(analysis, group).ifPresent(chain -> insert(analysis, edit, chain, ones));
    }
    return new Rewritten(edit.build(), w -> w.with(Weights.of(ones)));
  }

  /** The layer of a group that makes it alone and whole, if no batch norm stands further on. */
  private static Optional<LayerChain> chain(ChannelAnalysis analysis, ChannelGroup group) {
    boolean alone =
        group.members(Member.Role.PRODUCER).size() == 1
            && group.members(Member.Role.PRODUCER).get(0).isWholeAxis()
            && !group.isCoupled();
    boolean scaled =
        group.members().stream().anyMatch(m -> m.parameter().kind() == ParameterKind.BRANCH_SCALE);
    if (!alone || scaled) {
      return Optional.empty();
    }
    String kernel = group.members(Member.Role.PRODUCER).get(0).parameter().name();
    long norms =
        group.members().stream().filter(m -> m.parameter().kind() == ParameterKind.BN_MEAN).count();
    return analysis.network().graph().nodes().stream()
        .filter(LayerChain::isLayer)
        .filter(n -> kernel.equals(kernelOf(analysis, n)))
        .findFirst()
        .map(layer -> LayerChain.behind(analysis.network(), layer))
        .filter(c -> c.steps().stream().filter(LayerChain::isNorm).count() == norms);
  }

  private static String kernelOf(ChannelAnalysis analysis, NodeDef layer) {
    NodeGraph graph = analysis.network().graph();
    return graph.parameterBehind(TensorRef.parse(layer.getInput(1)));
  }

  private static void insert(
      ChannelAnalysis analysis, GraphEdit edit, LayerChain chain, Map<String, ShapedArray> ones) {
    Shape out = analysis.facts().tensor(chain.end()).shape().orElseThrow();
    int axis = axis(analysis, chain.end());
    String product = edit.unused(chain.end().node() + "/scaled");
    Parameter scale =
        new Parameter(
            product + "/scale",
            ScaleNodes.along(axis, out.dim(axis), out.rank()),
            ParameterKind.BRANCH_SCALE,
            Initializer.ones());
    edit.redirect(chain.end(), TensorRef.of(product), "");
    edit.addAfter(
        chain.end().node(),
        GraphBuilder.variable(scale),
        GraphBuilder.read(scale.name()),
        ScaleNodes.product(product, chain.end().toString(), scale));
    ones.put(scale.name(), ShapedArray.filled(scale.shape(), 1f));
  }

  /** The axis along which the channels lie. */
  private static int axis(ChannelAnalysis analysis, TensorRef tensor) {
    int axis = 0;
    for (int a = 0; a < analysis.axes(tensor).rank(); a++) {
      axis = analysis.axes(tensor).get(a) != null ? a : axis;
    }
    return axis;
  }
}
