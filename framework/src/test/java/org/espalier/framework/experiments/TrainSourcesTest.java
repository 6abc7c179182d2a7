package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.training.Loss;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.StoppedException;
import org.espalier.framework.training.Trainer;
import org.espalier.framework.training.TrainingState;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training starts from, what it learns from, and what may start from it. */
class TrainSourcesTest {
  private static final Recipe SECOND = TinyJobs.recipe(1, 12, 0.02);

  @TempDir Path root;

  private Workshop shop;

  @BeforeEach
  void openShop() {
    shop = TinyTasks.shop(root);
  }

  private Object input(Task task, String name) {
    return new RunFolder(shop.store().folder(task)).description().orElseThrow().inputs().get(name);
  }

  private static Model initial(long seed) {
    Network network = TinyJobs.network();
    return new Model(network, network.initialise(seed));
  }

  /** The weights after every step of the training of {@link TinyTasks#train}. */
  private static List<Weights> afterEachStep(int epochs) {
    List<Weights> weights = new ArrayList<>(List.of(initial(1).weights()));
    Trainer.Keeper keeper =
        new Trainer.Keeper() {
          @Override
          public boolean wants(long step, int stepsPerEpoch) {
            return true;
          }

          @Override
          public void keep(TrainingState state) {
            weights.add(state.weights());
          }

          @Override
          public void keepWeights(Step step, Weights kept) {}
        };
    TinyJobs.trainer(TinyJobs.job(epochs, 1)).train(Optional.empty(), keeper);
    return weights;
  }

  /** At the start, in mid-epoch and at the end; stopped on the way, it keeps the same. */
  @Test
  void theWeightsOfAStepAreThoseOfATrainingStoppedThere() {
    List<Weights> after = afterEachStep(2);
    List<Step> steps = List.of(Step.parse("0it"), Step.parse("1ep1it"), Step.parse("2ep"));
    Train task = TinyTasks.train(2, 1).keeping(steps);
    assertThatThrownBy(() -> TinyTasks.make(task, shop.with(TinyTasks.crashAfter(3))))
        .hasMessage("crashed");
    assertThatThrownBy(() -> TinyTasks.make(task, shop.with(TinyTasks.stopAfter(6))))
        .isInstanceOf(StoppedException.class);
    RunSummary end = TinyTasks.make(task, shop);
    RunFolder run = new RunFolder(shop.store().folder(task));
    assertThat(run.keptWeights(steps.get(0))).isEqualTo(after.get(0));
    assertThat(run.keptWeights(steps.get(1))).isEqualTo(after.get(5));
    assertThat(run.keptWeights(steps.get(2))).isEqualTo(after.get(8));
    assertThat(end.weightsDigest()).isEqualTo(Digests.of(after.get(8)));
  }

  @Test
  void aTrainingMayStartFromAStepThatAnotherKept() {
    Step step = Step.parse("3it");
    Train first = TinyTasks.train(1, 1).keeping(List.of(step));
    Train second = TinyTasks.train(Result.of(first, step), SECOND, 1);
    TinyTasks.make(first, shop);
    TinyTasks.make(second, shop);
    Weights kept = afterEachStep(1).get(3);
    assertThat(Result.of(first, step).model(shop, Optional.empty()).weights()).isEqualTo(kept);
    assertThat(input(second, "startDigest")).isEqualTo(Digests.of(kept));
    assertThat(second.needs()).containsExactly(first);
    assertThat(second.key()).isNotEqualTo(TinyTasks.train(Result.of(first), SECOND, 1).key());
  }

  @Test
  void aStepThatWasNotKeptOrWasAlteredIsRefused() throws IOException {
    Step step = Step.parse("3it");
    Train first = TinyTasks.train(1, 1).keeping(List.of(step));
    TinyTasks.make(first, shop);
    Path folder = shop.store().folder(first);
    assertThatThrownBy(() -> Result.of(first, Step.parse("2it")).model(shop, Optional.empty()))
        .isInstanceOf(BadInputException.class)
        .hasMessage(folder + ": expected the weights of step 2it, found none; they were not kept");
    Path file = folder.resolve("kept/3it.safetensors");
    byte[] altered = Files.readAllBytes(file);
    altered[altered.length - 1] ^= 1;
    Files.write(file, altered);
    assertThatThrownBy(() -> Result.of(first, step).model(shop, Optional.empty()))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(file.toString());
    Train beyond = TinyTasks.train(1, 1).keeping(List.of(Step.parse("2ep")));
    assertThatThrownBy(() -> TinyTasks.make(beyond, shop))
        .isInstanceOf(UsageException.class)
        .hasMessage("keep: step 2ep comes after the end, 4 steps");
  }

