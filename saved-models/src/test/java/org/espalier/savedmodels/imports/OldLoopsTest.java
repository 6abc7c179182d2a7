package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.espalier.savedmodels.imports.FrozenGraph.INT;
import static org.espalier.savedmodels.imports.FrozenGraph.in;
import static org.espalier.savedmodels.imports.FrozenGraph.text;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.ops.rules.StandardRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The loops of TensorFlow 1, as one {@code While}. What Python computed: {@link CorpusTest}. */
class OldLoopsTest {
  private static final String FRAME = "loop/context";

  @TempDir Path temp;

  private Model read(FrozenGraph graph, String... outputs) {
    ReadOptions options =
        new ReadOptions(
            Optional.empty(), List.of(), List.of(outputs), List.of(), Optional.empty(), false);
    return new SavedModelImporter(StandardRules.create())
        .read(graph.write(temp.resolve("model.pb")), options);
  }

  private static FrozenGraph enter(FrozenGraph g, String name, String of, boolean constant) {
    return g.node(
        "Enter",
        name,
        in(of),
        "frame_name",
        text(FRAME),
        "is_constant",
        Attributes.flag(constant),
        "parallel_iterations",
        Attributes.number(7));
  }

  /** Multiplies and subtracts, so often: all that makes a difference by its place. */
  private static FrozenGraph loop(int rounds, String decides) {
    FrozenGraph g =
        FrozenGraph.base()
            .floats("factor", 8)
            .floats("less", 8)
            .ints("zero", Shape.of(), 0)
            .ints("one", Shape.of(), 1)
            .ints("rounds", Shape.of(), rounds);
    enter(g, "in_less", "less", true);
    enter(g, "in_v", "conv", false);
    enter(g, "in_factor", "factor", true);
    return g.node("Enter", "in_i", in("zero"), "T", INT, "frame_name", text(FRAME))
        .node("Enter", "in_rounds", in("rounds"), "T", INT, "frame_name", text(FRAME))
        .node("Merge", "i", in("in_i", "next_i"), "T", INT, "N", Attributes.number(2))
        .node("Merge", "v", in("in_v", "next_v"), "N", Attributes.number(2))
        .node("Less", "more", in("i", "in_rounds"), "T", INT)
        .node("LoopCond", decides, in("more"))
        .node("Switch", "go_i", in("i", decides), "T", INT)
        .node("Switch", "go_v", in("v", decides))
        .node("AddV2", "another", in("go_i:1", "one", "^go_v"), "T", INT)
        .node("Mul", "product", in("go_v:1", "in_factor"))
        .node("Sub", "difference", in("product", "in_less"))
        .node("NextIteration", "next_i", in("another"), "T", INT)
        .node("NextIteration", "next_v", in("difference"))
        .node("Exit", "out", in("go_v"));
  }

  private static FrozenGraph straight(int rounds) {
    FrozenGraph g = FrozenGraph.base().floats("factor", 8).floats("less", 8);
    String v = "conv";
    for (int i = 0; i < rounds; i++) {
      g.node("Mul", "product" + i, in(v, "factor"));
      g.node("Sub", "difference" + i, in("product" + i, "less"));
      v = "difference" + i;
    }
    return g.tail(v);
  }

  /** The graph with one node written otherwise. */
  private static FrozenGraph changed(FrozenGraph g, String name, Consumer<NodeDef.Builder> change) {
    for (NodeDef.Builder node : g.graph.getNodeBuilderList()) {
      if (node.getName().equals(name)) {
        change.accept(node);
      }
    }
    return g;
  }

  private static float[] computed(Model model) {
    try (Predictor predictor = new Predictor(model, Machine.threads(1))) {
      Map<String, ShapedArray> fed = Map.of("x", FrozenGraph.values("fed", 2, 8, 8, 3));
      return predictor.outputs(fed).get("scores").values();
    }
  }

