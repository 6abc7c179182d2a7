package org.espalier.savedmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.RandomInputs;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.VariableDef;

class SavedModelExporterTest {
  private static final SavedModelExporter EXPORTER = new SavedModelExporter(Wired.IT.rules());

  @TempDir Path folder;

  private static MetaGraphDef read(Path version) throws IOException {
    SavedModel model = SavedModel.parseFrom(Files.readAllBytes(version.resolve("saved_model.pb")));
    assertThat(model.getMetaGraphsList()).hasSize(1);
    return model.getMetaGraphs(0);
  }

  private static List<String> files(Path where) throws IOException {
    try (Stream<Path> walk = Files.walk(where)) {
      return walk.filter(Files::isRegularFile)
          .map(p -> where.relativize(p).toString())
          .sorted()
          .toList();
    }
  }

  /** Every second channel of every group that may be cut. */
  private static Cut half(ChannelAnalysis analysis) {
    List<Cut.Group> groups = new ArrayList<>();
    for (ChannelGroup g : analysis.prunable()) {
      int[] kept = IntStream.range(0, g.channels()).filter(i -> i % 2 == 0).toArray();
      groups.add(Cut.Group.of(g, kept));
    }
    return new Cut("every second", Map.of(), groups);
  }

  private static void assertServable(MetaGraphDef meta) {
    GraphDef graph = meta.getGraphDef();
    assertThat(graph.getNodeList()).noneMatch(n -> n.getOp().startsWith("FusedBatchNorm"));
    assertThat(graph.getNodeList()).noneMatch(n -> n.getName().contains("mask"));
    assertThat(graph.getNodeList())
        .filteredOn(n -> n.getOp().equals("AssignVariableOp"))
        .allMatch(n -> n.getName().startsWith("save/"));
    assertThat(meta.getMetaInfoDef().getTagsList()).containsExactly("serve");
    SignatureDef signature = meta.getSignatureDefOrThrow("serving_default");
    assertThat(signature.getMethodName()).isEqualTo("tensorflow/serving/predict");
    assertThat(signature.getInputsMap()).containsOnlyKeys("images");
    assertThat(signature.getOutputsMap()).containsOnlyKeys("logits");
    assertThat(signature.getOutputsOrThrow("logits").getTensorShape().getDimList())
        .extracting(d -> d.getSize())
        .containsExactly(-1L, 10L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vgg11", "resnet20"})
  void plainMaskedAndPruned(String name) throws IOException {
    Network network = Wired.narrow(name);
    Weights weights = Wired.trained(network);
    SavedModelExporter.Export plain =
        EXPORTER.export(new Model(network, weights), folder, 1, Map.of("seed", 3));
    assertThat(plain.check().largest()).isGreaterThan(1e-3);
    assertThat(files(plain.folder()))
        .containsExactly(
            "assets.extra/espalier.json",
            "saved_model.pb",
            "variables/variables.data-00000-of-00001",
            "variables/variables.index");
    JsonNode json =
        new ObjectMapper().readTree(plain.folder().resolve(SavedModelExporter.PROVENANCE).toFile());
    assertThat(json.get("seed").asInt()).isEqualTo(3);
    assertThat(json.get("network").asText()).isEqualTo(name);
    assertThat(json.get("check").get("images").asInt()).isEqualTo(8);

    ChannelAnalysis analysis = ChannelAnalysis.of(network, Wired.IT.rules());
    Cut cut = half(analysis);
    Masks masks = Masks.silencing(cut, analysis);
    Rewritten masked = new InsertMasks(masks.byParameter().keySet()).apply(network);
    Weights maskedWeights = masks.put(masked.network(), masked.carry().apply(weights));
    Path second =
        EXPORTER.export(new Model(masked.network(), maskedWeights), folder, 2, Map.of()).folder();

    Rewritten pruned = new RemoveChannels(cut, Wired.IT.rules()).apply(analysis);
    Path third =
        EXPORTER
            .export(new Model(pruned.network(), pruned.carry().apply(weights)), folder, 3, Map.of())
            .folder();
    for (Path version : List.of(plain.folder(), second, third)) {
      assertServable(read(version));
    }
    // What was cut and what was masked compute the same, out of the files too.
    check(third, "third", new Model(masked.network(), maskedWeights));
    String data = "variables/variables.data-00000-of-00001";
    assertThat(Files.size(third.resolve(data)))
        .isLessThan(Files.size(plain.folder().resolve(data)) / 2);
    // Channels that are masked to silence go as if they had been cut, as far as that can be told.
    assertThat(Files.size(second.resolve(data)))
        .isLessThan(Files.size(plain.folder().resolve(data)))
        .isGreaterThanOrEqualTo(Files.size(third.resolve(data)));
  }

  /**
   * Every third weight of every kernel is masked: what is written holds zeros, and computes the
   * same.
   */
  @Test
  void masksOfSingleWeightsAreMultipliedIn() throws IOException {
    Network network = Wired.narrow("resnet20");
    Model masked =
        new Model(network, Wired.trained(network)).rewritten(InsertMasks.onKernels(network));
    Map<String, ShapedArray> masks = new TreeMap<>();
    for (Parameter p : network.parameters(ParameterKind::isKernel)) {
      ShapedArray mask = ShapedArray.filled(p.shape(), 1f);
      for (int i = 0; i < mask.values().length; i += 3) {
        mask.values()[i] = 0f;
      }
      masks.put(p.name(), mask);
    }
    Model model =
        new Model(masked.network(), new Masks(masks).put(masked.network(), masked.weights()));
    Path version = EXPORTER.export(model, folder, 1, Map.of()).folder();
    assertServable(read(version));
    Weights written = EXPORTER.served(model.network()).carry().apply(model.weights());
    masks.forEach(
        (name, mask) -> {
          float[] values = written.get(name).values();
          for (int i = 0; i < values.length; i++) {
            assertThat(values[i] == 0).isEqualTo(i % 3 == 0);
          }
        });
  }

  @Test
  void aVersionThatExistsIsNotTouched() throws IOException {
    Network network = Wired.narrow("resnet8");
    Weights weights = Wired.trained(network);
    Path first = EXPORTER.export(new Model(network, weights), folder, 1, Map.of()).folder();
    byte[] before = Files.readAllBytes(first.resolve("saved_model.pb"));
    assertThatThrownBy(
            () -> EXPORTER.export(new Model(network, weights), folder, 1, Map.of("other", 1)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            first + " exists and stays as it is; pick another version, for example --version 2");
    assertThat(first.resolve("saved_model.pb")).hasBinaryContent(before);
    assertThatThrownBy(() -> EXPORTER.export(new Model(network, weights), folder, 0, Map.of()))
        .isInstanceOf(UsageException.class);
  }

  @Test
  void theSameNetworkGivesTheSameFiles() throws IOException {
    Network network = Wired.narrow("resnet8");
    Weights weights = Wired.trained(network);
    Path a = EXPORTER.export(new Model(network, weights), folder, 1, Map.of()).folder();
    Path b = EXPORTER.export(new Model(network, weights), folder, 2, Map.of()).folder();
    assertThat(read(a)).isEqualTo(read(b));
    assertThat(b.resolve("variables/variables.data-00000-of-00001"))
        .hasSameBinaryContentAs(a.resolve("variables/variables.data-00000-of-00001"));
  }

  @Test
  void aFailedExportLeavesNothing() throws IOException {
    Network network = Wired.narrow("resnet8");
    Path base = folder.resolve("model");
    Weights broken =
        Wired.trained(network).with("dense/bias", ShapedArray.filled(Shape.of(10), Float.NaN));
    assertThatThrownBy(() -> EXPORTER.export(new Model(network, broken), base, 1, Map.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(
            base.resolve("1") + ": expected finite numbers in output 'logits', found NaN");
    assertThat(base).doesNotExist();
  }

  @Test
  void placesThatCannotBeWritten() throws IOException {
    Network network = Wired.narrow("resnet8");
    Weights weights = Wired.trained(network);
    Path file = Files.writeString(folder.resolve("file"), "old");
    assertThatThrownBy(() -> EXPORTER.export(new Model(network, weights), file, 1, Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessage(file + " exists and is no folder; choose a new folder");
    assertThatThrownBy(() -> SavedModelSession.writeVariables(file.resolve("below"), weights))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("\n")
        .hasMessageContaining("irectory");
    assertThat(file).hasContent("old");
  }

  private static Agreement check(Path version, String name, Model model) {
    return new ExportCheck(version, name, Wired.IT.rules(), Machine.all()).of(model, model);
  }

  @Test
  void anotherModelIsNoticed() {
    Network network = Wired.narrow("resnet8");
    Weights weights = Wired.trained(network);
    Path version = EXPORTER.export(new Model(network, weights), folder, 1, Map.of()).folder();
    ShapedArray bias = ShapedArray.filled(Shape.of(10), 0.5f);
    assertThatThrownBy(
            () ->
                check(version, "the export", new Model(network, weights.with("dense/bias", bias))))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("the export: expected the network's outputs");
  }

  /** A network of one number in and out. */
  private static Model small(String sum, String function, float shift) {
    GraphBuilder g = new GraphBuilder();
    String images = g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 1));
    String read =
        g.parameter(new Parameter("shift", Shape.of(1), ParameterKind.BIAS, Initializer.zeros()));
    String shifted = g.addFloat(sum, "shifted", read, images);
    String logits = g.addFloat(function, Network.LOGITS, shifted);
    return new Model(
        new Network(
            "small",
            g.build(),
            Map.of(Network.IMAGES, TensorRef.of(images)),
            Map.of(Network.LOGITS, TensorRef.of(logits))),
        Weights.empty().with("shift", ShapedArray.filled(Shape.of(1), shift)));
  }

  /** With a shift of 600 the answer is 6, to normal inputs and to pixels. */
  @ParameterizedTest
  @CsvSource({"AddV2, 5, NORMAL", "Sub, 60, PIXELS"})
  void aMistakeThatShowsOnOneRangeIsNoticed(String sum, float shift, RandomInputs.Range shows) {
    Model right = small(sum, "Relu6", 600);
    Model wrong = small(sum, "Relu6", shift);
    Path version = EXPORTER.export(right, folder, 1, Map.of()).folder();
    for (RandomInputs.Range range : RandomInputs.Range.values()) {
      var inputs = RandomInputs.of(right.network(), 8, 0, range);
      try (Predictor a = new Predictor(right, Machine.all());
          Predictor b = new Predictor(wrong, Machine.all())) {
        assertThat(Agreement.of("it", a.outputs(inputs), b.outputs(inputs)).holds())
            .isEqualTo(range != shows);
      }
    }
    assertThatThrownBy(() -> check(version, "it", wrong))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("it: expected the network's outputs (up to ");
  }

  /** The exponential of a pixel is no finite number, so only normal inputs prove something. */
  @Test
  void inputsThatTheNetworkCannotAnswerProveNothing() {
    Path version = EXPORTER.export(small("AddV2", "Exp", 0), folder, 1, Map.of()).folder();
    Model other = small("AddV2", "Exp", 1);
    assertThatThrownBy(() -> check(version, "it", other))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("it: expected the network's outputs");
    // The network is finite, its export is not.
    Model finite = small("AddV2", "Relu6", 0);
    assertThatThrownBy(() -> check(version, "it", finite))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("it: expected finite numbers in output 'logits', found Infinity");
  }

  /** Keras and TensorFlow's own optimisers train what says that it is trainable. */
  @Test
  void whatIsNotTrainedIsNotSaidToBeTrainable() throws IOException {
    GraphBuilder g = new GraphBuilder();
    String images = g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 2));
    String last = images;
    Map<String, Boolean> expected = new TreeMap<>();
    Weights weights = Weights.empty();
    for (ParameterKind kind :
        List.of(ParameterKind.BIAS, ParameterKind.BN_MEAN, ParameterKind.BN_VARIANCE)) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      Parameter p = new Parameter(name, Shape.of(2), kind, Initializer.zeros());
      last = g.addFloat("AddV2", name + "/sum", last, g.parameter(p));
      weights = weights.with(name, ShapedArray.filled(Shape.of(2), 1));
      expected.put(name + ":0", kind == ParameterKind.BIAS);
    }
    Network network =
        new Network(
            "sums",
            g.build(),
            Map.of(Network.IMAGES, TensorRef.of(images)),
            Map.of(Network.LOGITS, TensorRef.of(last)));
    Path version = EXPORTER.export(new Model(network, weights), folder, 1, Map.of()).folder();
    Map<String, Boolean> found = new TreeMap<>();
    for (var bytes :
        read(version).getCollectionDefOrThrow("variables").getBytesList().getValueList()) {
      VariableDef variable = VariableDef.parseFrom(bytes);
      found.put(variable.getVariableName(), variable.getTrainable());
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void trainingDoesNotGetOut() {
    Network network = EXPORTER.served(Wired.narrow("resnet8")).network();
    GraphBuilder graph = new GraphBuilder(network.graph());
    graph.addFloat("Relu", "spare", Network.LOGITS);
    assertRefused(network.withGraph(graph.build()), "node 'spare' (Relu) is needed by no output");

    GraphDef.Builder trained = network.graph().def().toBuilder();
    for (NodeDef.Builder node : trained.getNodeBuilderList()) {
      if (node.getName().equals("stem/relu")) {
        node.setOp("ReluGrad").addInput(node.getInput(0));
      }
    }
    assertRefused(
        network.withGraph(new NodeGraph(trained.build())),
        "node 'stem/relu' (ReluGrad) belongs to training");

    // Not a matter of names: nodes are told by what they compute.
    for (String op :
        List.of(
            "RandomShuffle",
            "RandomStandardNormal",
            "StatelessRandomUniformV2",
            "ApplyMomentum",
            "ResourceApplyAdam",
            "AssignAddVariableOp",
            "FusedBatchNormGradV3",
            "Conv2DBackpropFilter",
            "DepthwiseConv2dNativeBackpropFilter",
            "SparseSoftmaxCrossEntropyWithLogits",
            "IteratorGetNext",
            "TensorSliceDataset")) {
      GraphDef.Builder other = network.graph().def().toBuilder();
      other.getNodeBuilderList().stream()
          .filter(node -> node.getName().equals("stem/relu"))
          .forEach(node -> node.setOp(op));
      assertRefused(
          network.withGraph(new NodeGraph(other.build())),
          "node 'stem/relu' (" + op + ") belongs to training");
    }

    Network masked = InsertMasks.onKernels(network).apply(network).network();
    assertRefused(masked, "is a mask that was not multiplied in");
  }

  private static void assertRefused(Network network, String why) {
    assertThatThrownBy(
            () ->
                ServingRules.check(
                    network, ServingGraph.of(network), SavedModelExporter.Form.SERVED))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(" cannot be served: node '")
        .hasMessageEndingWith(why);
  }
}