  @Test
  void theResultOfATaskAndTheSameModelGivenTrainAlike() {
    Train first = TinyTasks.train(1, 1);
    RunSummary done = TinyTasks.make(first, shop);
    Train ofResult = TinyTasks.train(Result.of(first), SECOND, 1);
    Path model = root.resolve("model");
    ModelFolder.save(model, ModelFolder.load(shop.store().folder(first)));
    Train ofGiven = TinyTasks.train(shop.given(model, ReadOptions.DEFAULT), SECOND, 1);
    RunSummary end = TinyTasks.make(ofResult, shop);
    assertThat(TinyTasks.make(ofGiven, shop).weightsDigest()).isEqualTo(end.weightsDigest());
    assertThat(end.weightsDigest()).isNotEqualTo(done.weightsDigest());
    assertThat(input(ofResult, "startDigest")).isEqualTo(done.weightsDigest());
    assertThat(input(ofGiven, "startDigest")).isEqualTo(done.weightsDigest());
    assertThat(ofGiven.needs()).isEmpty();
    assertThat(ofResult.needs()).containsExactly(first);
  }

  @Test
  void aResultThatIsNotThereIsMissed() {
    Train first = TinyTasks.train(1, 1);
    assertThatThrownBy(() -> TinyTasks.make(TinyTasks.train(Result.of(first), SECOND, 1), shop))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(shop.store().folder(first).toString());
  }

  @Test
  void freshWeightsTakeThePlaceOfThoseThatItHas() {
    Train first = TinyTasks.train(1, 1);
    TinyTasks.make(first, shop);
    Train scratch = TinyTasks.train(Result.of(first), SECOND, 1).fresh(9);
    TinyTasks.make(scratch, shop);
    assertThat(input(scratch, "startDigest")).isEqualTo(Digests.of(initial(9).weights()));
  }

  /** Labels that are all wrong change nothing but what is counted. */
  @Test
  void aTeacherTeachesWithoutLabels() {
    Train task = TinyTasks.train(1, 1).minimising(new Objective.Teacher(TinyTasks.fresh(2), 4));
    RunSummary end = TinyTasks.make(task, shop);
    TrainingState expected =
        TinyJobs.trainer(TinyJobs.job(1, 1).withLoss(Loss.teacher(initial(2), 4))).train();
    assertThat(end.weightsDigest()).isEqualTo(Digests.of(expected.weights()));
    assertThat(end.weightsDigest())
        .isNotEqualTo(TinyTasks.make(TinyTasks.train(1, 1), shop).weightsDigest());
    assertThat(task.needs()).isEmpty();
    ImageSet images = TinyJobs.images(40, 1);
    int[] wrong = Arrays.stream(images.labels()).map(label -> (label + 1) % 10).toArray();
    ImageSet relabelled = new ImageSet("wrong", 10, 10, 1, 10, images.pixels(), wrong);
    Workshop other =
        TinyTasks.shop(root.resolve("other"), TinyJobs.data(relabelled, TinyJobs.images(20, 2)));
    assertThat(TinyTasks.make(task, other).weightsDigest()).isEqualTo(end.weightsDigest());
  }

  @Test
  void aTeacherThatATaskMadeIsNeeded() {
    Train first = TinyTasks.train(1, 2);
    Train taught = TinyTasks.train(1, 1).minimising(new Objective.Teacher(Result.of(first), 0));
    assertThat(taught.needs()).containsExactly(first);
    TinyTasks.make(first, shop);
    Model teacher = ModelFolder.load(shop.store().folder(first));
    TrainingState expected =
        TinyJobs.trainer(TinyJobs.job(1, 1).withLoss(Loss.teacher(teacher, 0))).train();
    assertThat(TinyTasks.make(taught, shop).weightsDigest())
        .isEqualTo(Digests.of(expected.weights()));
  }

  @Test
  void asMuchComputationAsBeforeACutIsRefusedWhereNothingWasCut() {
    Train task = TinyTasks.train(1, 1).sameCompute(Optional.empty());
    assertThatThrownBy(() -> TinyTasks.make(task, shop))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "resnet8: expected a pruned model, for only that knows the computation of the network"
                + " before the cut, found another");
    assertThat(shop.store().folder(task)).doesNotExist();
  }

  /** Its network before the cut took three and a half times as much. */
  @Test
  void asMuchComputationAsBeforeACutIsMoreEpochs() {
    Path model = root.resolve("pruned");
    ModelFolder.save(model, initial(1));
    long flops = TestNetworks.WIRED.costs().of(TinyJobs.network()).flops();
    new PrunedFile(
            "",
            "",
            "",
            9,
            9,
            flops * 7 / 2,
            9,
            9,
            flops,
            null,
            null,
            null,
            null,
            List.of(),
            false,
            null,
            null,
            0,
            0)
        .write(model);
    Train once = TinyTasks.train(shop.given(model, ReadOptions.DEFAULT), SECOND, 1);
    assertThat(TinyTasks.make(once, shop).epochs()).isEqualTo(1);
    assertThat(TinyTasks.make(once.sameCompute(Optional.empty()), shop).epochs()).isEqualTo(3);
    assertThat(TinyTasks.make(once.sameCompute(Optional.of(2.0)), shop).epochs()).isEqualTo(2);
  }
}
