package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.Espalier;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.files.Npy;
import org.espalier.framework.files.Safetensors;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user does from the first command to the last, and what the files between say. */
class WorkflowTest {
  @TempDir static Path folder;

  private static Path run;
  private static Path pruned;
  private static JsonNode trained;
  private static JsonNode cut;

  @BeforeAll
  static void trainAndPrune() {
    run = folder.resolve("run");
    pruned = folder.resolve("pruned");
    trained = TrainedModels.train(run).json();
    cut = TrainedModels.prune(run, pruned).json();
  }

  private static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static JsonNode json(String line) {
    return UserOfEspalier.types(line + " --json").json();
  }

  @Test
  void evaluateSaysWhatTrainSaid() {
    JsonNode score =
        json("evaluate " + run + " --dataset fashion-mnist-small --test-images 20 --threads 1");
    assertThat(score.path("accuracy").asDouble()).isEqualTo(trained.path("accuracy").asDouble());
    assertThat(score.path("loss").asDouble())
        .isCloseTo(trained.path("loss").asDouble(), within(1e-5));
    assertThat(score.path("images").asInt()).isEqualTo(20);
  }

  @Test
  void trainAskedAgainAnswersTheSame() {
    UserOfEspalier.Outcome again = TrainedModels.train(run);
    assertThat(again.json()).isEqualTo(trained);
    assertThat(trained.path("epochs").asInt()).isEqualTo(1);
    assertThat(run.resolve("metrics.csv")).exists();
  }

  @Test
  void theCutSaysWhatWentAndTheNetworkIsSmaller() throws IOException {
    assertThat(cut.path("macs").asLong()).isLessThan(cut.path("macsBefore").asLong());
    assertThat(cut.path("macsBefore").asLong()).isEqualTo(trained.path("macs").asLong());
    JsonNode decision = read(pruned.resolve("cut.json"));
    assertThat(decision.path("method").asText()).isEqualTo("l1-norm");
    JsonNode inspected = json("inspect " + pruned);
    assertThat(inspected.path("totals").path("macs").asLong()).isEqualTo(cut.path("macs").asLong());
    Map<String, Integer> widths = new java.util.HashMap<>();
    inspected
        .path("groups")
        .forEach(g -> widths.put(g.path("id").asText(), g.path("channels").asInt()));
    for (JsonNode group : decision.path("groups")) {
      assertThat(widths).containsEntry(group.path("id").asText(), group.path("kept").size());
    }
  }

  @Test
  void theArmsTrainOnFromThePrunedNetwork() throws IOException {
    String same = TrainedModels.DATA + " --threads 1 --out ";
    JsonNode fine =
        json("finetune " + pruned + " --fine-tune-epochs 1" + same + folder.resolve("fine"));
    JsonNode e = json("scratch " + pruned + " --budget e" + same + folder.resolve("e"));
    JsonNode b = json("scratch " + pruned + " --budget b" + same + folder.resolve("b"));
    assertThat(fine.path("macs")).isEqualTo(cut.path("macs"));
    assertThat(e.path("epochs").asInt()).as("the parent's recipe").isEqualTo(1);
    int epochs = (int) (cut.path("flopsBefore").asDouble() / cut.path("flops").asDouble());
    assertThat(b.path("epochs").asInt()).isEqualTo(epochs);
    JsonNode settings = read(folder.resolve("fine/run.json")).path("settings");
    assertThat(settings.path("batch-size").asInt()).as("the parent's").isEqualTo(20);
    assertThat(settings.path("learning-rate").asDouble()).isEqualTo(0.001);
    assertThat(settings.path("start.path").asText()).isEqualTo(pruned.toAbsolutePath().toString());
    UserOfEspalier.Outcome report = UserOfEspalier.types("report " + folder.resolve("fine"));
    assertThat(report.code()).isZero();
    assertThat(report.out()).isEqualTo("report: " + folder.resolve("fine/report.html") + "\n");
    assertThat(folder.resolve("fine/report.html")).content().contains("<html");
  }

