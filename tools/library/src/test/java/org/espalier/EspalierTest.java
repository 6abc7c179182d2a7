package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.StoppedException;
import org.espalier.framework.training.TrainingJob;
import org.espalier.framework.training.Watcher;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.Architecture;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Decision;
import org.espalier.pruning.Pruned;
import org.espalier.pruning.PruningMethod;
import org.espalier.pruning.ScoringMethod;
import org.espalier.pruning.sensitivity.SensitivitySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program sees. */
class EspalierTest {
  private static final Recipe QUICK =
      Recipe.SHORT.withEpochs(1).withBatchSize(20).withAugmentation(Recipe.Variation.NONE);

  @TempDir Path folder;

  private final Dataset data = mine();
  private final Espalier espalier =
      Espalier.builder().with(data).build().threads(1).store(folder());

  private Path folder() {
    return Path.of(System.getProperty("java.io.tmpdir"), "espalier-test-store");
  }

  private static Dataset mine() {
    byte[] pixels = new byte[60 * 100];
    int[] labels = new int[60];
    for (int i = 0; i < pixels.length; i++) {
      labels[i / 100] = i / 100 % 3;
      pixels[i] = (byte) (80 * labels[i / 100] + i * 31 % 17);
    }
    ImageSet images = new ImageSet("mine", 10, 10, 1, 3, pixels, labels);
    return new Dataset("mine", images, images.take(30), Normalisation.none(1), Augmentation.NONE);
  }

  private Model model() {
    return espalier.build(ArchitectureSpec.of("resnet8").withWidth(0.25), data, 1);
  }

