package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.files.Npy;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Outputs;
import org.espalier.framework.sessions.Predictor;
import org.espalier.framework.training.Feed;
import org.espalier.framework.training.Loss;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.TrainingSession;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Signature;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.StandardRules;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.savedmodels.SavedModelExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** A model that is offered in several ways is so after a cut and an export, by the same weights. */
class SignaturesTest {
  private static final OpRules RULES = StandardRules.create();
  private static final Path FIXTURE = SavedModelImporterTest.fixture("signatures");
  private static final List<String> NAMES =
      List.of("serving_default", "aux", "batch", "classify", "serve");

  @TempDir Path temp;

  private static Model read(Path folder) {
    return new SavedModelImporter(RULES).read(folder, ReadOptions.DEFAULT);
  }

  private static Model read(Path folder, String signature) {
    ReadOptions options =
        new ReadOptions(
            Optional.of(signature), List.of(), List.of(), List.of(), Optional.empty(), false);
    return new SavedModelImporter(RULES).read(folder, options);
  }

  /** Of the same images, and the keys "7" and "8". */
  private static Outputs computed(Network offered, Weights weights) {
    ShapedArray images = Npy.readFloats(FIXTURE.resolve("input.image.npy"));
    ShapedArray keys = new ShapedArray(Shape.of(2), new float[] {7, 8});
    Map<String, ShapedArray> inputs = new LinkedHashMap<>();
    offered.inputs().keySet().forEach(k -> inputs.put(k, k.equals("key") ? keys : images));
    try (Predictor predictor = new Predictor(new Model(offered, weights), Machine.all())) {
      return predictor.computed(inputs);
    }
  }

  private static Cut cut(ChannelAnalysis analysis) {
    List<Cut.Group> groups = new ArrayList<>();
    for (ChannelGroup g : analysis.prunable()) {
      int[] kept = IntStream.range(0, g.channels()).filter(i -> i % 2 == 0).toArray();
      groups.add(Cut.Group.of(g, kept));
    }
    return new Cut("every second", Map.of(), groups);
  }

  private static Model pruned(Model model) {
    return model.rewritten(
        new RemoveChannels(cut(ChannelAnalysis.of(model.network(), RULES)), RULES));
  }

  @Test
  void eachComputesWhatPythonComputed() throws IOException {
    Model model = read(FIXTURE);
    assertThat(model.network().offered()).extracting(Network::signature).isEqualTo(NAMES);
    for (Network offered : model.network().offered()) {
      Outputs found = computed(offered, model.weights());
      Map<String, ShapedArray> numbers = new LinkedHashMap<>();
      Map<String, List<String>> texts = new LinkedHashMap<>();
      for (String key : offered.outputs().keySet()) {
        String file = "output." + offered.signature() + "." + key;
        if (Files.exists(FIXTURE.resolve(file + ".txt"))) {
          texts.put(key, Files.readAllLines(FIXTURE.resolve(file + ".txt")));
        } else {
          numbers.put(key, Npy.readFloats(FIXTURE.resolve(file + ".npy")));
        }
      }
      Agreement agreement = Agreement.of("it", new Outputs(numbers, texts), found);
      assertThat(agreement.relative()).as(offered.signature()).isLessThan(1e-5);
      assertThat(found.texts().keySet()).isEqualTo(texts.keySet());
    }
  }

  /** What is offered twice is there once, and what is offered beside it costs nothing. */
  @Test
  void copiesAreOneNetwork() {
    Network all = read(FIXTURE).network();
    Network alone = read(FIXTURE, "serving_default").network();
    assertThat(alone.others()).isEmpty();
    assertThat(all.graph().nodes()).containsAll(alone.graph().nodes());
    assertThat(all.graph().nodes()).filteredOn(n -> n.getOp().equals("Conv2D")).hasSize(3);
    assertThat(all.inputNodes()).hasSize(2);
    CostModel costs = new CostModel(RULES);
    assertThat(costs.of(all).macs()).isEqualTo(costs.of(alone).macs());
    assertThat(costs.of(all).parameters()).isEqualTo(costs.of(alone).parameters() + 8 * 2);
    ChannelAnalysis analysis = ChannelAnalysis.of(all, RULES);
    Cut cut = cut(analysis);
    assertThat(costs.of(new RemoveChannels(cut, RULES).apply(analysis).network()).macs())
        .isEqualTo(new CutCost(analysis).macs(cut))
        .isLessThan(costs.of(all).macs() / 2);
    // Runs that began with it before it had other names are still known by it.
    assertThat(Digests.of(all)).isEqualTo(Digests.of(all.withOthers(List.of())));
  }

  /** Keras 3's two endpoints, also where constants within one are alike. */
  @ParameterizedTest
  @ValueSource(strings = {"residual", "separable"})
  void whatIsOfferedTwiceAddsNothing(String name) {
    Path folder = SavedModelImporterTest.fixture(name);
    Network both = read(folder).network();
    Network alone = read(folder, "serving_default").network();
    assertThat(both.offered())
        .extracting(Network::signature)
        .containsExactly("serving_default", "serve");
    assertThat(both.graph().def()).isEqualTo(alone.graph().def());
    assertThat(both.others().get(0).outputs()).isEqualTo(alone.outputs());
  }

