package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.StandardRules;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Costs of what others wrote, against a count that knows nothing of our rules. */
class ImportedCostTest {
  private static final OpRules RULES = StandardRules.create();
  private static final CostModel COSTS = new CostModel(RULES);

  @TempDir Path temp;

  /** Multiply-accumulates for some images, from the shapes that TensorFlow infers. */
  private static long counted(Network network, int images) {
    GraphDef.Builder fed = network.graph().def().toBuilder();
    for (NodeDef.Builder node : fed.getNodeBuilderList()) {
      if (node.getOp().equals("Placeholder")) {
        Optional<Shape> shape =
            Attributes.shape(node.build(), Network.ASSUMED)
                .or(() -> Attributes.shape(node.build(), "shape"));
        shape
            .filter(s -> s.rank() > 0 && s.dim(0) < 0)
            .ifPresent(s -> node.putAttr("shape", Attributes.shape(s.with(0, images))));
      }
    }
    long macs = 0;
    try (Graph graph = new Graph()) {
      graph.importGraphDef(fed.build());
      for (GraphOperation op : (Iterable<GraphOperation>) graph::operations) {
        long out = op.output(0).shape().isUnknown() ? -1 : op.output(0).shape().size();
        macs +=
            switch (op.type()) {
              case "Conv2D" -> out * inner(op, 0, 1, 2);
              case "DepthwiseConv2dNative" -> out * inner(op, 0, 1);
              case "MatMul" -> out * op.input(0).shape().get(flag(op, "transpose_a") ? 0 : 1);
              case "BatchMatMulV2" -> {
                var a = op.input(0).shape();
                yield out * a.get(a.numDimensions() - (flag(op, "adj_x") ? 2 : 1));
              }
              case "Conv2DBackpropInput" -> op.input(2).shape().size() * inner(op, 0, 1, 2);
              default -> 0;
            };
      }
    }
    return macs;
  }

  private static boolean flag(GraphOperation op, String name) {
    return op.attributes().getAttrBool(name);
  }

  private static long inner(GraphOperation op, int... axes) {
    long inner = 1;
    for (int axis : axes) {
      inner *= op.input(1).shape().get(axis);
    }
    return inner;
  }

  /** What each image adds, and what is done once for all. */
  private static long forOneImage(Network network) {
    return 2 * counted(network, 2) - counted(network, 3);
  }

