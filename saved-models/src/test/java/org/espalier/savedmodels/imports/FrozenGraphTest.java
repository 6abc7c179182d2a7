package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.savedmodels.imports.FrozenGraph.FLOAT;
import static org.espalier.savedmodels.imports.FrozenGraph.INT;
import static org.espalier.savedmodels.imports.FrozenGraph.function;
import static org.espalier.savedmodels.imports.FrozenGraph.in;
import static org.espalier.savedmodels.imports.FrozenGraph.types;
import static org.espalier.savedmodels.imports.FrozenGraph.unary;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.rules.StandardRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** What frozen graphs hold besides layers: decisions, computed constants, inputs of any size. */
class FrozenGraphTest {
  @TempDir Path temp;

  private Model read(FrozenGraph g, List<String> inputs, List<String> outputs) {
    return new SavedModelImporter(StandardRules.create())
        .read(
            g.write(temp.resolve("model.pb")),
            new ReadOptions(Optional.empty(), inputs, outputs, List.of(), Optional.empty(), false));
  }

  private Model read(FrozenGraph g) {
    return read(g, List.of(), List.of());
  }

  private static List<String> ops(Model model) {
    return model.network().graph().nodes().stream().map(NodeDef::getOp).toList();
  }

  /** What the only output is for some images. */
  private static float[] computed(Model model, int... shape) {
    return Runs.run(
            model,
            FrozenGraph.values("fed", shape),
            model.network().outputs().values().iterator().next())
        .values();
  }

  private static float[] computed(Model model) {
    return computed(model, 2, 8, 8, 3);
  }