  @Test
  void allSurviveACutAndAnExport() throws IOException {
    Model small = pruned(read(FIXTURE));
    ModelFolder.save(temp.resolve("model"), small);
    Model loaded = ModelFolder.load(temp.resolve("model"));
    assertThat(loaded.network().others()).isEqualTo(small.network().others());
    Path written =
        new SavedModelExporter(RULES).export(loaded, temp.resolve("served"), 1, Map.of()).folder();
    Model again = read(written);
    for (int i = 0; i < NAMES.size(); i++) {
      Network before = small.network().offered().get(i);
      Network after = again.network().offered().get(i);
      assertThat(after.signature()).isEqualTo(NAMES.get(i));
      assertThat(after.inputs().keySet()).isEqualTo(before.inputs().keySet());
      assertThat(after.outputs().keySet()).isEqualTo(before.outputs().keySet());
      Outputs expected = computed(before, small.weights());
      Outputs found = computed(after, again.weights());
      assertThat(Agreement.of("it", expected, found).relative()).isLessThan(1e-5);
    }
    assertThat(computed(again.network().offered().get(2), again.weights()).texts())
        .isEqualTo(Map.of("key", List.of("7", "8")));
    Map<String, SignatureDef> signatures =
        SavedModel.parseFrom(Files.readAllBytes(written.resolve("saved_model.pb")))
            .getMetaGraphs(0)
            .getSignatureDefMap();
    assertThat(types(signatures.get("batch").getInputsMap()))
        .isEqualTo(Map.of("image", DataType.DT_FLOAT, "key", DataType.DT_STRING));
    assertThat(types(signatures.get("batch").getOutputsMap()))
        .containsEntry("half", DataType.DT_DOUBLE)
        .containsEntry("key", DataType.DT_STRING);
    assertThat(types(signatures.get("classify").getOutputsMap()))
        .containsEntry("best", DataType.DT_INT32)
        .containsEntry("names", DataType.DT_STRING);
  }

  private static Map<String, DataType> types(Map<String, TensorInfo> endpoints) {
    Map<String, DataType> types = new LinkedHashMap<>();
    endpoints.forEach((key, info) -> types.put(key, info.getDtype()));
    return types;
  }

  /** The proof and the check of an export look at every signature, and at strings. */
  @Test
  void aMistakeInAnyIsNoticed() {
    Model model = read(FIXTURE);
    ChannelAnalysis analysis = ChannelAnalysis.of(model.network(), RULES);
    Model small = pruned(model);
    assertThat(proof(analysis, model, small).holds()).isTrue();
    String side =
        small.network().parameters().stream()
            .filter(p -> p.shape().last() == 2)
            .findFirst()
            .orElseThrow()
            .name();
    ShapedArray wrong = ShapedArray.filled(small.weights().get(side).shape(), 0.5f);
    Model other = new Model(small.network(), small.weights().with(side, wrong));
    assertThat(proof(analysis, model, other).holds()).isFalse();

    Map<String, ShapedArray> numbers = Map.of();
    assertThat(
            Agreement.of(
                    "it",
                    new Outputs(numbers, Map.of("names", List.of("cat"))),
                    new Outputs(numbers, Map.of("names", List.of("cat"))))
                .holds())
        .isTrue();
    assertThatThrownBy(
            () ->
                Agreement.of(
                    "it",
                    new Outputs(numbers, Map.of("names", List.of("cat"))),
                    new Outputs(numbers, Map.of("names", List.of("dog")))))
        .isInstanceOf(BadInputException.class)
        .hasMessage("it: expected output 'names' to hold [cat], found [dog]");
  }

  private static Agreement proof(ChannelAnalysis analysis, Model before, Model removed) {
    return CutCheck.of(analysis, before.weights(), cut(analysis), removed, 2, Machine.all());
  }