  static Stream<String> corpus() {
    return Stream.of(
        """
        residual separable dense inception mobile squeeze_excite nchw nchw_keras flatten_dense shared
        two_outputs two_inputs grouped split prelu resize pads attention_gate layernorm groupnorm
        nested folded frozen tf1-ref tf1-resource tf1_train_flag_v1 tf1_train_flag_v2
        keras2_residual tf1_slim_frozen"""
            .strip()
            .split("\\s+"));
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void costsAreThoseOfAnIndependentCount(String name) {
    Path folder = SavedModelImporterTest.fixture(name);
    Path frozen = folder.resolve("model.pb");
    Network network = read(Files.exists(frozen) ? frozen : folder).network();
    Cost cost = COSTS.of(network);
    assertThat(cost.open()).isEmpty();
    assertThat(cost.macs()).isPositive().isEqualTo(forOneImage(network));
  }

  /** As Keras' summary lists them; in parentheses what a folded batch norm left in a layer. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          residual | stem 216, stem_bn 16, inner 584, inner_bn 16, back 584, head 45 | 32
          folded | conv0 232 (16), conv1 888 (24), depth 132 (24), fc 52 | 0
          frozen/model.pb | conv 168, FusedBatchNormV3 12, dense 24 | 12
          prelu | conv 224, p_re_lu 8, conv_1 584, conv_2 438, p_re_lu_1 24, conv_3 42, head 28 | 0
          layernorm | conv 392, layer_normalization 16, depth 400, layer_normalization_1 16, \
          dense 288, dense_1 272, head 36 | 0
          """)
  void layersAreThoseThatPeopleKnow(String name, String layers, long statistics) {
    Path folder = SavedModelImporterTest.fixture(name);
    Path frozen = folder.resolve("model.pb");
    Cost cost = COSTS.of(read(Files.exists(frozen) ? frozen : folder).network());
    assertThat(
            cost.layers().stream()
                .filter(l -> l.parameters() > 0)
                .map(
                    l ->
                        l.name()
                            + " "
                            + l.parameters()
                            + (l.folded() > 0 ? " (" + l.folded() + ")" : ""))
                .collect(Collectors.joining(", ")))
        .isEqualTo(layers);
    assertThat(cost.layers().stream().mapToLong(Cost.Layer::parameters).sum())
        .isEqualTo(cost.parameters());
    assertThat(cost.statistics()).isEqualTo(statistics);
  }

  private static ReadOptions trusting(Optional<String> imageSize) {
    return new ReadOptions(Optional.empty(), List.of(), List.of(), List.of(), imageSize, true);
  }

  private static Model read(Path path) {
    return new SavedModelImporter(RULES).read(path, trusting(Optional.empty()));
  }

  /** An op that no rule speaks for, between two convolutions and before two more layers. */
  private Model around(FrozenGraph odd, int channels) {
    odd.conv("conv2", "odd", channels, 6);
    odd.tail("conv2", 6);
    return read(odd.write(temp.resolve("model.pb")));
  }

  private static FrozenGraph odd(String op) {
    FrozenGraph g = FrozenGraph.base();
    String[] conv = FrozenGraph.in("conv");
    return switch (op) {
      case "Erfinv" -> g.node(op, "odd", conv);
      case "Dilation2D" ->
          g.floats("filter", 3, 3, 8)
              .node(
                  op,
                  "odd",
                  FrozenGraph.in("conv", "filter"),
                  "strides",
                  Attributes.numbers(1, 2, 2, 1),
                  "rates",
                  Attributes.numbers(1, 1, 1, 1),
                  "padding",
                  FrozenGraph.text("SAME"));
      case "RFFT" -> {
        g.ints("length", 8);
        g.graph.addNode(
            NodeDef.newBuilder().setName("spectrum").setOp(op).addInput("conv").addInput("length"));
        yield g.node(
            "ComplexAbs",
            "odd",
            FrozenGraph.in("spectrum"),
            "T",
            Attributes.type(DataType.DT_COMPLEX64));
      }
      default -> throw new IllegalArgumentException(op);
    };
  }

  @ParameterizedTest
  @CsvSource({"Erfinv, 8, 8", "Dilation2D, 4, 8", "RFFT, 8, 5"})
  void behindAnOpWithoutARuleTensorFlowTellsTheShapes(String op, int side, int channels) {
    assertThat(RULES.has(op)).isFalse();
    Model model = around(odd(op), channels);
    Cost cost = COSTS.of(model.network());
    long expected = 64 * 9 * 3 * 8 + (long) side * side * 9 * (channels * 6 + 6 * 8) + 8 * 4;
    assertThat(cost.open()).isEmpty();
    assertThat(cost.macs()).isEqualTo(expected).isEqualTo(forOneImage(model.network()));

    ChannelAnalysis analysis = ChannelAnalysis.of(model.network(), RULES);
    Cut cut =
        new Cut(
            "some",
            Map.of(),
            analysis.prunable().stream().map(g -> Cut.Group.of(g, new int[] {0, 2})).toList());
    Network small = new RemoveChannels(cut, RULES).apply(analysis).network();
    assertThat(analysis.prunable()).isNotEmpty();
    assertThat(COSTS.of(small).open()).isEmpty();
    assertThat(COSTS.of(small).macs())
        .isLessThan(cost.macs())
        .isEqualTo(forOneImage(small))
        .isEqualTo(new CutCost(analysis).macs(cut));
  }

  /** Rows and columns are those of the assumed size, and not of each other. */
  @Test
  void imagesOfAnySizeAreCountedAtTheSizeThatIsAsked() {
    FrozenGraph g = new FrozenGraph().placeholder("x", Shape.of(-1, -1, -1, 3));
    g.conv("conv", "x", 3, 8);
    g.node("Erfinv", "odd", FrozenGraph.in("conv"));
    g.conv("conv2", "odd", 8, 4, "strides", Attributes.numbers(1, 1, 4, 1));
    Path file = g.write(temp.resolve("any.pb"));
    ReadOptions wide = trusting(Optional.of("10x20"));
    Network network = new SavedModelImporter(RULES).read(file, wide).network();
    assertThat(COSTS.of(network).macs()).isEqualTo(10 * 20 * 9 * 24 + 10 * 5 * 9 * 32);
    Network usual = read(file).network();
    assertThat(COSTS.of(usual).macs()).isEqualTo(224 * 224 * 9 * 24 + 224 * 56 * 9 * 32);
    assertThat(COSTS.of(usual.assuming(10, 20)).isAtLeast()).isTrue();
  }

  @Test
  void whatTensorFlowDoesNotKnowEitherIsAtLeastSoMuch() {
    FrozenGraph g = FrozenGraph.base().placeholder("size", DataType.DT_INT32, Shape.of(2));
    g.node("ResizeBilinear", "odd", FrozenGraph.in("conv", "size"));
    Model model = around(g, 8);
    Cost cost = COSTS.of(model.network());
    assertThat(cost.isAtLeast()).isTrue();
    assertThat(cost.open()).hasSize(2).first().asString().contains("'conv2' (Conv2D)");
    assertThat(cost.macs()).isGreaterThanOrEqualTo(64 * 9 * 3 * 8);
  }
}
