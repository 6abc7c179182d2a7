package org.espalier.savedmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.espalier.framework.files.Safetensors;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;

class WeightsImporterTest {
  @TempDir Path folder;

  private Path file(Weights weights) {
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, weights, Map.of());
    return file;
  }

  private void assertBad(Weights weights, Network network, String message) {
    Path file = file(weights);
    assertThatThrownBy(() -> WeightsImporter.load(file, network))
        .isInstanceOf(BadInputException.class)
        .hasMessage(file + ": " + message);
  }

  @Test
  void ownNamesInAnyOrder() {
    Network network = Wired.narrow("resnet8");
    Weights weights = Wired.trained(network);
    Weights more = Weights.empty().with("other.weight", ShapedArray.scalar(1)).with(weights);
    Weights loaded = WeightsImporter.load(file(more), network);
    assertThat(loaded).isEqualTo(weights);
    assertThat(loaded.names())
        .containsExactlyElementsOf(network.parameters().stream().map(Parameter::name).toList());
    assertBad(
        weights.filter(n -> !n.equals("dense/bias")),
        network,
        "expected parameter 'dense/bias' of shape [10], found none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vgg11", "vgg16", "vgg19-slimming"})
  void namesOfVgg(String name) {
    Network network = Wired.narrow(name);
    Weights weights = Wired.trained(network);
    Path file = file(TorchFiles.vgg(network, weights));
    assertThat(WeightsImporter.load(file, network)).isEqualTo(weights);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fc", "linear"})
  void namesOfResnet(String last) {
    Network network = Wired.narrow("resnet20");
    Weights weights = Wired.trained(network);
    Path file = file(TorchFiles.resnet(network, weights, last));
    assertThat(WeightsImporter.load(file, network)).isEqualTo(weights);
  }

  @Test
  void everyMismatchIsListed() {
    Network network = Wired.narrow("resnet8");
    Weights torch = TorchFiles.resnet(network, Wired.trained(network), "fc");
    Weights changed =
        torch
            .with("module.fc.bias", ShapedArray.filled(Shape.of(7), 1))
            .with("module.conv1.bias", ShapedArray.filled(Shape.of(4), 1))
            .with("module.layer4.0.conv1.weight", ShapedArray.filled(Shape.of(2, 2, 1, 1), 1))
            .with("module.scale", ShapedArray.scalar(1))
            .filter(n -> !n.equals("module.bn1.running_var"));
    assertBad(
        changed,
        network,
        "expected PyTorch weights that fit resnet8, found 5 that do not:"
            + " 'module.conv1.bias' [4] has no counterpart in 'stem' of resnet8;"
            + " 'module.layer4.0.conv1.weight' [2,2,1,1] has no counterpart in resnet8;"
            + " 'dense/bias' [10] against 'module.fc.bias' [7];"
            + " 'stem/bn/variance' [4] has no counterpart in 'module.bn1' of the file;"
            + " 'module.scale' [] has no counterpart in resnet8");
  }

  @Test
  void anotherDepthIsListed() {
    Network small = Wired.narrow("vgg11");
    Network large = Wired.narrow("vgg13");
    Path file = file(TorchFiles.vgg(small, Wired.trained(small)));
    assertThatThrownBy(() -> WeightsImporter.load(file, large))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("'conv2/kernel' [3,3,16,16] against 'features.6.weight' [32,16,3,3]")
        .hasMessageContaining("'conv10/kernel' [3,3,128,128] has no counterpart in the file");
  }

  @Test
  void modulesInTheOrderOfData() {
    List<String> sorted =
        List.of(
            "conv1",
            "bn1",
            "layer1.0.conv1",
            "layer1.0.bn1",
            "layer1.0.conv2",
            "layer1.0.bn2",
            "layer1.0.downsample.0",
            "layer1.0.downsample.1",
            "layer1.2.conv1",
            "layer1.10.conv1",
            "layer2.0.conv1",
            "bn",
            "fc");
    assertOrder(sorted);
    assertOrder(List.of("features.2", "features.10", "classifier.0", "classifier.3"));
    assertOrder(
        List.of(
            "features.conv0",
            "features.norm0",
            "features.denseblock1.denselayer2.conv1",
            "features.denseblock1.denselayer10.conv1",
            "features.transition1.conv",
            "features.denseblock2.denselayer1.conv1",
            "features.norm5",
            "classifier"));
    assertOrder(List.of("conv1", "dense1.0.conv1", "trans1.conv1", "dense2.0.conv1", "bn", "fc"));
  }

  private static void assertOrder(List<String> sorted) {
    List<String> mixed = new ArrayList<>(sorted);
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(mixed, new Random(seed));
      mixed.sort(ModuleOrder.OF_NAMES);
      assertThat(mixed).isEqualTo(sorted);
    }
  }

  /** A 2x3 image of 2 channels, flattened into a dense layer of 1 unit. */
  private static Network flattening() {
    GraphBuilder graph = new GraphBuilder();
    String images = graph.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(-1, 2, 3, 2));
    String flat =
        graph.add(
            "Reshape",
            "flat",
            Map.of(
                "T", Attributes.type(DataType.DT_FLOAT),
                "Tshape", Attributes.type(DataType.DT_INT32)),
            images,
            graph.constant("flat/shape", Shape.of(2), -1, 12));
    String kernel =
        graph.parameter(
            new Parameter(
                "dense/kernel", Shape.of(12, 1), ParameterKind.DENSE_KERNEL, Initializer.ones()));
    graph.addFloat("MatMul", Network.LOGITS, flat, kernel);
    return new Network(
        "flattening",
        graph.build(),
        Map.of(Network.IMAGES, TensorRef.of(images)),
        Map.of(Network.LOGITS, TensorRef.of(Network.LOGITS)));
  }

  @Test
  void aFlattenedImageIsReadInItsOwnOrder() {
    float[] channelsFirst = new float[12];
    float[] expected = new float[12];
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < 6; i++) {
        channelsFirst[6 * c + i] = 10 * c + i;
        expected[2 * i + c] = 10 * c + i;
      }
    }
    Weights torch =
        Weights.empty().with("fc.weight", new ShapedArray(Shape.of(1, 12), channelsFirst));
    assertThat(WeightsImporter.load(file(torch), flattening()).get("dense/kernel"))
        .isEqualTo(new ShapedArray(Shape.of(12, 1), expected));
  }

  @Test
  void shortcutsComeLastInTheirBlock() {
    GraphBuilder graph = new GraphBuilder();
    String images = graph.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(-1, 4));
    String at = images;
    List<String> names =
        List.of("stem", "block1/shortcut", "block1/conv1", "block1/conv2", "block10/conv1");
    for (String name : names) {
      String kernel =
          graph.parameter(
              new Parameter(
                  name + "/kernel",
                  Shape.of(4, 4),
                  ParameterKind.DENSE_KERNEL,
                  Initializer.ones()));
      at = graph.addFloat("MatMul", name, at, kernel);
    }
    Network network =
        new Network(
            "chain",
            graph.build(),
            Map.of(Network.IMAGES, TensorRef.of(images)),
            Map.of(Network.LOGITS, TensorRef.of(at)));
    assertThat(NetworkLayer.allOf(network))
        .extracting(NetworkLayer::prefix)
        .containsExactly(
            "stem", "block1/conv1", "block1/conv2", "block1/shortcut", "block10/conv1");
  }
}
