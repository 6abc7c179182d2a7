package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.apache.commons.io.file.PathUtils;
import org.espalier.commandline.FolderState;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.files.Safetensors;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code reproduce}: makes a run again, and says whether it is the same to the bit. */
@Tag("slow")
class ReproduceCommandTest {
  @TempDir static Path shared;

  private static Path run;
  private static Path comparison;

  @TempDir Path folder;

  @BeforeAll
  static void makeRuns() throws IOException {
    run = shared.resolve("run");
    assertThat(TrainedModels.train(run).code()).isZero();
    comparison = shared.resolve("comparison");
    TrainedModels.comparison(shared);
    UserOfEspalier.Outcome compared = TrainedModels.compare(shared, "--seeds 1", comparison);
    assertThat(compared.code()).as(compared.err()).isZero();
  }

  private UserOfEspalier.Outcome reproduce(Path of) {
    return UserOfEspalier.types("reproduce " + of + " --json --to " + folder.resolve("again"));
  }

  /** A run that may be altered. */
  private Path copy() throws IOException {
    Path copy = folder.resolve("copy");
    PathUtils.copyDirectory(run, copy);
    return copy;
  }

  private static void edit(Path file, Consumer<ObjectNode> change) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode content = (ObjectNode) json.readTree(file.toFile());
    change.accept(content);
    json.writeValue(file.toFile(), content);
  }

  private void assertDiffers(Path altered, String difference) {
    UserOfEspalier.Outcome outcome = reproduce(altered);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(1);
    assertThat(outcome.err()).contains("espalier: not the same: " + difference);
    assertThat(outcome.out()).contains("\"equal\":false", difference);
  }

  /** The pruned and the fine-tuned one need all that was made before them. */
  @ParameterizedTest
  @ValueSource(strings = {"unpruned", "pruned", "fine-tuned", "scratch-b"})
  void everyRunOfAComparisonIsMadeAgainToTheBit(String arm) throws IOException {
    Path made = comparison.resolve("seed-1").resolve(arm);
    SortedMap<String, String> before = FolderState.of(comparison);
    UserOfEspalier.Outcome outcome = reproduce(made);
    assertThat(outcome.json().path("equal").asBoolean()).isTrue();
    assertThat(outcome.json().path("notes")).isEmpty();
    assertThat(FolderState.of(comparison)).as("only read").isEqualTo(before);
    Path again = folder.resolve("again/runs").resolve(made.toRealPath().getFileName());
    assertThat(FolderState.of(again)).isEqualTo(FolderState.of(made.toRealPath()));
  }

  @Test
  void anAlteredWeightIsNamed() throws IOException {
    Path copy = copy();
    Path file = copy.resolve("weights.safetensors");
    Map<String, ShapedArray> arrays = new LinkedHashMap<>(Safetensors.read(file).asMap());
    String name = arrays.keySet().stream().skip(3).findFirst().orElseThrow();
    ShapedArray array = arrays.get(name);
    float[] values = array.values().clone();
    int last = values.length - 1;
    float before = values[last];
    values[last] = Math.nextUp(before);
    arrays.put(name, new ShapedArray(array.shape(), values));
    Safetensors.write(file, Weights.of(arrays), Map.of("format", "espalier"));
    assertDiffers(
        copy, "value " + last + " of " + name + " was " + values[last] + ", now is " + before);
  }

  @Test
  void anAlteredMeasurementIsNamed() throws IOException {
    Path copy = copy();
    Path metrics = copy.resolve("metrics.csv");
    String text = Files.readString(metrics);
    String loss = text.lines().skip(1).findFirst().orElseThrow().split(",", -1)[5];
    Files.writeString(metrics, text.replace(loss, "1.5"));
    assertDiffers(copy, "test loss after epoch 1.0 was 1.5, now is " + Double.valueOf(loss));
  }

  @Test
  void anAlteredScoreIsNamed() throws IOException {
    Path copy = copy();
    edit(copy.resolve("summary.json"), summary -> summary.put("accuracy", 0.99));
    assertDiffers(copy, "accuracy was 0.99, now is ");
  }

  /** Equal or not, it says what it knows about the run. */
  @Test
  void aRunOfPartsWithOtherThreadsCannotBePromised() throws IOException {
    Path copy = copy();
    edit(
        copy.resolve("run.json"),
        description -> {
          ArrayNode stretches = (ArrayNode) description.path("stretches");
          ObjectNode last = (ObjectNode) stretches.get(0);
          ObjectNode first = last.deepCopy();
          stretches.insert(0, first.put("threads", 4));
          last.put("fromStep", 2);
        });
    JsonNode said = reproduce(copy).json();
    assertThat(said.path("equal").asBoolean()).as("threads of the last part are used").isTrue();
    assertThat(said.path("notes")).hasSize(1);
    assertThat(said.path("notes").get(0).asText())
        .isEqualTo(
            "its bits cannot be promised, for it was made in parts that differ: threads 4, then 1"
                + " from step 2");
  }

  @Test
  void otherVersionsAreTold() throws IOException {
    Path copy = copy();
    edit(
        copy.resolve("run.json"),
        description ->
            ((ObjectNode) description.path("stretches").get(0).path("versions"))
                .put("tensorflow", "2.5.0"));
    assertThat(reproduce(copy).json().path("notes").toString()).contains("tensorflow 2.5.0, then ");
  }

  private void assertRefused(String line, int code, String message) {
    UserOfEspalier.Outcome outcome = UserOfEspalier.types("reproduce " + line);
    assertThat(outcome.err()).startsWith("espalier: " + message).hasLineCount(1);
    assertThat(outcome.code()).isEqualTo(code);
  }

  @Test
  void whatIsNoFinishedRunIsRefusedInASentence() throws IOException {
    Path copy = copy();
    Path none = folder.resolve("none");
    assertRefused(none.toString(), 3, none + "/run.json: expected ");
    Path pruned = comparison.resolve("seed-1/pruned");
    assertRefused(
        pruned + " --to " + comparison,
        2,
        comparison + ": is the store of the run itself; choose another");
    Files.delete(copy.resolve("summary.json"));
    assertRefused(copy.toString(), 3, copy + ": expected a finished run, found one that is not");
  }
}
