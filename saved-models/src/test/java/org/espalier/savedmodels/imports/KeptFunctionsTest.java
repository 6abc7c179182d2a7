package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.savedmodels.imports.FrozenGraph.function;
import static org.espalier.savedmodels.imports.FrozenGraph.in;
import static org.espalier.savedmodels.imports.FrozenGraph.types;
import static org.espalier.savedmodels.imports.FrozenGraph.unary;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.sessions.Gradients;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.StandardRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/** Loops, and branches that are decided at run time, stay one node that runs its functions. */
class KeptFunctionsTest {
  private static final OpRules RULES = StandardRules.create();

  @TempDir Path temp;

  private Model read(FrozenGraph graph) {
    return new SavedModelImporter(RULES)
        .read(graph.write(temp.resolve("model.pb")), ReadOptions.DEFAULT);
  }

  /** A network that goes through one of two functions. */
  private static FrozenGraph branches(String then, String output) {
    return FrozenGraph.base()
        .placeholder("training", DataType.DT_BOOL, Shape.of())
        .node(
            "StatelessIf",
            "if",
            in("training", "conv"),
            "T",
            Attributes.number(0), // as good as none
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
        .define("then", 1, output, unary(then))
        .define("else", 1, "u:y:0", unary("Tanh"))
        .tail("if");
  }

  private static ShapedArray output(Model model, Map<String, ShapedArray> fed) {
    try (Predictor predictor = new Predictor(model, Machine.threads(1))) {
      return predictor.outputs(fed).values().iterator().next();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, Relu", "0, Tanh"})
  void aBranchIsTakenAtRunTime(float training, String op) {
    Model model = read(branches("Relu", "u:activations:0"));
    assertThat(model.network().graph().nodes()).anyMatch(n -> n.getOp().equals("StatelessIf"));
    ShapedArray x = FrozenGraph.values("fed", 2, 8, 8, 3);
    ShapedArray found = output(model, Map.of("x", x, "training", ShapedArray.scalar(training)));
    Model straight = read(FrozenGraph.base().node(op, "t", in("conv")).tail("t"));
    assertThat(found.values()).containsExactly(output(straight, Map.of("x", x)).values());
  }

  @Test
  void whatABranchReadsStaysAndSaysWhy() {
    Model model = read(branches("Relu", "u:activations:0"));
    assertThat(ChannelAnalysis.of(model.network(), RULES).groups())
        .anyMatch(g -> g.reason().equals("a loop or branch reads it (node 'if')"));
  }

  /** What branches and loops do is looked at as all else is. */
  @Test
  void whatABranchDoesMustBeLetIn() {
    assertThatThrownBy(() -> read(branches("ReadFile", "u:contents:0")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("node 'u' (ReadFile)")
        .hasMessageEndingWith("--trust lets it in");
    assertThatThrownBy(() -> read(branches("RandomUniform", "u:output:0")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("node 'u' (RandomUniform) draws random numbers")
        .hasMessageContaining("--fix training=VALUE");
  }

  @Test
  void aBranchThatIsNotThereIsNamed() {
    FrozenGraph graph = branches("Relu", "u:activations:0").without("else");
    assertThatThrownBy(() -> read(graph))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("'if' (StatelessIf) calls function 'else', which is not in");
  }

  /** Loops read values, not variables: each read stands outside, once for each variable. */
  @ParameterizedTest
  @ValueSource(strings = {"recurrent", "decided"})
  void functionsTakeNoVariables(String name) {
    Model model =
        new SavedModelImporter(RULES)
            .read(SavedModelImporterTest.fixture(name), ReadOptions.DEFAULT);
    List<NodeDef> kept =
        model.network().graph().nodes().stream()
            .filter(n -> n.containsAttr(NodeGraph.FUNCTIONS))
            .toList();
    assertThat(kept).hasSize(3);
    for (NodeDef node : kept) {
      List<FunctionDef> functions = NodeGraph.functionsOf(node);
      assertThat(functions).hasSizeGreaterThanOrEqualTo(2);
      for (FunctionDef f : functions) {
        assertThat(f.getSignature().getInputArgList())
            .noneMatch(a -> a.getType() == DataType.DT_RESOURCE);
        assertThat(f.getNodeDefList())
            .noneMatch(n -> n.getOp().contains("Variable") || n.getOp().contains("Assert"))
            .noneMatch(n -> n.getInputList().stream().anyMatch(TensorRef::isControl));
      }
    }
    assertThat(new CostModel(RULES).of(model.network()).open())
        .as("the work of a loop is not known")
        .anyMatch(o -> o.contains("(While)"));
  }

  @Test
  void gradientsDoNotPass() {
    Model model = read(branches("Relu", "u:activations:0"));
    GraphBuilder g = new GraphBuilder(model.network().graph());
    String logits = model.network().outputs().values().iterator().next().toString();
    String loss = g.addFloat("L2Loss", "loss", logits);
    NodeGraph graph = g.build();
    assertThatThrownBy(
            () -> Gradients.add(graph, TensorRef.of(loss), List.of(TensorRef.of("conv"))))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(
            "the network cannot be trained: gradients do not pass loops and branches such as 'if';"
                + " TensorFlow says: No gradient defined for op: StatelessIf");
  }
}
