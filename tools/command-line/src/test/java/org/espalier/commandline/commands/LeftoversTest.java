package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.io.file.PathUtils;
import org.espalier.commandline.FolderState;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.files.ProcessId;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command that failed, or was killed, leaves behind: nothing that is in anybody's way. */
class LeftoversTest {
  @TempDir static Path shared;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    assertThat(TrainedModels.train(shared.resolve("run")).code()).isZero();
  }

  private Path run;

  @BeforeEach
  void copy() throws IOException {
    run = folder.resolve("run");
    PathUtils.copyDirectory(shared.resolve("run"), run);
  }

  private UserOfEspalier.Outcome types(String line) {
    return UserOfEspalier.types(line.replace("FOLDER", folder.toString()));
  }

  private void succeeds(String line) {
    UserOfEspalier.Outcome outcome = types(line);
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  /** A model whose outputs are no numbers: no proof of it holds, and no export. */
  private Path broken() {
    Model model = ModelFolder.load(run);
    Map<String, ShapedArray> arrays = new LinkedHashMap<>(model.weights().asMap());
    arrays.replaceAll((name, array) -> ShapedArray.filled(array.shape(), Float.NaN));
    Path broken = folder.resolve("broken");
    ModelFolder.save(broken, new Model(model.network(), Weights.of(arrays)));
    return broken;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prune FOLDER/run --ratios nowhere=0.5 --out FOLDER/a/b/small",
        "prune FOLDER/broken --ratio 0.5 --out FOLDER/a/b/small",
        "export FOLDER/broken --to FOLDER/a/b/serving",
        "export FOLDER/run --to FOLDER/run/run.json",
        "compare FOLDER/none.yaml --out FOLDER/a/b/out",
        "train --architecture vgg11 --keep 9ep --out FOLDER/a/b/run" + TrainedModels.SMALL,
        "finetune FOLDER/run --out FOLDER/a/b/fine --dataset cifar10 --data FOLDER/a/none",
        "reproduce FOLDER/broken --to FOLDER/a/b/store"
      })
  void aCommandThatFailsLeavesNoFolder(String line) throws IOException {
    broken();
    var before = FolderState.of(folder);
    UserOfEspalier.Outcome outcome = types(line);
    assertThat(outcome.code()).as(outcome.err()).isIn(2, 3);
    assertThat(outcome.err()).doesNotContain("~", ".tmp");
    assertThat(FolderState.of(folder)).isEqualTo(before);
  }

  /** The cut is done, the export is not: said so, and the same command goes on with the export. */
  @Test
  void aPruningWhoseExportFailsIsNotDoneAgain() throws IOException {
    Path file = Files.writeString(folder.resolve("serving"), "in the way");
    String line = "prune FOLDER/run --ratio 0.5 --out FOLDER/small --export FOLDER/serving/here";
    UserOfEspalier.Outcome outcome = types(line);
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.err()).contains("espalier: " + file);
    var done = FolderState.timesOfWhatIsDone(folder);
    Files.delete(file);
    succeeds(line);
    assertThat(FolderState.timesOfWhatIsDone(folder)).containsAllEntriesOf(done);
    assertThat(folder.resolve("serving/here/1/saved_model.pb")).isNotEmptyFile();
  }

  /** A process of this host that is not there: this one, had it started at another time. */
  private static ProcessId dead() {
    ProcessId here = ProcessId.current();
    return new ProcessId(here.host(), here.space(), here.pid(), here.started() - 1000);
  }

  private static void leaveHalf(Path target) throws IOException {
    String name = "." + target.getFileName() + "~" + dead() + "~3.tmp";
    Path half = Files.createDirectories(target.resolveSibling(name));
    Files.writeString(half.resolve("network.pb"), "half");
  }

  private static void leaveClaim(Path target) throws IOException {
    Path claim = target.resolveSibling("." + target.getFileName() + ".claim");
    Files.writeString(claim, dead() + " some-id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prune FOLDER/run --ratio 0.5 --threads 1 --out FOLDER/new/a | new/a | new/a",
        "export FOLDER/run --to FOLDER/new --version 7 | new/7 | new/7",
        "train --architecture resnet8 --width 0.125 --out FOLDER/new/a"
            + TrainedModels.SMALL
            + " | new/a | new/a/checkpoint.safetensors"
      })
  void whatAKilledProcessLeftIsSweptAwayByTheSameCommand(String line, String claim, String half)
      throws IOException {
    succeeds(line);
    var whole = FolderState.of(folder);
    PathUtils.deleteDirectory(folder.resolve("new"));
    leaveHalf(folder.resolve(half));
    leaveClaim(folder.resolve(claim));
    succeeds(line);
    assertThat(FolderState.of(folder)).isEqualTo(whole);
  }

  /** It died after its last file, before it gave up its claim. */
  @Test
  void aClaimOfWhatIsDoneGoes() throws IOException {
    String line = "prune FOLDER/run --ratio 0.5 --threads 1 --out FOLDER/small";
    succeeds(line);
    var whole = FolderState.of(folder);
    leaveClaim(folder.resolve("small"));
    succeeds(line);
    assertThat(FolderState.of(folder)).isEqualTo(whole);
  }
}
