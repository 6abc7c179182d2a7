package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.data.Scaling;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.savedmodels.SavedModelExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

class ModelScalingTest {
  @TempDir Path root;

  private Path run(String name, String task, String settings, String inputs) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    Files.writeString(
        folder.resolve("run.json"),
        "{\"task\": \""
            + task
            + "\", \"hash\": \"h\", \"settings\": {"
            + settings
            + "}"
            + inputs
            + "}");
    return folder;
  }

  private static String setting(String name, Object value) {
    return '"' + name + "\": \"" + value + '"';
  }

  @Test
  void aTrainingTellsItsScalingAndIsStandardIfItTellsNone() throws IOException {
    assertThat(ModelScaling.ofRun(root)).isEmpty();
    Path none = run("none", "train", setting("scaling", "none"), "");
    assertThat(ModelScaling.ofRun(none))
        .contains(new ModelScaling(Scaling.NONE, "as in " + none, true));
    Path old = run("old", "train", setting("start.path", none), "");
    assertThat(ModelScaling.ofRun(old))
        .contains(new ModelScaling(Scaling.STANDARD, "as in " + old, true));
  }

  @Test
  void whatWasPrunedIsScaledAsBefore() throws IOException {
    Path before = run("before", "train", setting("scaling", "unit"), ", \"dataMean\": [0.5]");
    Path pruned = run("pruned", "prune", setting("of.path", before), "");
    Path twice = run("twice", "prune", setting("of.path", pruned), "");
    assertThat(ModelScaling.ofRun(twice))
        .contains(new ModelScaling(Scaling.UNIT, "as in " + before, true));
    assertThat(ModelScaling.provenance(twice))
        .containsOnlyKeys("scaling", "dataMean")
        .containsEntry("scaling", "unit");
    Path lost = run("lost", "prune", setting("of.path", root.resolve("gone")), "");
    assertThat(ModelScaling.ofRun(lost)).isEmpty();
    assertThat(ModelScaling.provenance(lost)).isEmpty();
  }

  /** A run that was measured on other images tells theirs; the nearest counts. */
  @Test
  void theNearestConstantsCount() throws IOException {
    Path before = run("before", "train", "", ", \"dataMean\": [0.5], \"dataDeviation\": [0.25]");
    Path pruned = run("pruned", "prune", setting("of.path", before), "");
    assertThat(ModelScaling.constants(pruned))
        .contains(new Normalisation(new float[] {0.5f}, new float[] {0.25f}));
    Path tuned =
        run(
            "tuned",
            "train",
            setting("start.path", pruned),
            ", \"dataMean\": [0.1], \"dataDeviation\": [2]");
    assertThat(ModelScaling.constants(tuned))
        .contains(new Normalisation(new float[] {0.1f}, new float[] {2}));
    assertThat(ModelScaling.constants(run("half", "train", "", ", \"dataMean\": [1]"))).isEmpty();
    assertThat(ModelScaling.constants(root)).isEmpty();
  }

  @Test
  void anExportTellsWhatStandsBesideIt() throws IOException {
    Model plain = brightness(1);
    assertThat(ModelScaling.of(root, plain)).isEmpty();
    Path file = root.resolve(SavedModelExporter.PROVENANCE);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{}");
    assertThat(ModelScaling.of(root, plain)).isEmpty();
    assertThat(ModelScaling.of(root, brightness(1 / 255f)))
        .contains(new ModelScaling(Scaling.NONE, "for its graph scales them too", false));
    Files.writeString(file, "{\"scaling\": \"-1..1\"}");
    assertThat(ModelScaling.of(root, brightness(1 / 255f)))
        .contains(new ModelScaling(new Scaling("-1..1"), "as in " + file, true));
    run("", "train", setting("scaling", "unit"), "");
    assertThat(ModelScaling.of(root, plain)).get().extracting("scaling").isEqualTo(Scaling.UNIT);
  }

  /** Two classes: the loss of the second is softplus of the scaled brightness. */
  private static Model brightness(float factor) {
    GraphBuilder g = new GraphBuilder();
    String x = g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 2, 2, 1));
    String first = x;
    if (factor != 1) {
      first = g.addFloat("Mul", "scaled", x, g.constant("by", ShapedArray.scalar(factor)));
    }
    Map<String, AttrValue> over =
        Map.of(
            "T",
            Attributes.type(DataType.DT_FLOAT),
            "Tidx",
            Attributes.type(DataType.DT_INT32),
            "keep_dims",
            Attributes.flag(false));
    String mean = g.add("Mean", "mean", over, first, g.constant("axes", Shape.of(2), 1, 2));
    String kernel = g.constant("kernel", new ShapedArray(Shape.of(1, 2), new float[] {0, -1}));
    String logits = g.addFloat("MatMul", Network.LOGITS, mean, kernel);
    Network network =
        new Network(
            "brightness",
            g.build(),
            Map.of(Network.IMAGES, TensorRef.of(x)),
            Map.of(Network.LOGITS, TensorRef.of(logits)));
    return new Model(network, Weights.empty());
  }

  private static ImageSet white(int count, int label) {
    byte[] pixels = new byte[count * 4];
    Arrays.fill(pixels, (byte) 255);
    int[] labels = new int[count];
    Arrays.fill(labels, label);
    return new ImageSet("white", 2, 2, 1, 2, pixels, labels);
  }

  /** That makes this number of a white pixel. */
  private static Normalisation making(double value) {
    return new Normalisation(new float[] {(float) (1 - value)}, new float[] {1});
  }

  /**
   * On a scaling that makes a white pixel x, the loss is log(1 + exp x). With unit and -1..1 it is
   * 1.31.
   */
  @ParameterizedTest
  @CsvSource({
    "1.1, 0, 3, 'is 1.39 on this scaling of pixels and 0.69 with --scaling standard'",
    "0.7, 0, 3, 'is 1.10 on this scaling of pixels and 0.69 with --scaling standard'",
    "0.3, 0, 3, ", // 0.85 and 0.69: more than four fifths
    "-1.9, -2, 3, ", // 0.14 and 0.13: both are small
    "-0.5, -2, 3, 'is 0.47 on this scaling of pixels and 0.13 with --scaling standard'",
    "3, 3, 3, 'is 3.05 on this scaling of pixels and 1.31 with --scaling -1..1'",
    "1, 3, 3, ", // it is the best itself
    "3, 3, 250, 'on 200 test images'",
  })
  void aLossFarAboveThatOnAnotherScalingIsDoubted(
      double asked, double standard, int images, String doubt) {
    Dataset data =
        new Dataset("white", white(5, 0), white(images, 1), making(asked), Augmentation.NONE);
    var found = ModelScaling.doubt(brightness(1), data, making(standard), Machine.all());
    if (doubt == null) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found.orElseThrow())
          .contains(doubt)
          .contains("its loss on " + Math.min(200, images) + " test images");
    }
  }
}
