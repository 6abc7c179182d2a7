package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.savedmodels.imports.FrozenGraph.FLOAT;
import static org.espalier.savedmodels.imports.FrozenGraph.base;
import static org.espalier.savedmodels.imports.FrozenGraph.in;
import static org.espalier.savedmodels.imports.FrozenGraph.unary;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.ops.rules.StandardRules;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Graphs that are wrong are refused in one line that names the file and the node; none of them ends
 * the process, or keeps it busy for long.
 */
class BrokenGraphsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path temp;

  /** What all that reads a model does first. */
  private static void load(Path path) {
    ChannelAnalysis.of(
        new SavedModelImporter(StandardRules.create()).read(path, ReadOptions.DEFAULT).network(),
        StandardRules.create());
  }

  private static void refused(Path path, String part) {
    ThrowingCallable load = () -> Assertions.assertTimeout(LONG, () -> load(path));
    assertThatThrownBy(load)
        .isInstanceOfAny(BadInputException.class, UsageException.class)
        .hasMessageContaining(path.getFileName().toString())
        .satisfies(e -> names(e.getMessage(), part))
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("null", "Exception"));
  }

  /** A single small word is a node, which must be told as one. */
  private static void names(String message, String part) {
    if (part.matches("[a-z]+")) {
      assertThat(message).matches(".*(\\{\\{node %1$s}}|'%1$s'|node %1$s ).*".formatted(part));
    } else {
      assertThat(message).contains(part);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isRefused(Broken one) {
    refused(one.graph.get().write(temp.resolve("broken.pb")), one.part);
  }

  /** The graph that the broken ones vary is sound. */
  @Test
  void theSoundOneIsRead() {
    load(base().tail("conv").write(temp.resolve("sound.pb")));
    load(
        base()
            .define("f", 1, "u:activations:0", unary("Relu"))
            .call("c", "f", "conv")
            .tail("c")
            .write(temp.resolve("sound.pb")));
  }

  /** It is long, but nothing is wrong with it. */
  @Test
  void aLongChainIsRead() {
    FrozenGraph g = base();
    String x = "conv";
    for (int i = 0; i < 20_000; i++) {
      g.node("Relu", "r" + i, in(x));
      x = "r" + i;
    }
    Path file = g.tail(x).write(temp.resolve("long.pb"));
    Assertions.assertTimeout(LONG, () -> load(file));
  }

  @Test
  void filesThatAreNoGraphsAreNamed() throws IOException {
    byte[] whole = base().tail("conv").graph.build().toByteArray();
    RandomStream random = RandomStream.root(1);
    byte[] noise = new byte[5000];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) random.nextInt(256);
    }
    Map<String, byte[]> files =
        Map.of(
            "half.pb", java.util.Arrays.copyOf(whole, whole.length / 2),
            "one.pb", java.util.Arrays.copyOf(whole, 1),
            "noise.pb", noise,
            "text.pb", "no graph\n".getBytes(StandardCharsets.UTF_8),
            "empty.pb", new byte[0]);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      refused(
          Files.write(temp.resolve(file.getKey()), file.getValue()), "expected a frozen GraphDef");
    }
  }

  @Test
  void textThatIsNestedDeeplyIsRefused() throws IOException {
    String deep = "list { func { attr { key: 'a' value { ";
    String text = "node { name: 'a' op: 'Relu' attr { key: 'a' value { " + deep.repeat(50_000);
    refused(Files.writeString(temp.resolve("deep.pbtxt"), text), "nested too deep");
  }

  /** Wrong signatures of a sound graph. */
  enum BrokenSignature {
    OUTPUT_THAT_IS_NOT("'ghost'", s -> s.putOutputs("y", info("ghost:0"))),
    INPUT_THAT_IS_NOT("'ghost'", s -> s.putInputs("x", info("ghost:0"))),
    OUTPUT_THAT_THE_NODE_LACKS("'scores:99'", s -> s.putOutputs("y", info("scores:99"))),
    OUTPUT_WITHOUT_NAME("'y'", s -> s.putOutputs("y", info(""))),
    NO_OUTPUTS("no outputs", SignatureDef.Builder::clearOutputs),
    NO_INPUTS("'x'", SignatureDef.Builder::clearInputs),
    ONE_TENSOR_FOR_TWO_INPUTS(
        "the inputs 'x' and 'x2' are one tensor, 'x'", s -> s.putInputs("x2", info("x:0"))),
    OUTPUT_OF_NONSENSE("a:b:c", s -> s.putOutputs("y", info("^a:b:c:-1")));

    private final String part;
    private final UnaryOperator<SignatureDef.Builder> change;

    BrokenSignature(String part, UnaryOperator<SignatureDef.Builder> change) {
      this.part = part;
      this.change = change;
    }
  }

  private static TensorInfo info(String name) {
    return TensorInfo.newBuilder()
        .setName(name)
        .setDtype(DataType.DT_FLOAT)
        .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))
        .build();
  }

  private Path savedModel(Consumer<MetaGraphDef.Builder> change) throws IOException {
    MetaGraphDef.Builder meta =
        MetaGraphDef.newBuilder()
            .setGraphDef(base().tail("conv").graph)
            .putSignatureDef(
                "serving_default",
                SignatureDef.newBuilder()
                    .putInputs("x", info("x:0"))
                    .putOutputs("y", info("scores:0"))
                    .build());
    meta.getMetaInfoDefBuilder().addTags("serve");
    change.accept(meta);
    Path folder = Files.createDirectories(temp.resolve("folder"));
    Files.write(
        folder.resolve("saved_model.pb"),
        SavedModel.newBuilder().addMetaGraphs(meta).build().toByteArray());
    return folder;
  }

  @ParameterizedTest
  @EnumSource
  void isRefused(BrokenSignature one) throws IOException {
    load(savedModel(m -> {}));
    refused(
        savedModel(
            m ->
                m.putSignatureDef(
                    "serving_default",
                    one.change
                        .apply(m.getSignatureDefOrThrow("serving_default").toBuilder())
                        .build())),
        one.part);
  }

  @Test
  void aVariableItselfIsNoOutput() throws IOException {
    NodeDef handle =
        NodeDef.newBuilder()
            .setName("handle")
            .setOp("VarHandleOp")
            .putAttr("dtype", FLOAT)
            .putAttr("shape", Attributes.shape(Shape.of(2)))
            .build();
    refused(
        savedModel(
            m -> {
              m.getGraphDefBuilder().addNode(handle);
              m.putSignatureDef(
                  "serving_default",
                  m.getSignatureDefOrThrow("serving_default").toBuilder()
                      .putOutputs("y", info("handle:0"))
                      .build());
            }),
        "the signature names 'handle', which is the handle of a variable and no tensor");
  }

  @Test
  void aModelWithoutGraphsOrSignaturesIsRefused() throws IOException {
    refused(savedModel(MetaGraphDef.Builder::clearSignatureDef), "no signature");
    refused(savedModel(m -> m.getGraphDefBuilder().clearNode()), "no node");
    Path folder = temp.resolve("folder");
    Files.write(folder.resolve("saved_model.pb"), SavedModel.getDefaultInstance().toByteArray());
    refused(folder, "found no graph in it");
    // A variable that nothing restores, and no checkpoint at all.
    Path variable =
        savedModel(
            m ->
                m.getGraphDefBuilder()
                    .setNode(
                        1,
                        m.getGraphDef().getNode(1).toBuilder()
                            .setOp("VariableV2")
                            .clearAttr()
                            .putAttr("dtype", FLOAT)
                            .putAttr("shape", Attributes.shape(Shape.of(3, 3, 3, 8)))));
    refused(variable, "'conv/kernel'");
  }
}
