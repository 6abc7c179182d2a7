package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.savedmodels.imports.FrozenGraph.in;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.files.Npy;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.StandardRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** Inputs that are settings become constants, and what they decide is decided. */
class FixedInputsTest {
  private static final OpRules RULES = StandardRules.create();

  @TempDir Path temp;

  private static Model read(Path path, String... fix) {
    return new SavedModelImporter(RULES)
        .read(
            path,
            new ReadOptions(
                Optional.empty(), List.of(), List.of(), List.of(fix), Optional.empty(), false));
  }

  private static ShapedArray output(Model model, ShapedArray in) {
    try (Predictor predictor = new Predictor(model, Machine.threads(1))) {
      String input = model.network().inputs().keySet().iterator().next();
      return predictor.outputs(Map.of(input, in)).values().iterator().next();
    }
  }

  private static List<String> prunable(Model model) {
    return ChannelAnalysis.of(model.network(), RULES).prunable().stream()
        .map(ChannelGroup::id)
        .toList();
  }

  /** Both ways in which TensorFlow 1 wrote dropout; Python recorded what it gives without any. */
  @Test
  void dropoutOfWhichAllIsKeptIsGone() {
    Path folder = SavedModelImporterTest.fixture("tf1_dropout_fed");
    Model model = read(folder.resolve("model.pb"), "keep_prob=1");
    assertThat(model.network().inputs().keySet()).containsExactly("input");
    assertThat(model.network().graph().nodes()).noneMatch(n -> n.getOp().startsWith("Random"));
    assertThat(prunable(model)).hasSize(2);
    Map<String, ShapedArray> expected =
        Map.of("scores", Npy.readFloats(folder.resolve("output.npy")));
    ShapedArray found = output(model, Npy.readFloats(folder.resolve("input.npy")));
    assertThat(Agreement.of("dropped", expected, Map.of("scores", found)).relative())
        .isLessThan(1e-5);
  }

  /** The message says what may help; with another value, numbers are still drawn. */
  @Test
  void dropoutThatDropsIsRefused() {
    Path file = SavedModelImporterTest.fixture("tf1_dropout_fed").resolve("model.pb");
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("(--fix keep_prob=VALUE)");
    assertThatThrownBy(() -> read(file, "keep_prob=0.5"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("draw random numbers")
        .hasMessageNotContaining("--fix");
  }

  /** A signature of several inputs keeps the others. */
  @Test
  void aFlagPicksABranch() {
    Path folder = SavedModelImporterTest.fixture("tf1_train_flag_fed");
    Model serving = read(folder, "is_training=false");
    assertThat(serving.network().inputs().keySet()).containsExactly("x");
    assertThat(prunable(serving)).containsExactly("conv");
    Model training = read(folder, "is_training=True");
    assertThat(prunable(training)).isEmpty();
  }

  private FrozenGraph multiplied(DataType type, Shape shape) {
    AttrValue from = Attributes.type(type);
    AttrValue to = Attributes.type(DataType.DT_FLOAT);
    return new FrozenGraph()
        .placeholder("x", Shape.of(-1, 3))
        .placeholder("s", type, shape)
        .node("Cast", "c", in("s"), "SrcT", from, "DstT", to, "T", Attributes.number(0))
        .node("Mul", "y", in("x", "c"));
  }

  @ParameterizedTest
  @CsvSource({
    "DT_FLOAT, 0.5, 0.5",
    "DT_DOUBLE, -1e-2, -0.01",
    "DT_INT32, 3, 3",
    "DT_INT64, 3, 3",
    "DT_INT16, -4, -4",
    "DT_INT8, 5, 5",
    "DT_BOOL, 1, 1",
    "DT_BOOL, FALSE, 0"
  })
  void valuesAreOfTheInputsType(DataType type, String written, float factor) {
    for (Shape shape : List.of(Shape.of(), Shape.of(3))) {
      Path file = multiplied(type, shape).write(temp.resolve("model.pb"));
      ShapedArray in = new ShapedArray(Shape.of(1, 3), new float[] {1, 2, 4});
      assertThat(output(read(file, "s=" + written), in).values())
          .containsExactly(factor, 2 * factor, 4 * factor);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DT_FLOAT | s=yes | input 's' cannot be fixed at 'yes': it is of type float",
        "DT_INT8 | s=128 | input 's' cannot be fixed at '128': it is of type int8",
        "DT_BOOL | s=2 | input 's' cannot be fixed at '2': it is of type bool",
        "DT_FLOAT | x=1 | input 'x' has shape [?,3], so it is no setting and cannot be fixed",
        "DT_FLOAT | t=1 | unknown input 't'; nearest: s, x",
        "DT_FLOAT | y=1 | unknown input 'y'; nearest: s, x",
        "DT_FLOAT | =1 | fix expects NAME=VALUE such as keep_prob=1, found '=1'"
      })
  void mistakesAreNamed(DataType type, String fix, String message) {
    Path file = multiplied(type, Shape.of()).write(temp.resolve("model.pb"));
    assertThatThrownBy(() -> read(file, fix))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }
}