  private static NodeDef loopOf(Model model) {
    return model.network().graph().nodes().stream()
        .filter(n -> n.getOp().equals("While"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void aLoopComputesWhatItsRoundsCompute(int rounds) {
    float[] expected = computed(read(straight(rounds)));
    assertThat(computed(read(loop(rounds, "loop/LoopCond").tail("out")))).containsExactly(expected);
    FrozenGraph backFirst =
        changed(
            loop(rounds, "loop/LoopCond").tail("out"),
            "v",
            merge -> merge.setInput(0, "next_v").setInput(1, "in_v"));
    assertThat(computed(read(backFirst))).containsExactly(expected);
  }

  /** In the first round as it is, later a constant, which must wait for its branch to be taken. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aBranchWithinARoundIsTakenOrNot(int rounds) {
    AttrValue bool = Attributes.type(DataType.DT_BOOL);
    FrozenGraph g =
        loop(rounds, "loop/LoopCond")
            .node("Less", "early", in("go_i:1", "one"), "T", INT)
            .node("Switch", "either", in("early", "early"), "T", bool)
            .node("Identity", "yes", in("either:1"), "T", bool)
            .node("Identity", "no", in("either"), "T", bool)
            .node("Switch", "if_early", in("difference", "early"))
            .node("Identity", "kept", in("if_early:1"))
            .floats("late", 2, 8, 8, 8)
            .node("Merge", "merged", in("late", "kept"), "N", Attributes.number(2));
    changed(g, "late", late -> late.addInput("^no"));
    changed(g, "next_v", next -> next.setInput(0, "merged"));
    FrozenGraph plain = straight(1).floats("late", 2, 8, 8, 8);
    if (rounds == 2) {
      changed(plain, "before", before -> before.setInput(0, "late"));
    }
    assertThat(computed(read(g.tail("out"), "scores")))
        .containsExactly(computed(read(plain, "scores")), offset(1e-5f));
  }

  /** A variable that is read twice after the loop, and one that nobody reads. */
  @Test
  void whatComesOutIsReadByItsName() {
    FrozenGraph g =
        loop(2, "loop/LoopCond")
            .node("Exit", "again", in("go_v"))
            .node("Exit", "count", in("go_i"), "T", INT)
            .node("Cast", "counted", in("count"), "SrcT", INT, "DstT", FrozenGraph.FLOAT)
            .node("AddV2", "sum", in("again", "counted"));
    changed(g, "counted", cast -> cast.removeAttr("T"));
    FrozenGraph plain =
        straight(2)
            .floats("two", ShapedArray.scalar(2))
            .node("AddV2", "sum", in("difference1", "two"));
    changed(plain, "before", node -> node.setInput(0, "sum"));
    assertThat(computed(read(g.tail("sum")))).containsExactly(computed(read(plain)), offset(1e-5f));
  }

  @Test
  void aLoopIsNamedByItsScope() {
    NodeDef loop = loopOf(read(loop(2, "loop/LoopCond").tail("out")));
    assertThat(loop.getName()).isEqualTo("loop");
    assertThat(Attributes.number(loop, "parallel_iterations", 0)).isEqualTo(7);
    assertThat(NodeGraph.functionsOf(loop)).hasSize(2);
    assertThat(loopOf(read(loop(2, "decides").tail("out"))).getName()).isEqualTo("decides");
    FrozenGraph taken = loop(2, "loop/LoopCond").node("Relu", "loop", in("out")).tail("loop");
    assertThat(loopOf(read(taken)).getName()).isEqualTo("loop/LoopCond");
  }

  /** Functions that are there already keep their names. */
  @Test
  void itsFunctionsTakeNoOthersName() {
    FrozenGraph g =
        loop(3, "loop/LoopCond")
            .define("loop_body", 1, "u:activations:0", FrozenGraph.unary("Relu"))
            .call("called", "loop_body", "out")
            .tail("called");
    FrozenGraph plain = straight(3).node("Relu", "called", in("difference2"));
    changed(plain, "before", node -> node.setInput(0, "called"));
    assertThat(computed(read(g))).containsExactly(computed(read(plain)));
  }

  @Test
  void aGraphWithoutLoopsStaysTheSame() {
    GraphDef graph = straight(2).graph.build();
    assertThat(OldLoops.written(graph)).isSameAs(graph);
  }

  /** What is asked for within a loop cannot be had, nor a loop that is none. */
  @ParameterizedTest
  @CsvSource({
    "next_v, Identity, is part of a loop",
    "loop/LoopCond, Identity, is part of a loop",
    "go_v, Identity, is part of a loop",
    "product, Exit, is part of a loop",
    "difference, Exit, is part of a loop"
  })
  void brokenLoopsAreRefused(String node, String op, String message) {
    FrozenGraph g = changed(loop(2, "loop/LoopCond").tail("out"), node, n -> n.setOp(op));
    assertThatThrownBy(() -> read(g))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aCircleWithinARoundIsRefused() {
    FrozenGraph g =
        changed(
            loop(2, "loop/LoopCond").tail("out"),
            "product",
            node -> node.setInput(1, "difference"));
    assertThatThrownBy(() -> read(g))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is part of a loop");
  }

  @Test
  void twoNodesOfOneNameAreRefusedBesideALoopToo() {
    FrozenGraph g = loop(2, "loop/LoopCond").tail("out").node("Relu", "before", in("conv"));
    assertThatThrownBy(() -> read(g))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("two nodes are named 'before'");
  }

  @Test
  void onlyWhatIsNeededIsLookedAt() {
    FrozenGraph g = changed(loop(2, "loop/LoopCond"), "next_v", n -> n.setOp("Identity"));
    assertThat(read(g.tail("conv"), "scores").network().graph().nodes())
        .noneMatch(n -> List.of("While", "Enter").contains(n.getOp()));
  }
}