  @Test
  void fineTuningWithTheWrongEpochsIsCorrected() {
    UserOfEspalier.Outcome outcome =
        UserOfEspalier.types("finetune " + pruned + TrainedModels.DATA + " --epochs 1");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo("espalier: --epochs says nothing about fine-tuning; give fine-tune-epochs\n");
  }

  /** Pixels by hand, logits by file, accuracy and loss by hand: what evaluate says. */
  @Test
  void predictAgreesWithEvaluate() {
    Dataset data = Espalier.create().dataset("fashion-mnist-small");
    ImageSet images = (ImageSet) data.test().take(20);
    float[] values = new float[images.pixels().length];
    for (int i = 0; i < values.length; i++) {
      double pixel = (images.pixels()[i] & 0xff) / 255.0;
      values[i] =
          (float) ((pixel - data.normalisation().mean()[0]) / data.normalisation().std()[0]);
    }
    Path in = folder.resolve("images.npy");
    Path out = folder.resolve("logits.npy");
    Npy.write(in, new ShapedArray(Shape.of(20, 28, 28, 1), values));
    JsonNode said = json("predict " + run + " --input " + in + " --output " + out);
    assertThat(said.path("shape").toString()).isEqualTo("[20,10]");
    ShapedArray logits = Npy.readFloats(out);
    double loss = 0;
    for (int i = 0; i < 20; i++) {
      double sum = 0;
      for (int c = 0; c < 10; c++) {
        sum += Math.exp(logits.values()[10 * i + c]);
      }
      loss += Math.log(sum) - logits.values()[10 * i + images.labels()[i]];
    }
    assertThat(loss / 20).isCloseTo(trained.path("loss").asDouble(), within(1e-5));
  }

  @Test
  void anExportIsAServingFolder() {
    JsonNode said =
        json("export " + pruned + " --to " + folder.resolve("serving") + " --version 3");
    assertThat(said.path("signature").asText()).isEqualTo("serving_default");
    assertThat(folder.resolve("serving/3/saved_model.pb")).isNotEmptyFile();
  }

  @Test
  void anImportedModelIsTheSame() {
    Model model = ModelFolder.load(run);
    Path weights = folder.resolve("elsewhere.safetensors");
    Safetensors.write(weights, model.weights(), Map.of());
    Path imported = folder.resolve("imported");
    JsonNode said =
        json(
            "import %s --architecture resnet8 --width 0.125 --input 28x28x1 --out %s"
                .formatted(weights, imported));
    assertThat(said.path("parameters").asInt()).isEqualTo(model.network().parameters().size());
    assertThat(ModelFolder.load(imported).weights()).isEqualTo(model.weights());
    JsonNode score =
        json("evaluate " + imported + " --dataset fashion-mnist-small --test-images 20");
    assertThat(score.path("accuracy")).isEqualTo(trained.path("accuracy"));
  }

  @Test
  void aComparisonFromAFileIsRunAndReported() throws IOException {
    Path file = folder.resolve("tiny.yaml");
    Files.writeString(
        file,
        """
        architecture: resnet8
        width: 0.125
        dataset: fashion-mnist-small
        train-images: 60
        test-images: 20
        epochs: 1
        batch-size: 20
        fine-tune-epochs: 1
        ratio: 0.5
        seeds: [1, 2]
        """);
    Path out = folder.resolve("comparison");
    UserOfEspalier.Outcome outcome =
        UserOfEspalier.types("compare " + file + " --seeds 1 --threads 1 --json --out " + out);
    JsonNode said = outcome.json();
    assertThat(said).isEqualTo(read(out.resolve("results.json")));
    assertThat(said.path("arms")).hasSize(5);
    assertThat(said.path("commands").get(0).asText())
        .isEqualTo("espalier compare " + file + " --seeds 1 --threads 1 --out " + out);
    assertThat(out.resolve("report.html")).isNotEmptyFile();
  }
}
