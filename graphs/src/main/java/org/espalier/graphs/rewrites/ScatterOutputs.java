package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
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
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRules;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Convolutions compute some of their filters only, and what reads them still finds a tensor as wide
 * as before: the outputs are scattered, with zeros where a filter is gone, and what bias and batch
 * norm make of a filter of zeros is added as a constant. So a branch with filters of zeros gets
 * smaller although the trunk that it is added to does not.
 *
 * <p>Outputs stay what they are if the filters that go are zero. The constants are computed from
 * the weights, so only weights carry. Fresh constants are zeros.
 */
public final class ScatterOutputs implements GraphRewrite {
  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  private final Map<String, int[]> kept;
  private final OpRules rules;

  /**
   * @param kept the filters that stay, ascending, by the name of the kernel; at least one of each
   */
  public ScatterOutputs(Map<String, int[]> kept, OpRules rules) {
    this.kept = new LinkedHashMap<>(kept);
    this.rules = rules;
  }

  @Override
  public String name() {
    return "scatter-outputs";
  }

  @Override
  public String description() {
    return "named convolutions compute some of their filters and scatter them";
  }

  /** One convolution that gets smaller. */
  private record Narrowed(LayerChain chain, String kernel, int[] kept, int width) {
    /** The constant that is added; of meaning where something is shifted. */
    String constant() {
      return chain.layer().getName() + "/scattered/constant";
    }
  }

  /**
   * Whether a convolution can be told to compute some of its filters only: it is not grouped, and
   * kernel, bias and batch norm are its own.
   */
  public static boolean fits(ChannelAnalysis analysis, String kernel) {
    return find(analysis.network(), analysis.facts(), kernel).isPresent();
  }

  private static Optional<LayerChain> find(Network network, GraphFacts facts, String kernel) {
    NodeGraph graph = network.graph();
    return graph.nodes().stream()
        .filter(n -> n.getOp().equals("Conv2D"))
        .filter(n -> LayerChain.own(graph, n, 1).map(kernel::equals).orElse(false))
        .filter(n -> graph.consumers(kernel).get(0).getName().equals(GraphBuilder.readName(kernel)))
        .filter(n -> n.getInput(1).equals(GraphBuilder.readName(kernel))) // no mask
        .filter(n -> readsAll(facts.op(n)))
        .findFirst()
        .map(layer -> LayerChain.behind(network, layer))
        .filter(chain -> !network.outputNodes().contains(chain.end().node()))
        .filter(chain -> parameters(graph, chain).stream().allMatch(Optional::isPresent));
  }

  /**
   * Whether each filter reads all channels: those of a grouped convolution cannot go one by one.
   */
  private static boolean readsAll(Op conv) {
    return conv.isRanked() && conv.shape(0).dim(conv.channelAxis()) == conv.shape(1).dim(2);
  }

  /** The vectors of the nodes behind the layer, empty where they are not its own. */
  private static List<Optional<String>> parameters(NodeGraph graph, LayerChain chain) {
    List<Optional<String>> vectors = new ArrayList<>();
    for (NodeDef step : chain.shifts()) {
      for (int i = 1; i <= (LayerChain.isNorm(step) ? 4 : 1); i++) {
        vectors.add(LayerChain.own(graph, step, i));
      }
    }
    return vectors;
  }

  @Override
  public Rewritten apply(Network network) {
    GraphFacts facts = GraphFacts.of(network, rules);
    GraphEdit edit = new GraphEdit(network);
    List<Narrowed> all = new ArrayList<>();
    kept.forEach(
        (kernel, filters) -> {
          LayerChain chain =
              find(network, facts, kernel)
                  .orElseThrow(
                      () ->
                          new BadInputException(
                              "the filters of '" + kernel + "' cannot be scattered"));
          int width = network.parameter(kernel).shape().last();
          Narrowed narrowed = new Narrowed(chain, kernel, filters, width);
          write(network, edit, narrowed);
          all.add(narrowed);
        });
    return new Rewritten(edit.build(), weights -> carry(network, weights, all));
  }