  @Test
  void whatIsMissingIsToldByName() {
    assertThatThrownBy(() -> espalier.read(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("path must be given, found null");
    assertThatThrownBy(() -> espalier.prune(model(), (PruningMethod) null, Amount.ratio(0.5)))
        .hasMessage("method must be given, found null");
    assertThatThrownBy(() -> espalier.prune(null, "l1-norm", Amount.ratio(0.5)))
        .hasMessage("model must be given, found null");
    assertThatThrownBy(() -> espalier.train(model(), null, QUICK))
        .hasMessage("data must be given, found null");
    assertThatThrownBy(() -> espalier.export(model(), null, 1))
        .hasMessage("base must be given, found null");
  }

  @Test
  void errorsSpeakOfNoCommands() {
    for (Runnable wrong :
        List.<Runnable>of(
            () -> espalier.read(folder.resolve("none")),
            () -> espalier.read(folder),
            () -> espalier.read(Path.of("vgg16")),
            () -> espalier.prune(model(), "l1norm", Amount.ratio(0.5)),
            () -> espalier.prune(model(), "random(sed=1)", Amount.ratio(0.5)),
            () -> espalier.prune(model(), "l1-norm", Amount.preset("vgg16-a")),
            () -> espalier.dataset("cifar"),
            () -> espalier.export(model(), folder, 0))) {
      assertThatThrownBy(wrong::run)
          .isInstanceOfAny(UsageException.class, BadInputException.class)
          .message()
          .doesNotContain("--", "espalier ");
    }
  }

  @Test
  void verbsTakeAndGiveValues() {
    Trained trained = espalier.train(model(), data, QUICK);
    assertThat(trained.measurements()).hasSize(1);
    assertThat(espalier.evaluate(trained.model(), data).accuracy()).isEqualTo(trained.accuracy());
    Decision pruned = espalier.prune(trained.model(), "random(seed=3)", Amount.macs(0.6));
    assertThat(pruned.macFraction()).isBetween(0.5, 0.6);
    assertThat(espalier.prove(pruned).holds()).isTrue();
    ShapedArray images =
        new ShapedArray(org.espalier.graphs.Shape.of(2, 10, 10, 1), new float[200]);
    ShapedArray logits = espalier.predict(pruned.after(), images);
    assertThat(logits.shape().dims()).containsExactly(2, 3);
    String input = pruned.after().network().inputs().keySet().iterator().next();
    assertThat(espalier.predict(pruned.after(), Map.of(input, images))).hasSize(1);
    espalier.save(pruned.after(), folder.resolve("saved"));
    assertThat(espalier.read(folder.resolve("saved")).weights())
        .isEqualTo(pruned.after().weights());
    Path version = espalier.export(folder.resolve("saved"), folder.resolve("serving"), 2);
    assertThat(version).isEqualTo(folder.resolve("serving/2"));
    assertThat(espalier.predict(espalier.read(version), images).values()[0])
        .isCloseTo(logits.values()[0], within(1e-4f));
  }

  @Test
  void sensitivityIsMeasuredOnLabelsOrOutputs() {
    Model model = model();
    SensitivitySpec half = SensitivitySpec.STANDARD.shares(List.of(0.5));
    SensitivityTable labels = espalier.sensitivity(model, half, data);
    assertThat(labels.uncut().accuracy()).isEqualTo(espalier.evaluate(model, data).accuracy());
    assertThat(espalier.sensitivity(model, data).groups())
        .hasSameSizeAs(labels.groups())
        .allMatch(row -> row.points().size() == 5);
    SensitivityTable outputs = espalier.sensitivity(model, half);
    assertThat(outputs.uncut().agreement()).isEqualTo(1);
    assertThat(outputs.groups()).hasSameSizeAs(labels.groups());
  }

  @Test
  void aFailedExportLeavesNothing() {
    Path base = folder.resolve("a/b/serving");
    Model good = model();
    String last = good.network().parameters().get(good.network().parameters().size() - 1).name();
    Model broken =
        new Model(good.network(), good.weights().with(last, nan(good.weights().get(last))));
    assertThatThrownBy(() -> espalier.export(broken, base, 1))
        .isInstanceOf(BadInputException.class);
    assertThat(folder).isEmptyDirectory();
  }

  private static ShapedArray nan(ShapedArray like) {
    return ShapedArray.filled(like.shape(), Float.NaN);
  }

  /** A watcher asks a training to stop; an interrupt asks too. */
  @Test
  void aTrainingCanBeAskedToStop() {
    TrainingJob job = new TrainingJob(model(), QUICK.withEpochs(50), data, 1);
    Watcher stop =
        new Watcher() {
          private long done;

          @Override
          public void afterStep(long step, int images, double loss) {
            done = step;
          }

          @Override
          public boolean wantsToStop() {
            return done == 4;
          }
        };
    assertThatThrownBy(() -> espalier.train(job, stop))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("step 4");
    Watcher interrupt =
        new Watcher() {
          @Override
          public void afterStep(long step, int images, double loss) {
            Thread.currentThread().interrupt();
          }
        };
    assertThatThrownBy(() -> espalier.train(job, interrupt))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("step 1");
    assertThat(Thread.interrupted()).isFalse();
  }

  @Named(value = "first-go", description = "the first channels go, for a test")
  record FirstGo(@Setting(value = "Not used.", defaultValue = "2") int much)
      implements ScoringMethod {
    @Override
    public double[] scores(ChannelGroup group, Evidence evidence) {
      double[] scores = new double[group.channels()];
      java.util.Arrays.setAll(scores, i -> i);
      return scores;
    }
  }

  /** Halves what stays, so that the repair can be seen. */
  @Named(value = "halving", description = "as first-go, and the others are halved")
  record Halving() implements PruningMethod {
    @Override
    public Pruned prune(Evidence evidence, Amount amount) {
      return new FirstGo(1)
          .prune(evidence, amount)
          .repairedBy(
              w -> {
                float[] halved = w.get("stem/kernel").values().clone();
                for (int i = 0; i < halved.length; i++) {
                  halved[i] /= 2;
                }
                return w.with("stem/kernel", new ShapedArray(w.get("stem/kernel").shape(), halved));
              });
    }
  }

  @Named(value = "masked", description = "every second value of the first kernel is masked")
  record Masked() implements PruningMethod {
    @Override
    public Pruned prune(Evidence evidence, Amount amount) {
      ShapedArray kernel = evidence.weights().get("stem/kernel");
      float[] mask = new float[kernel.values().length];
      for (int i = 0; i < mask.length; i += 2) {
        mask[i] = 1;
      }
      return Pruned.of(new Masks(Map.of("stem/kernel", new ShapedArray(kernel.shape(), mask))));
    }
  }

  @Test
  void aMethodOfOnesOwnIsKnownByName() {
    Espalier more = Espalier.builder().with(FirstGo.class).build();
    Decision decision = more.prune(model(), "first-go(much=7)", Amount.ratio(0.5));
    assertThat(decision.cut().orElseThrow().settings()).containsEntry("much", 7L);
    assertThat(decision.cut().orElseThrow().changed())
        .isNotEmpty()
        .allSatisfy(g -> assertThat(g.kept().get(0)).isEqualTo(g.channels() - g.kept().size()));
    assertThatThrownBy(() -> espalier.method("first-go"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("unknown pruning method 'first-go'");
  }

  @Test
  void aRepairIsProvenAndCut() {
    Decision decision = espalier.prune(model(), new Halving(), Amount.ratio(0.5));
    assertThat(espalier.prove(decision).holds()).isTrue();
    assertThat(decision.after().weights().get("stem/kernel").values()[0])
        .isEqualTo(model().weights().get("stem/kernel").values()[0] / 2);
  }

  @Test
  void masksAreAnAnswerToo() {
    Model before = model();
    Decision decision = espalier.prune(before, new Masked(), Amount.ratio(0.5));
    assertThat(decision.cut()).isEmpty();
    assertThat(decision.costAfter().macs()).isEqualTo(decision.costBefore().macs());
    assertThat(decision.macFraction()).isLessThan(1);
    Trained trained = espalier.train(decision.after(), data, QUICK);
    Model plain = before.rewritten(new InsertMasks(java.util.Set.of("stem/kernel")));
    assertThat(Digests.of(trained.model().network())).isEqualTo(Digests.of(plain.network()));
    assertThatThrownBy(() -> espalier.prove(decision)).hasMessageContaining("masks remove nothing");
  }

  /** A network of one dense layer. */
  record Flat() implements Architecture {
    @Override
    public String name() {
      return "flat";
    }

    @Override
    public String family() {
      return "tests";
    }

    @Override
    public Options defaults() {
      return Options.CIFAR10;
    }

    @Override
    public Network build(Options options) {
      return Espalier.create()
          .workshop()
          .architectures()
          .get("lenet-300-100")
          .build(options)
          .named("flat");
    }
  }

  @Test
  void architecturesAndDataOfOnesOwnAreKnownToTasks() {
    Espalier more = Espalier.builder().with(new Flat()).with(data).build().threads(1).store(folder);
    Train train =
        Train.of(new Fresh(ArchitectureSpec.of("flat"), 1), DataSpec.of("mine"), QUICK, 1);
    more.run(Plan.named("mine").arm("flat", 1, train));
    assertThat(ModelFolder.load(more.folder(train)).network().name()).isEqualTo("flat");
    assertThat(more.run(train).epochs()).isEqualTo(1);
    assertThat(more.forecast(Plan.named("mine").arm("flat", 1, train)).seconds()).isZero();
  }

  @Test
  void reproducingSaysThatAllBitsAreEqualOrWhichIsNot() throws Exception {
    Espalier there = Espalier.builder().with(data).build().threads(1).store(folder.resolve("a"));
    Train train =
        Train.of(
            new Fresh(ArchitectureSpec.of("resnet8").withWidth(0.125), 1),
            DataSpec.of("mine"),
            QUICK,
            1);
    there.run(train);
    Path run = there.folder(train);
    assertThat(there.reproduce(run, folder.resolve("b")).isEqual()).isTrue();
    Path metrics = run.resolve("metrics.csv");
    String first = Files.readString(metrics);
    String[] cells = first.lines().toList().get(1).split(",", -1);
    Files.writeString(metrics, first.replace(cells[3], "9.5"));
    assertThat(there.reproduce(run, folder.resolve("c")).difference())
        .contains("training loss after epoch 1.0 was 9.5, now is " + Double.valueOf(cells[3]));
    assertThatThrownBy(() -> there.reproduce(run, folder.resolve("a")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("is the store of the run itself");
  }
}