  private static FrozenGraph switched() {
    return FrozenGraph.base()
        .node("Switch", "switch", in("conv", "training"))
        .node("Relu", "yes", in("switch:1"))
        .node("Tanh", "no", in("switch:0"))
        .node("Merge", "merge", in("yes", "no"), "N", Attributes.number(2))
        .tail("merge");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConstantDecidesASwitch(boolean training) {
    Model model = read(switched().flag("training", training));
    assertThat(ops(model)).doesNotContain("Switch", "Merge", training ? "Tanh" : "Const.bool");
    float[] straight =
        computed(
            read(FrozenGraph.base().node(training ? "Relu" : "Tanh", "t", in("conv")).tail("t")));
    assertThat(computed(model)).containsExactly(straight);
  }

  /** What is only on the branch that is never taken may be anything. */
  @Test
  void aDeadBranchIsLeftOut() {
    FrozenGraph g =
        FrozenGraph.base()
            .flag("training", false)
            .node("Switch", "switch", in("conv", "training"))
            .conv("dead", "switch:1", 8, 8)
            .node("Switch", "inner", in("dead", "fed"))
            .node("AddV2", "sum", in("inner:1", "inner"))
            .node("Merge", "merge", in("sum", "switch"), "N", Attributes.number(2))
            .tail("merge")
            .placeholder("fed", DataType.DT_BOOL, Shape.of());
    Model model = read(g, List.of("x"), List.of());
    assertThat(model.network().parameters())
        .extracting(Parameter::name)
        .doesNotContain("dead/kernel");
    assertThat(computed(model)).containsExactly(computed(read(FrozenGraph.base().tail("conv"))));
  }

  @Test
  void whatIsFedDecidesNothingBeforehand() {
    FrozenGraph g = switched().placeholder("training", DataType.DT_BOOL, Shape.of());
    assertThatThrownBy(() -> read(g))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("'switch' (Switch) is control flow");
  }

  /**
   * A factor can be trained; a limit, a divisor and what stands for small numbers are what they
   * are.
   */
  @Test
  void constantsOfEachChannelAreParametersOfTheirKind() {
    FrozenGraph g =
        FrozenGraph.base()
            .floats("factor", 8)
            .floats("limit", 8)
            .floats("small", 8)
            .floats("divisor", 8)
            .floats("both", 8)
            .floats("one", ShapedArray.filled(Shape.of(), 0.5f))
            .node("Mul", "times", in("conv", "factor"))
            .node("Greater", "large", in("times", "limit"))
            .node("SelectV2", "either", in("large", "times", "small"))
            .node("RealDiv", "over", in("either", "divisor"))
            .node("Maximum", "more", in("over", "both"))
            .node("FloorMod", "rest", in("more", "both"))
            .node("Greater", "sign", in("rest", "one"))
            .node("SelectV2", "end", in("sign", "rest", "one"))
            .tail("end");
    Model model = read(g);
    assertThat(model.network().parameters())
        .filteredOn(p -> !p.kind().isKernel())
        .extracting(p -> p.name() + " " + p.kind().label())
        .containsExactly(
            "factor other",
            "limit constant",
            "small constant",
            "divisor constant",
            "both constant");
    assertThat(model.weights().get("limit")).isEqualTo(FrozenGraph.values("limit", 8));
    ChannelGroup group =
        ChannelAnalysis.of(model.network(), StandardRules.create()).prunable().get(0);
    assertThat(group.members())
        .extracting(m -> m.parameter().name())
        .contains("factor", "limit", "small", "divisor", "both");
  }

  /** Where the largest of a window was is read, so the pool stays what it is; as an output too. */
  @Test
  void aPoolWhoseIndicesAreReadIsNoPlainOne() {
    FrozenGraph g =
        FrozenGraph.base()
            .node(
                "MaxPoolWithArgmax",
                "pool",
                in("conv"),
                "Targmax",
                INT,
                "ksize",
                Attributes.numbers(1, 2, 2, 1),
                "strides",
                Attributes.numbers(1, 2, 2, 1),
                "padding",
                FrozenGraph.text("SAME"))
            .tail("pool");
    assertThat(ops(read(g))).contains("MaxPool").doesNotContain("MaxPoolWithArgmax");
    Model both = read(g, List.of("x"), List.of("scores", "pool:1"));
    assertThat(ops(both)).contains("MaxPoolWithArgmax").doesNotContain("MaxPool");
    g.node("ZerosLike", "zeros", in("pool:1"), "T", INT);
    assertThat(ops(read(g, List.of("x"), List.of("scores", "zeros"))))
        .contains("MaxPoolWithArgmax");
  }

  /** Where it does not scale, its scale is there all the same, and says nothing. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFirstBatchNormIsAFusedOne(boolean scales) {
    FrozenGraph g = FrozenGraph.base();
    for (String part : List.of("mean", "variance", "beta", "gamma")) {
      g.floats(part + "/of", 8);
    }
    g.node(
            "BatchNormWithGlobalNormalization",
            "norm",
            in("conv", "mean/of", "variance/of", "beta/of", "gamma/of"),
            "variance_epsilon",
            Attributes.real(0.25f),
            "scale_after_normalization",
            Attributes.flag(scales))
        .tail("norm");
    Model model = read(g);
    NodeDef norm = model.network().graph().node("norm");
    assertThat(norm.getOp()).isEqualTo("FusedBatchNormV3");
    assertThat(Attributes.real(norm, "epsilon", 0)).isEqualTo(0.25f);
    assertThat(List.of("gamma/of", "beta/of", "mean/of", "variance/of"))
        .zipSatisfy(
            model.network().parameters().stream()
                .filter(p -> p.kind().label().startsWith("bn-"))
                .sorted(java.util.Comparator.comparing(Parameter::kind))
                .toList(),
            (part, parameter) ->
                assertThat(model.weights().get(parameter.name()))
                    .isEqualTo(
                        part.equals("gamma/of") && !scales
                            ? ShapedArray.filled(Shape.of(8), 1f)
                            : FrozenGraph.values(part, 8)));
  }

  private static FrozenGraph branches() {
    return FrozenGraph.base()
        .node(
            "StatelessIf",
            "if",
            in("training", "conv"),
            "Tcond",
            Attributes.type(DataType.DT_BOOL),
            "Tin",
            types(DataType.DT_FLOAT),
            "Tout",
            types(DataType.DT_FLOAT),
            "then_branch",
            function("then"),
            "else_branch",
            function("else"))
        .define("then", 1, "u:activations:0", unary("Relu"))
        .define("else", 1, "u:y:0", unary("Tanh"))
        .tail("if");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConstantDecidesAnIf(boolean training) {
    Model model = read(branches().flag("training", training));
    assertThat(ops(model)).doesNotContain("StatelessIf");
    float[] straight =
        computed(
            read(FrozenGraph.base().node(training ? "Relu" : "Tanh", "t", in("conv")).tail("t")));
    assertThat(computed(model)).containsExactly(straight);
  }

  @Test
  void inputsAndOutputsMayBeNamed() {
    FrozenGraph g = FrozenGraph.base().tail("conv");
    Model whole = read(g);
    assertThat(whole.network().inputs().keySet()).containsExactly("x");
    assertThat(whole.network().outputs().keySet()).containsExactly("scores");
    Model part = read(g, List.of("before:0"), List.of("mean", "after:0"));
    assertThat(part.network().inputs().keySet()).containsExactly("before");
    assertThat(part.network().outputs().keySet()).containsExactlyInAnyOrder("mean", "after");
    assertThat(part.network().parameters())
        .extracting(Parameter::name)
        .containsExactly("last/kernel");
  }

  @Test
  void unknownEndsAreNamedWithTheNearest() {
    FrozenGraph g = FrozenGraph.base().tail("conv");
    assertThatThrownBy(() -> read(g, List.of("befor"), List.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown node 'befor'; nearest: before");
    assertThatThrownBy(() -> read(g, List.of(), List.of("scoresx:0")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown node 'scoresx'; nearest: scores");
  }

  @Test
  void whatIsFedMustBeAnInput() {
    FrozenGraph g =
        FrozenGraph.base()
            .placeholder("keep", Shape.of())
            .node("Mul", "dropped", in("conv", "keep"))
            .tail("dropped");
    assertThatThrownBy(() -> read(g, List.of("x"), List.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("the outputs need 'keep' to be fed")
        .hasMessageEndingWith("name the inputs with --inputs");
    assertThat(read(g, List.of("x"), List.of("conv")).network().inputs()).hasSize(1);
    assertThat(read(g).network().inputs().keySet()).containsExactly("keep", "x");
  }

  @Test
  void aDefaultStandsForWhatIsNotFed() {
    FrozenGraph g =
        FrozenGraph.base()
            .floats("two", ShapedArray.filled(Shape.of(), 2))
            .node(
                "PlaceholderWithDefault",
                "keep",
                in("two"),
                "dtype",
                FLOAT,
                "shape",
                Attributes.shape(Shape.of()))
            .node("Mul", "scaled", in("conv", "keep"))
            .tail("scaled");
    Model model = read(g);
    assertThat(model.network().inputs().keySet()).containsExactly("x");
    float[] plain = computed(read(FrozenGraph.base().tail("conv")));
    float[] doubled = computed(model);
    for (int i = 0; i < plain.length; i++) {
      assertThat(doubled[i]).isEqualTo(2 * plain[i]);
    }
  }

  /** The scale of a batch norm that is computed is a parameter like one that is written. */
  @Test
  void computedConstantsAreFolded() {
    FrozenGraph g =
        FrozenGraph.base()
            .ints("eight", 8)
            .floats("half", ShapedArray.filled(Shape.of(), 0.5f))
            .node("Fill", "halves", in("eight", "half"), "index_type", INT)
            .floats("gamma", 8)
            .node("Mul", "scale", in("halves", "gamma"))
            .floats("offset", 8)
            .floats("mean0", 8)
            .floats("variance", ShapedArray.filled(Shape.of(8), 1.5f))
            .node(
                "FusedBatchNormV3",
                "bn",
                in("conv", "scale", "offset", "mean0", "variance"),
                "U",
                FLOAT,
                "is_training",
                Attributes.flag(false))
            .tail("bn");
    Model model = read(g);
    assertThat(ops(model)).doesNotContain("Fill", "Mul");
    Parameter scale =
        model.network().parameters().stream()
            .filter(p -> p.kind() == ParameterKind.BN_SCALE)
            .findFirst()
            .orElseThrow();
    float[] gamma = FrozenGraph.values("gamma", 8).values();
    for (int i = 0; i < 8; i++) {
      assertThat(model.weights().get(scale.name()).values()[i]).isEqualTo(0.5f * gamma[i]);
    }
    assertThat(ChannelAnalysis.of(model.network(), StandardRules.create()).prunable())
        .extracting(ChannelGroup::id)
        .containsExactly("conv", "last");
  }

  @Test
  void sizesThatAreComputedAreFolded() {
    FrozenGraph g =
        FrozenGraph.base()
            .node("Shape", "shape", in("conv"), "out_type", INT)
            .ints("b", 0)
            .ints("e", 1)
            .ints("s", 1)
            .node(
                "StridedSlice",
                "n",
                in("shape", "b", "e", "s"),
                "T",
                INT,
                "Index",
                INT,
                "shrink_axis_mask",
                Attributes.number(1))
            .ints("pixels", Shape.of(), 64)
            .ints("channels", Shape.of(), 8)
            .node("Pack", "to", in("n", "pixels", "channels"), "T", INT, "N", Attributes.number(3))
            .node("Reshape", "rows", in("conv", "to"), "Tshape", INT)
            .ints("axis", 1)
            .node("Mean", "average", in("rows", "axis"), "Tidx", INT)
            .floats("fc", 8, 4)
            .node("MatMul", "scores", in("average", "fc"));
    Model model = read(g);
    assertThat(ops(model)).doesNotContain("Shape", "StridedSlice", "Pack");
    NodeGraph index = model.network().graph();
    NodeDef target = index.node(index.node("rows").getInput(1));
    assertThat(target.getAttrOrThrow("value")).isEqualTo(Attributes.ints(Shape.of(3), -1, 64, 8));
    assertThat(computed(model)).hasSize(8);
  }

  @Test
  void imagesOfAnySize() {
    FrozenGraph g = new FrozenGraph().placeholder("x", Shape.of(-1, -1, -1, 3));
    Model model = read(g.conv("conv", "x", 3, 8).tail("conv"));
    Network network = model.network();
    assertThat(network.takesAnySize()).isTrue();
    assertThat(computed(model, 2, 5, 9, 3)).hasSize(8);
    CostModel costs = new CostModel(StandardRules.create());
    long small = costs.of(network.assuming(8, 8)).macs();
    assertThat(small).isEqualTo(64 * 9 * (3 * 8 + 8 * 8) + 8 * 4);
    assertThat(costs.of(network.assuming(16, 8)).macs() - 32).isEqualTo(2 * (small - 32));
    assertThat(network.assuming(16, 8).takesAnySize()).isTrue();
    // Sizes that the network fixes stay as they are.
    Network fixed = read(FrozenGraph.base().tail("conv")).network();
    assertThat(fixed.takesAnySize()).isFalse();
    assertThat(costs.of(fixed.assuming(99, 99))).isEqualTo(costs.of(fixed));
  }
}