  /** A large key that is passed through must not hide small logits. */
  @Test
  void eachOutputIsMeasuredByItself() {
    Map<String, ShapedArray> expected =
        Map.of(
            "key", new ShapedArray(Shape.of(1), new float[] {200}),
            "logits", new ShapedArray(Shape.of(1), new float[] {0.5f}));
    Map<String, ShapedArray> found =
        Map.of(
            "key", new ShapedArray(Shape.of(1), new float[] {200}),
            "logits", new ShapedArray(Shape.of(1), new float[] {0.501f}));
    Agreement agreement = Agreement.of("it", expected, found);
    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.largest()).isEqualTo(0.5);
    assertThat(agreement.images()).isEqualTo(1);
    // Far below the largest number all that is left is rounding.
    Map<String, ShapedArray> noise =
        Map.of(
            "key", new ShapedArray(Shape.of(1), new float[] {200}),
            "rest", new ShapedArray(Shape.of(1), new float[] {1e-6f}));
    Map<String, ShapedArray> otherNoise =
        Map.of(
            "key", new ShapedArray(Shape.of(1), new float[] {200}),
            "rest", new ShapedArray(Shape.of(1), new float[] {2e-6f}));
    assertThat(Agreement.of("it", noise, otherNoise).holds()).isTrue();
  }

  @Test
  void whatAnotherSignatureAnswersStaysWhole() {
    Network network = read(FIXTURE).network();
    TensorRef relu =
        network.graph().nodes().stream()
            .filter(n -> n.getOp().equals("Relu"))
            .map(n -> TensorRef.of(n.getName()))
            .findFirst()
            .orElseThrow();
    List<Signature> others = new ArrayList<>(network.others());
    others.add(new Signature("features", network.inputs(), Map.of("f", relu)));
    ChannelAnalysis analysis = ChannelAnalysis.of(network.withOthers(others), RULES);
    assertThat(analysis.groups())
        .extracting(ChannelGroup::reason)
        .contains("it is the output 'f' of the signature 'features'");
    assertThat(analysis.prunable())
        .hasSize(ChannelAnalysis.of(network, RULES).prunable().size() - 1);
  }

  /** A head that only another signature has is left as it is. */
  @Test
  void aTrainingChangesWhatItsSignatureNeeds() {
    Model model = read(FIXTURE);
    Weights after;
    try (TrainingSession session =
        new TrainingSession(
            model.network(),
            Feed.fitting(model.network(), Normalisation.none(3)),
            Recipe.CIFAR,
            Loss.labels(),
            RULES,
            Machine.all())) {
      session.write(model.weights().with(session.zeroSlots()));
      session.step(new byte[2 * 8 * 8 * 3], new int[] {0, 2}, 2, 0.1f, 1);
      byte[] pixels = new byte[2 * 8 * 8 * 3];
      java.util.Arrays.setAll(new int[pixels.length], i -> pixels[i] = (byte) (i % 90));
      session.step(pixels, new int[] {0, 2}, 2, 0.1f, 2);
      after = session.read();
    }
    assertThat(after.names()).isEqualTo(model.weights().names());
    for (String name : after.names()) {
      boolean side = after.get(name).shape().last() == 2;
      assertThat(after.get(name).equals(model.weights().get(name))).as(name).isEqualTo(side);
    }
  }

  private Path changed(String signature, Consumer<SignatureDef.Builder> change) throws IOException {
    Path copy = temp.resolve("copy");
    Files.createDirectories(copy.resolve("variables"));
    for (String file : List.of("variables.index", "variables.data-00000-of-00001")) {
      Files.copy(
          FIXTURE.resolve("variables").resolve(file), copy.resolve("variables").resolve(file));
    }
    SavedModel.Builder model =
        SavedModel.parseFrom(Files.readAllBytes(FIXTURE.resolve("saved_model.pb"))).toBuilder();
    SignatureDef.Builder changed =
        model.getMetaGraphs(0).getSignatureDefOrThrow(signature).toBuilder();
    change.accept(changed);
    model.getMetaGraphsBuilder(0).putSignatureDef(signature, changed.build());
    Files.write(copy.resolve("saved_model.pb"), model.build().toByteArray());
    return copy;
  }

  /** It is read without, but nothing may be made of it that takes its place. */
  private static void assertLost(Path folder, String why) {
    Network network = read(folder).network();
    assertThat(network.offered())
        .extracting(Network::signature)
        .containsExactly("serving_default", "batch", "classify", "serve");
    assertThat(network.lost()).isEqualTo(Map.of("aux", why));
    assertThatThrownBy(() -> pruned(read(folder)).network().checkNothingLost())
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "copy: signature 'aux' would be lost: "
                + why
                + "; --signature serving_default takes that one alone");
    Network alone = read(folder, "serving_default").network();
    assertThat(alone.others()).isEmpty();
    alone.checkNothingLost();
    ReadOptions options =
        new ReadOptions(
            Optional.of("serve"), List.of(), List.of(), List.of(), Optional.empty(), false);
    assertThat(SavedModelImporter.leftOut(folder, options))
        .containsExactly("aux", "batch", "classify", "serving_default");
    assertThat(SavedModelImporter.leftOut(folder, ReadOptions.DEFAULT)).isEmpty();
  }

  @Test
  void oneThatCannotBeKeptIsNamed() throws IOException {
    assertLost(
        changed("aux", s -> s.putOutputs("aux", TensorInfo.newBuilder().setName("no:0").build())),
        "the graph has no node 'no'");
  }

  @Test
  void oneWithoutOutputsIsNamed() throws IOException {
    assertLost(changed("aux", s -> s.clearOutputs()), "the signature has no outputs");
  }

  @Test
  void oneThatFeedsWhatIsComputedIsNamed() throws IOException {
    String made =
        SavedModel.parseFrom(Files.readAllBytes(FIXTURE.resolve("saved_model.pb")))
            .getMetaGraphs(0)
            .getSignatureDefOrThrow("serve")
            .getOutputsOrThrow("scores")
            .getName();
    assertLost(
        changed(
            "aux",
            s ->
                s.putInputs(
                    "made", s.getInputsOrThrow("picture").toBuilder().setName(made).build())),
        "it feeds '" + TensorRef.parse(made).node() + "', which is computed");
  }
}
