package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.espalier.Espalier;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.files.Npy;
import org.espalier.framework.files.Safetensors;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exit codes, and the one line. */
class CommandErrorsTest {
  @TempDir static Path shared;

  private static Path run;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    run = shared.resolve("run");
    assertThat(TrainedModels.train(run).code()).isZero();
  }

  private void assertFails(String line, int code, String message) {
    UserOfEspalier.Outcome outcome = UserOfEspalier.types(fill(line));
    assertThat(outcome.err()).startsWith("espalier: " + fill(message)).hasLineCount(1);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.out()).isEmpty();
  }

  /** The last line of several. */
  private void assertEnds(String line, int code, String message) {
    UserOfEspalier.Outcome outcome = UserOfEspalier.types(fill(line));
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.err().lines().reduce((a, b) -> b))
        .hasValueSatisfying(last -> assertThat(last).startsWith("espalier: " + fill(message)));
  }

  private String fill(String text) {
    return text.replace("RUN", run.toString())
        .replace("NEW", folder.resolve("new").toString())
        .replace("FOLDER", folder.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          inspect resnet65 | unknown architecture 'resnet65'; nearest: resnet
          inspect reset65 | unknown architecture 'reset65'; nearest: lenet5, resnet18, resnet20; no file or folder has that name either
          compare FOLDER | FOLDER is a folder; give the name of a comparison, or a YAML file
          train vgg11 --dataset cifar10 | unexpected argument 'vgg11'; 'espalier train' takes options only, such as --architecture (see
          train --architecture vgg11 | missing --dataset TEXT: Data set: cifar10, cifar100
          train --architecture vgg61 --dataset cifar10 | unknown architecture 'vgg61'; nearest: vgg
          train --architecture vgg16 --dataset cifar01 | unknown data set 'cifar01'; nearest: cifar10
          train --architecture vgg16 --dataset cifar10 --recipe shrt | unknown recipe 'shrt'; nearest: short
          train --architecture vgg16 | missing --dataset
          train --dataset cifar10 | give exactly one of architecture and from; found none
          train --dataset cifar10 --architecture vgg16 --from RUN | give exactly one of architecture and from; found both
          prune RUN --method l1norm --ratio 0.5 --out NEW | --method: unknown pruning method 'l1norm'; nearest: l1-norm
          prune RUN --preset vgg61-a --out NEW | unknown preset 'vgg61-a'; nearest: vgg16-a
          prune RUN --ratio 1.5 --out NEW | --ratio must be at least 0 and below 1
          prune RUN --ratio 150% --out NEW | --ratio must be at least 0 and below 1 (the share of channels to remove), found 150%
          prune RUN --target-macs -5M --out NEW | --target-macs must be above 0 (a fraction of the MACs that remain, or a number of them), found -5M
          prune RUN --out NEW | give exactly one of preset, ratio, target-macs and target-parameters; found none
          prune RUN --ratio 0.5 --target-macs 0.5 --out NEW | give exactly one of
          prune RUN --ratio 0.5 | missing --out
          prune vgg16 --ratio 0.5 --out NEW | 'vgg16' is an architecture without weights
          sensitivity vgg16 --out NEW | 'vgg16' is an architecture without weights
          sensitivity RUN --shares 0.5,1 --out NEW | --shares must be one or more, all different, each above 0 and below 1; found [0.5, 1.0]
          sensitivity RUN --shares 0 --out NEW | --shares must be one or more
          sensitivity RUN --drop 101 --out NEW | --drop must be from 0 to 100 points, found 101
          sensitivity RUN --at 0.4 --out NEW | at must be one of the shares, [0.1, 0.3, 0.5, 0.7, 0.9], found 0.4
          sensitivity RUN --method l1norm --out NEW | --method: unknown scoring method 'l1norm'; nearest: l1-norm
          sensitivity RUN --groups steam --out NEW | unknown channel group 'steam'; nearest: stem
          sensitivity RUN --groups dense --out NEW | group 'dense' cannot be cut:
          sensitivity RUN --out RUN/network.pb | RUN/network.pb exists and is no folder; choose a new folder
          scratch RUN --dataset cifar10 | missing --budget
          scratch RUN --dataset cifar10 --budget x | --budget: unknown value 'x'; nearest: b, e
          scratch RUN --dataset cifar10 --budget b --cap 0.5 | --cap must be at least 1
          compare l1-vgg61-a | unknown comparison 'l1-vgg61-a'; nearest: l1-vgg16-a
          compare l1-vgg16-a --seeds 1,1 | --seeds must be one or more, all different; found [1, 1]
          compare l1-vgg16-a --method l1norm | --method: unknown pruning method 'l1norm'; nearest: l1-norm
          quickstart --seeds 2,2 --out NEW | seeds must be one or more, all different
          compare l1-vgg16-a --cap 0 | --cap must be at least 1
          compare | compare needs the name of a comparison or a file; compare --list gives the names
          compare l1-vgg16-a --scale 0 | --scale: expected factors above 0 and at most 1, found factor=0
          compare l1-vgg16-a --scale images=0.5,epochs=2 | --scale: expected factors above 0 and at most 1, found epochs=2
          compare l1-vgg16-a --scale tiny | --scale: expected a factor such as 0.05, or factors such as
          compare l1-resnet56-a --scale width=0.05 | scale leaves a layer of resnet56 1 of its 16 channels
          compare l1-vgg16-a --arms pruned,pruned | --arms must all be different
          compare l1-vgg16-a --arms sparsity-trained | --arms name sparsity-trained, but no training
          compare l1-vgg16-a --arms tuned | --arms: unknown value 'tuned'
          compare l1-vgg16-a --pruned-architecture vgg61-a --dry-run | unknown architecture 'vgg61-a'
          compare l1-vgg16-a --image-share 0 | --image-share must be above 0 and at most 1
          evaluate RUN | missing --dataset
          evaluate RUN --dataset fashion-mnist-small --test-images 0 | test-images must be from 1 to 1000
          export RUN | missing --to
          export RUN --to NEW --version 0 | --version must be at least 1
          predict RUN --output NEW | missing --input
          inspect vgg16 --input 32 | --input must be HEIGHTxWIDTHxCHANNELS
          inspect vgg16 --width 0 | width must be above 0
          inspect vgg16 --classes 1 | a classifier needs at least 2 classes
          """)
  void wrongUseIsTwo(String line, String message) {
    assertFails(line, 2, message);
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          inspect FOLDER/none | FOLDER/none: expected the folder of a run or model, a SavedModel or a frozen .pb, found nothing there
          evaluate FOLDER --dataset fashion-mnist-small | FOLDER: expected the folder of a run or model, a SavedModel or a frozen .pb, found no network.pb and no saved_model.pb
          prune FOLDER/none --ratio 0.5 --out NEW | FOLDER/none: expected the folder of a run or model, a SavedModel or a frozen .pb, found nothing there
          prune RUN --ratio 0.5 --out RUN | RUN: holds another run: its task is train, now prune
          sensitivity FOLDER/none --out NEW | FOLDER/none: expected the folder of a run or model, a SavedModel or a frozen .pb, found nothing there
          sensitivity RUN --input FOLDER/none.npy --out NEW | FOLDER/none.npy: expected
          sensitivity RUN --out RUN | RUN: holds another run: its task is train, now sensitivity
          reproduce FOLDER | FOLDER/run.json: expected
          compare FOLDER/none.yaml | FOLDER/none.yaml: expected a file with settings, found none
          train --architecture resnet8 --dataset cifar10 --data FOLDER --out NEW | FOLDER
          train --architecture resnet8 --dataset cifar10 --data FOLDER/none --out NEW | FOLDER/none: expected the folder with the files of cifar10, found nothing there
          predict RUN --input FOLDER --output NEW | FOLDER: expected a NumPy array (.npy), found a folder
          compare vgg16 --settings FOLDER | FOLDER: expected settings in YAML, found a folder
          report FOLDER | FOLDER
          report FOLDER/none | FOLDER/none
          import FOLDER/none.safetensors --architecture vgg16 --out NEW | FOLDER/none.safetensors: expected
          predict RUN --input FOLDER/none.npy --output NEW | FOLDER/none.npy: expected
          """)
  void whatIsMissingIsThreeByName(String line, String message) {
    assertFails(line, 3, message);
    assertThat(folder.resolve("new")).doesNotExist();
  }

  /** Others' formats, by name or content, as a file and in a folder: what they are, what to do. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          m.keras | found a Keras file; in Python, keras.models.load_model("m.keras").export("folder")
          m.H5 | found a Keras or HDF5 file
          m.pt | found a PyTorch file; safetensors.torch.save_file(
          m.onnx | found an ONNX file; a converter such as onnx2tf
          m.tflite | found a TensorFlow Lite file; give the SavedModel
          m.safetensors | found weights without a network; 'espalier import m.safetensors
          m.index | found a checkpoint, which is weights without a network
          m.tar.gz | found an archive; unpack it first
          m.txt | found another file
          """)
  void formatsOfOthersAreNamed(String name, String message) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "words");
    for (String line : new String[] {"inspect ", "export --to NEW "}) {
      assertFails(line + file, 3, file + ": expected the folder of a run or model, a SavedModel");
      assertThat(UserOfEspalier.types(fill(line) + file).err()).contains(message);
    }
    if (!name.endsWith(".txt")) {
      assertThat(UserOfEspalier.types("inspect " + folder).err())
          .contains(message.replace("found ", "found " + name + " in it, "));
    }
  }

  @Test
  void theirContentTellsToo() throws IOException {
    Path file = folder.resolve("model");
    Files.write(file, new byte[] {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'});
    assertThat(UserOfEspalier.types("inspect " + file).err()).contains("found a Keras or HDF5");
    Files.write(file, new byte[] {0x1c, 0, 0, 0, 'T', 'F', 'L', '3'});
    assertThat(UserOfEspalier.types("inspect " + file).err()).contains("found a TensorFlow Lite");
    Files.write(file, new byte[] {'P', 'K', 3, 4});
    assertThat(UserOfEspalier.types("inspect " + file).err()).contains("found a zip archive");
    Path weights = Files.write(folder.resolve("w.pt"), new byte[] {'P', 'K', 3, 4});
    assertFails(
        "import " + weights + " --architecture resnet8 --out NEW",
        3,
        weights + ": expected a safetensors file, found a PyTorch file; ");
  }

  /** It would be taken for the folder that one stands in. */
  @Test
  void anEmptyNameIsTwo() {
    for (String command : new String[] {"inspect", "report", "import", "compare"}) {
      for (String name : new String[] {"", " "}) {
        UserOfEspalier.Outcome outcome = UserOfEspalier.types(command, name);
        assertThat(outcome.code()).isIn(2);
        assertThat(outcome.err()).matches("espalier: .* is empty; give a name .*\n|.*missing.*\n");
      }
    }
    UserOfEspalier.Outcome outcome = UserOfEspalier.types("inspect", "");
    assertThat(outcome.err())
        .isEqualTo("espalier: MODEL is empty; give a name (see 'espalier inspect --help')\n");
  }

  /** They are as many bytes as the network reads, in another order. */
  @Test
  void dataOfAnotherShapeAreThree() {
    ImageSet images = new ImageSet("m", 14, 14, 4, 10, new byte[14 * 14 * 4 * 10], new int[10]);
    Dataset data = new Dataset("m", images, images, Normalisation.none(4), Augmentation.NONE);
    ArchitectureSpec narrow = ArchitectureSpec.of("resnet8").withWidth(0.125);
    Path other = folder.resolve("other");
    Espalier espalier = Espalier.create();
    espalier.save(espalier.build(narrow, data, 1), other);
    for (String line :
        new String[] {
          "evaluate OTHER",
          "finetune OTHER --out NEW",
          "sensitivity OTHER --out NEW",
          "prune OTHER --ratio 0.5 --method taylor --out NEW",
          "prune OTHER --ratio 0.5 --out NEW"
        }) {
      assertEnds(
          line.replace("OTHER", other.toString())
              + " --dataset fashion-mnist-small --test-images 20",
          3,
          "resnet8 reads images of shape [?,14,14,4], fashion-mnist-small");
    }
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void noImagesAtAllAreThree() {
    Path images = folder.resolve("images.npy");
    Npy.write(images, ShapedArray.filled(Shape.of(0, 28, 28, 1), 0));
    assertFails("predict RUN --input " + images + " --output NEW", 3, "");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void settingsThatAreNoFileAreThreeByName() throws IOException {
    assertFails("train --settings FOLDER", 3, "FOLDER: expected settings in YAML, found");
    Path file = Files.write(folder.resolve("s.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertFails(
        "train --settings " + file,
        3,
        file + ": expected YAML, found bytes that are no text in UTF-8");
  }

  private Path damaged(String file, int length) throws IOException {
    Path copy = folder.resolve("copy");
    org.apache.commons.io.file.PathUtils.copyDirectory(run, copy);
    Files.write(copy.resolve(file), Arrays.copyOf(Files.readAllBytes(copy.resolve(file)), length));
    return copy;
  }

  @ParameterizedTest
  @CsvSource({"weights.safetensors, 900", "network.pb, 900", "summary.json, 9"})
  void aTruncatedModelIsThree(String file, int length) throws IOException {
    Path copy = damaged(file, length);
    for (String line :
        new String[] {
          "evaluate %s --dataset fashion-mnist-small",
          "prune %s --ratio 0.5 --out NEW",
          "export %s --to NEW"
        }) {
      assertFails(line.formatted(copy), 3, copy.resolve(file) + ": expected");
    }
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void weightsOfAnotherNetworkAreThree() {
    Path weights = folder.resolve("w.safetensors");
    Safetensors.write(weights, ModelFolder.load(run).weights(), Map.of());
    assertFails("import " + weights + " --architecture resnet8 --out NEW", 3, weights + ": ");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void aDataFileThatIsNotThePublishedOneIsThree() throws IOException {
    Path data = Files.createDirectory(folder.resolve("cifar"));
    Path first = data.resolve("data_batch_1.bin");
    Files.write(first, new byte[3073 * 2 - 1]);
    for (int i = 2; i <= 5; i++) {
      Files.write(data.resolve("data_batch_" + i + ".bin"), new byte[3073]);
    }
    Files.write(data.resolve("test_batch.bin"), new byte[3073]);
    assertFails(
        "train --architecture resnet8 --dataset cifar10 --data " + data + " --out NEW",
        3,
        first + ": expected");
    assertEnds("data verify cifar10 --to " + data, 3, "cifar10: not usable: " + first);
  }

  @Test
  void aTargetBelowAFileIsThreeAndSaysWhere() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    String target = file.resolve("below").toString();
    String way = file + ": cannot be written: A file of that name is in the way";
    Path images = folder.resolve("images.npy");
    Npy.write(images, ShapedArray.filled(Shape.of(1, 28, 28, 1), 0));
    assertFails("prune RUN --ratio 0.5 --out " + target, 3, way);
    assertFails("export RUN --to " + target, 3, target);
    assertFails("predict RUN --input " + images + " --output " + target, 3, target);
    assertFails(
        "train --architecture resnet8 --width 0.125 --out " + target + TrainedModels.SMALL, 3, way);
    assertThat(file).hasContent("not a folder");
  }

  @Test
  void imagesOfAnotherShapeAndFilesThatAreNoImagesAreThree() throws IOException {
    Path images = folder.resolve("images.npy");
    Npy.write(images, ShapedArray.filled(Shape.of(2, 32, 32, 3), 0));
    String line = "predict RUN --input " + images + " --output NEW";
    assertFails(line, 3, "resnet8 reads images of shape [?,28,28,1], found [2,32,32,3]");
    Files.writeString(images, "these are words, not numbers in NumPy's format");
    assertFails(line, 3, images + ": expected");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void aFolderThatIsNotOursIsNotWrittenInto() throws IOException {
    Path theirs = Files.createDirectory(folder.resolve("theirs"));
    Files.writeString(theirs.resolve("thesis.txt"), "three years");
    assertFails(
        "prune RUN --ratio 0.5 --out " + theirs,
        2,
        theirs + " exists and is not a run: it holds thesis.txt");
    assertThat(theirs.resolve("thesis.txt")).hasContent("three years");
  }

  @Test
  void anotherRunInTheFolderIsThreeAndStays() {
    assertFails(
        "train --architecture resnet8 --width 0.125 --out RUN --seed 2" + TrainedModels.SMALL,
        3,
        "RUN: holds another run: its setting seed is 1, now 2;");
    assertThat(ModelFolder.load(run)).isNotNull();
  }

  @Test
  void divergenceIsOneAndSaysWhatMayHelp() {
    assertEnds(
        "train --architecture resnet8 --width 0.125 --learning-rate 1e12 --out NEW"
            + TrainedModels.SMALL.replace("--epochs 1", "--epochs 20"),
        1,
        "training diverged: the ");
  }
}
