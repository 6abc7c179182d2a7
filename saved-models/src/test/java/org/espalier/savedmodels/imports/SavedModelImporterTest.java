package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.framework.files.Npy;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.ops.rules.StandardRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/**
 * Models that Python wrote compute here what they computed there; broken ones say what is wrong.
 */
class SavedModelImporterTest {
  @TempDir Path temp;

  static Path fixture(String name) {
    try {
      return Path.of(SavedModelImporterTest.class.getResource("/imports/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Model read(Path path) {
    return new SavedModelImporter(StandardRules.create()).read(path, ReadOptions.DEFAULT);
  }

  private static Model read(Path path, String signature, boolean trust) {
    return new SavedModelImporter(StandardRules.create())
        .read(
            path,
            new ReadOptions(
                Optional.of(signature), List.of(), List.of(), List.of(), Optional.empty(), trust));
  }

  @ParameterizedTest
  @CsvSource({
    "residual, ''",
    "separable, ''",
    "nested, twice",
    "tf1-resource, scores",
    "tf1-ref, scores",
    "frozen/model.pb, scores"
  })
  void outputsAreTheRecordedOnes(String name, String output) {
    Path path = fixture(name);
    Path folder = Files.isDirectory(path) ? path : path.getParent();
    Model model = read(path);
    Network network = model.network();
    String key = output.isEmpty() ? network.outputs().keySet().iterator().next() : output;
    ShapedArray found =
        Runs.run(model, Npy.readFloats(folder.resolve("input.npy")), network.output(key));
    ShapedArray recorded = Npy.readFloats(folder.resolve("output.npy"));
    assertThat(found.shape()).isEqualTo(recorded.shape());
    float largest = 0;
    for (float v : recorded.values()) {
      largest = Math.max(largest, Math.abs(v));
    }
    for (int i = 0; i < recorded.values().length; i++) {
      assertThat(Math.abs(found.values()[i] - recorded.values()[i])).isLessThan(1e-5f * largest);
    }
  }

  @Test
  void kindsAndOrderAreThoseOfTheLayers() {
    Model model = read(fixture("residual"));
    assertThat(model.network().inputs().keySet()).containsExactly("picture");
    assertThat(model.network().parameters().stream().map(p -> p.kind()).toList())
        .containsExactlyInAnyOrderElementsOf(
            List.of(
                ParameterKind.CONV_KERNEL,
                ParameterKind.BN_VARIANCE,
                ParameterKind.BN_SCALE,
                ParameterKind.BN_OFFSET,
                ParameterKind.BN_MEAN,
                ParameterKind.CONV_KERNEL,
                ParameterKind.BIAS,
                ParameterKind.BN_VARIANCE,
                ParameterKind.BN_SCALE,
                ParameterKind.BN_OFFSET,
                ParameterKind.BN_MEAN,
                ParameterKind.CONV_KERNEL,
                ParameterKind.BIAS,
                ParameterKind.DENSE_KERNEL,
                ParameterKind.BIAS));
    assertThat(model.network().parameters().get(0).kind()).isEqualTo(ParameterKind.CONV_KERNEL);
    assertThat(model.network().parameters().stream().map(Parameter::name).toList())
        .anyMatch(n -> n.contains("stem"));
  }

  @Test
  void severalReadsAreOneParameterAndSlotsAreDropped() {
    assertThat(read(fixture("nested")).network().parameters())
        .extracting(Parameter::kind)
        .containsExactly(ParameterKind.DENSE_KERNEL, ParameterKind.BIAS);
    assertThat(read(fixture("tf1-resource")).network().parameters())
        .extracting(p -> p.kind().label())
        .containsExactly(
            "conv-kernel",
            "bias",
            "bn-scale",
            "bn-offset",
            "bn-mean",
            "bn-variance",
            "dense-kernel");
  }

  @ParameterizedTest
  @CsvSource({"read, ReadFile", "write, WriteFile", "python, PyFunc"})
  void opsThatReachOutsideAreRefusedByName(String signature, String op) {
    assertThatThrownBy(() -> read(fixture("evil"), signature, false))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(op + "'")
        .hasMessageContaining("--trust");
  }

  @Test
  void trustLetsThemIn() {
    assertThat(read(fixture("evil"), "read", true).network().graph().nodes())
        .anyMatch(n -> n.getOp().equals("ReadFile"));
  }

  @Test
  void unknownSignatureNamesTheNearest() {
    assertThatThrownBy(() -> read(fixture("nested"), "serving_defalt", false))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("serving_default");
  }

  @ParameterizedTest
  @ValueSource(strings = {"variables/variables.data-00000-of-00001", "variables/variables.index"})
  void aMissingOrCutShardIsNamed(String shard) throws IOException {
    Path copy = copy("residual");
    Files.write(copy.resolve(shard), new byte[10]);
    assertRefused(copy, "variables");
    Files.delete(copy.resolve(shard));
    assertRefused(copy, "variables");
  }

  /** The folder that an export was given: the newest version of it, by number. */
  @Test
  void aFolderOfVersionsIsItsNewest() throws IOException {
    Path base = temp.resolve("served");
    for (String version : List.of("9", "10")) {
      Files.createDirectories(base);
      Files.move(copy(version.equals("10") ? "residual" : "nested"), base.resolve(version));
    }
    Files.createDirectories(base.resolve("11")); // none yet: it is being written
    Files.createDirectories(base.resolve("99-old"));
    assertThat(SavedModelImporter.accepts(base)).isTrue();
    Model newest = read(base, "serving_default", false);
    assertThat(newest.weights())
        .isEqualTo(read(fixture("residual"), "serving_default", false).weights());
    assertThat(newest.network().name()).isEqualTo("10");
    assertThat(SavedModelImporter.accepts(temp.resolve("nothing"))).isFalse();
    assertThat(SavedModelImporter.accepts(base.resolve("11"))).isFalse();
  }

  @Test
  void graphsWrittenAsTextAreRead() throws IOException {
    Path copy = copy("residual");
    Path binary = copy.resolve("saved_model.pb");
    SavedModel model = SavedModel.parseFrom(Files.readAllBytes(binary));
    Files.writeString(copy.resolve("saved_model.pbtxt"), TextFormat.printer().printToString(model));
    Files.delete(binary);
    assertThat(read(copy, "serving_default", false).weights())
        .isEqualTo(read(fixture("residual"), "serving_default", false).weights());
    Path wrong = Files.writeString(temp.resolve("graph.pbtxt"), "node { name: }");
    assertRefused(wrong, "graph.pbtxt: expected a frozen GraphDef as text; ");
  }

  @Test
  void aGraphWithoutItsVariablesIsToldForWhatItIs() throws IOException {
    Path copy = copy("residual");
    try (Stream<Path> files = Files.list(copy.resolve("variables"))) {
      files.map(Path::toFile).forEach(java.io.File::delete);
    }
    assertRefused(
        copy,
        "expected the weights of the model in 'variables', found none; saved_model.pb alone does not"
            + " hold them");
  }

  @Test
  void brokenFilesAreNamed() throws IOException {
    assertRefused(temp, "found no saved_model.pb");
    Path copy = copy("residual");
    byte[] whole = Files.readAllBytes(copy.resolve("saved_model.pb"));
    Files.write(copy.resolve("saved_model.pb"), java.util.Arrays.copyOf(whole, whole.length / 2));
    assertRefused(copy, "saved_model.pb");
    Files.write(copy.resolve("saved_model.pb"), new byte[0]);
    assertRefused(copy, "saved_model.pb");
    Path text = Files.writeString(temp.resolve("text.pb"), "this is not a graph\n");
    assertRefused(text, "text.pb");
  }

  /** A file of holes, which takes no room on the disk. */
  @Test
  void aGraphOfGigabytesIsRefusedBeforeItIsRead() throws IOException {
    Path file = temp.resolve("huge.pb");
    try (var holes = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      holes.setLength(1_900_000_000);
    }
    assertRefused(file, "a graph of 1811 MiB in one file is too large");
  }

  @Test
  void cyclesAreRefused() throws IOException {
    GraphDef.Builder graph = GraphDef.newBuilder();
    graph.addNode(node("a", "Relu", "b"));
    graph.addNode(node("b", "Relu", "a"));
    graph.addNode(node("out", "Relu", "b"));
    Path file = Files.write(temp.resolve("cycle.pb"), graph.build().toByteArray());
    assertRefused(file, "cycle");
  }

  @Test
  void functionsThatCallThemselvesAreRefused() throws IOException {
    AttrValue self = AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName("f")).build();
    AttrValue none = AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder()).build();
    NodeDef call =
        node("call", "PartitionedCall").toBuilder()
            .putAttr("f", self)
            .putAttr("Tin", none)
            .putAttr("Tout", none)
            .build();
    FunctionDef.Builder f = FunctionDef.newBuilder();
    f.getSignatureBuilder().setName("f").addOutputArgBuilder().setName("y");
    f.addNodeDef(call).putRet("y", "call:output:0");
    GraphDef.Builder graph = GraphDef.newBuilder().addNode(call);
    graph.getLibraryBuilder().addFunction(f);
    Path file = Files.write(temp.resolve("self.pb"), graph.build().toByteArray());
    assertRefused(file, "calls itself");
  }

  @Test
  void aGraphWithoutSignatureIsRefused() throws IOException {
    SavedModel model = SavedModel.newBuilder().addMetaGraphs(MetaGraphDef.newBuilder()).build();
    Files.write(temp.resolve("saved_model.pb"), model.toByteArray());
    assertRefused(temp, "signature");
  }

  private static NodeDef node(String name, String op, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(inputs)).build();
  }

  private static void assertRefused(Path path, String part) {
    assertThatThrownBy(() -> read(path))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(path.getFileName().toString())
        .hasMessageContaining(part)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  private Path copy(String name) throws IOException {
    Path from = fixture(name);
    Path to = temp.resolve("copy");
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }
}
