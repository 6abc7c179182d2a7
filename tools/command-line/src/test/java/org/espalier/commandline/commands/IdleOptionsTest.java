package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that would do nothing are refused: who gives one expects something of it. */
class IdleOptionsTest {
  @TempDir static Path shared;

  private static Path run;
  private static Path serving;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    run = shared.resolve("run");
    serving = shared.resolve("serving/1");
    assertThat(TrainedModels.train(run).code()).isZero();
    assertThat(UserOfEspalier.types("export " + run + " --to " + serving.getParent()).code())
        .isZero();
  }

  private String fill(String line) {
    return line.replace("RUN", run.toString())
        .replace("SERVING", serving.toString())
        .replace("NEW", folder.resolve("new").toString())
        .replace("SMALL", "--dataset fashion-mnist-small");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          inspect vgg11 --image-size 64x64 | image-size says nothing here: vgg11 is an architecture
          inspect vgg11 --trust --outputs a:0 | outputs and trust say nothing here: vgg11 is an architecture
          inspect RUN --image-size 64x64 | image-size says nothing here: RUN is a model of Espalier's
          inspect RUN --width 0.5 | width says nothing here: RUN is no architecture
          inspect SERVING --classes 3 | classes says nothing here: SERVING is no architecture
          inspect SERVING --image-size 64x64 | image-size says nothing here: 1 takes images of one size
          evaluate RUN SMALL --train-images 60 | --train-images says nothing about an evaluation
          evaluate RUN SMALL --signature x | signature says nothing here: RUN is a model of Espalier's
          prune RUN --ratio 0.5 --out NEW --inputs a:0 | inputs says nothing here: RUN is a model
          prune RUN --ratio 0.5 --out NEW --test-images 60 | --test-images says nothing without a data set
          prune RUN --ratio 0.5 --out NEW --train-images 60 | --train-images says nothing without a data set
          prune RUN --ratio 0.5 --out NEW --data FOLDER | --data says nothing without a data set
          prune RUN --ratios stem=0.5,stem=0.3 --out NEW | --ratios name group 'stem' twice
          prune RUN --ratio 0.5 --exclude stem,stem --out NEW | --exclude names a group twice
          prune RUN --ratios stem=0.5 --coupled --out NEW | coupled says nothing about a preset or ratios
          prune RUN --preset vgg16-a --coupled --out NEW | coupled says nothing about a preset or ratios
          train --architecture resnet8 SMALL --trust --out NEW | --trust says nothing about an architecture
          train --architecture resnet8 SMALL --temperature 2 --out NEW | --temperature says nothing without a teacher
          train --architecture resnet8 SMALL --milestones= --learning-rate-decay 0.5 --out NEW | --learning-rate-decay says nothing without milestones
          train --architecture resnet8 SMALL --keep 1ep,2ep,1ep --out NEW | keep names a step twice; found [1ep, 2ep, 1ep]
          train --architecture resnet8 SMALL --store NEW --out NEW | --store says nothing where --out names the folder
          train --architecture resnet8 SMALL --epochs 2 --milestones 2ep --out NEW | milestones: step 2ep comes after the end, 188 steps
          train --architecture resnet8 SMALL --epochs 2 --warm-up 3ep --out NEW | warm-up: step 3ep comes after the end, 188 steps
          train --architecture vgg16 SMALL --penalties l1:depthwise-kernel:0.1 --out NEW | penalties: l1:depthwise-kernel:0.1 is for parameters that vgg16 has not
          train --from RUN SMALL --width 0.5 --out NEW | --width says nothing about a model that is there
          train --from RUN SMALL --input 28x28x1 --out NEW | --input says nothing about a model that is there
          train --from RUN SMALL --image-size 5x5 --out NEW | image-size says nothing here: RUN is a model of
          finetune RUN SMALL --store NEW | unknown option '--store'
          scratch RUN SMALL --budget e --cap 2 | --cap says nothing about budget e
          scratch RUN SMALL --budget e --large RUN | --large says nothing about budget e
          scratch RUN SMALL --budget e --fresh-scale dense --out NEW | --fresh-scale says nothing where no weights are masked
          prune RUN --method sss --ratio 0.5 --coupled --out NEW | coupled says nothing to sss, which takes zeros in trunks too
          prune RUN --method zero-filters --as-trained --scope global --out NEW | scope global says nothing to zero-filters
          compare l1-vgg16-a-cifar10 --data NEW --fresh-scale dense | --fresh-scale says nothing where no weights are masked, and none of
          sensitivity RUN --test-images 20 | --test-images says nothing without a data set
          sensitivity RUN SMALL --random-inputs 4 | --random-inputs says nothing where a data set or inputs
          sensitivity RUN --input NEW --random-inputs 4 | --random-inputs says nothing where a data set or inputs
          sensitivity RUN SMALL --input NEW | --input says nothing beside a data set
          sensitivity RUN --groups stem --coupled | --coupled says nothing about groups that are named
          rewrite RUN --list | --list says what the passes do; give it alone
          compare l1-vgg16-a --list | --list names the comparisons; give it alone
          compare --list --seeds 1 | --list names the comparisons; give it alone
          rewrite --list --version 2 | --list says what the passes do; give it alone
          compare l1-vgg16-a --method l1-norm,l1-norm | --method must be one or more, all different
          data fetch fashion-mnist-small --to NEW | fashion-mnist-small travels inside Espalier
          """)
  void theyAreRefusedByName(String line, String message) {
    UserOfEspalier.Outcome outcome = UserOfEspalier.types(fill(line));
    assertThat(outcome.err().lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("espalier: " + fill(message));
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
    assertThat(folder.resolve("new")).doesNotExist();
  }

  /** The same in a file, which then is bad input. */
  @Test
  void inAFileToo() throws IOException {
    Path file = Files.writeString(folder.resolve("s.yaml"), "test-images: 20\ntrain-images: 60\n");
    UserOfEspalier.Outcome outcome =
        UserOfEspalier.types(fill("evaluate RUN SMALL --settings " + file));
    assertThat(outcome.err())
        .startsWith("espalier: " + file + ":2: train-images says nothing about an evaluation");
    assertThat(outcome.code()).isEqualTo(3);
  }

  /** Where they do something they are taken. */
  @Test
  void elsewhereTheyAreTaken() {
    assertThat(UserOfEspalier.types(fill("inspect vgg11 --width 0.5")).code()).isZero();
    assertThat(UserOfEspalier.types(fill("inspect SERVING --trust")).code()).isZero();
    assertThat(UserOfEspalier.types(fill("evaluate RUN SMALL --test-images 20")).code()).isZero();
  }
}