  private static void write(Network network, GraphEdit edit, Narrowed n) {
    Shape kernel = network.parameter(n.kernel()).shape();
    edit.node(n.kernel()).putAttr("shape", Attributes.shape(kernel.with(-1, n.kept().length)));
    for (Optional<String> vector : parameters(network.graph(), n.chain())) {
      edit.node(vector.orElseThrow()).putAttr("shape", Attributes.shape(Shape.of(n.kept().length)));
    }
    boolean first = isChannelsFirst(n);
    String end = n.chain().end().node();
    String at = n.chain().layer().getName() + "/scattered";
    int[] indices = new int[n.width()];
    Arrays.fill(indices, n.kept().length); // the channel of zeros
    for (int i = 0; i < n.kept().length; i++) {
      indices[n.kept()[i]] = i;
    }
    int axis = first ? 1 : 3;
    int[] paddings = new int[8];
    paddings[2 * axis + 1] = 1;
    List<NodeDef> nodes = new ArrayList<>();
    nodes.add(constant(at + "/paddings", Shape.of(4, 2), paddings));
    nodes.add(
        node("Pad", at + "/padded", Map.of("T", FLOAT, "Tpaddings", INT), end, at + "/paddings"));
    nodes.add(constant(at + "/indices", Shape.of(indices.length), indices));
    nodes.add(constant(at + "/axis", Shape.of(), axis));
    Map<String, AttrValue> gathers =
        Map.of(
            "Tparams",
            FLOAT,
            "Tindices",
            INT,
            "Taxis",
            INT,
            "batch_dims",
            Attributes.number(0),
            Op.SELECTION,
            Attributes.flag(true));
    nodes.add(node("GatherV2", at, gathers, at + "/padded", at + "/indices", at + "/axis"));
    String last = at;
    if (!n.chain().shifts().isEmpty()) {
      Parameter constant =
          new Parameter(n.constant(), Shape.of(n.width()), ParameterKind.BIAS, Initializer.zeros());
      last = at + "/shifted";
      nodes.add(GraphBuilder.variable(constant));
      nodes.add(GraphBuilder.read(constant.name()));
      Map<String, AttrValue> adds =
          Map.of("T", FLOAT, "data_format", Attributes.text(first ? "NCHW" : "NHWC"));
      nodes.add(node("BiasAdd", last, adds, at, GraphBuilder.readName(constant.name())));
    }
    edit.redirect(n.chain().end(), TensorRef.of(last), "");
    edit.addAfter(end, nodes.toArray(NodeDef[]::new));
  }

  private static boolean isChannelsFirst(Narrowed n) {
    return Attributes.text(n.chain().layer(), "data_format", "NHWC").equals("NCHW");
  }

  private static NodeDef constant(String name, Shape shape, int... values) {
    return node("Const", name, Map.of("dtype", INT, "value", Attributes.ints(shape, values)));
  }

  private static NodeDef node(
      String op, String name, Map<String, AttrValue> attributes, String... inputs) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp(op)
        .putAllAttr(attributes)
        .addAllInput(List.of(inputs))
        .build();
  }

  private static Weights carry(Network network, Weights weights, List<Narrowed> all) {
    Map<String, ShapedArray> carried = new LinkedHashMap<>(weights.asMap());
    for (Narrowed n : all) {
      ShapedArray kernel = weights.get(n.kernel());
      carried.put(n.kernel(), kernel.gather(kernel.shape().rank() - 1, n.kept()));
      for (Optional<String> vector : parameters(network.graph(), n.chain())) {
        carried.computeIfPresent(vector.orElseThrow(), (name, old) -> old.gather(0, n.kept()));
      }
      if (!n.chain().shifts().isEmpty()) {
        double[] silent = n.chain().ofZeros(network.graph(), weights, n.width());
        float[] constant = new float[n.width()];
        for (int c = 0; c < constant.length; c++) {
          constant[c] = (float) silent[c];
        }
        for (int filter : n.kept()) {
          constant[filter] = 0f;
        }
        carried.put(n.constant(), new ShapedArray(Shape.of(n.width()), constant));
      }
    }
    return Weights.of(carried);
  }
}
