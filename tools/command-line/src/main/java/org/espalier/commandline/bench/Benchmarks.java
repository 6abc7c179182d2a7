package org.espalier.commandline.bench;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.framework.checks.Latency;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Batches;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Feed;
import org.espalier.framework.training.Loss;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.TrainingSession;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.FoldBatchNorm;
import org.espalier.graphs.rewrites.InferenceForm;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.pruning.Amount;
import org.espalier.pruning.L1Norm;

/** The measurements. Each runs a few times to warm up, and gives the median of what follows. */
public final class Benchmarks {
  private static final int WARM_UP = 3;
  private static final int ROUNDS = 2;
  private static final int REPEATS = 9;
  private static final int PIPELINE_IMAGES = 20_000;

  private final Architectures architectures;
  private final OpRules rules;
  private final CostModel costs;

  @Inject
  Benchmarks(Architectures architectures, OpRules rules, CostModel costs) {
    this.architectures = architectures;
    this.rules = rules;
    this.costs = costs;
  }

  /** The training of one network, and nothing else. */
  public BenchResult race(String network, int batch, int steps, Machine machine) {
    return new BenchResult(List.of(training(network, batch, steps, machine)), null, null, null);
  }

  /** Everything. */
  public BenchResult all(int batch, int steps, Machine machine) {
    return new BenchResult(
        List.of(
            training("vgg16", batch, steps, machine), training("resnet56", batch, steps, machine)),
        pipeline(),
        List.of(cutting("vgg16"), cutting("resnet56"), cutting("resnet110")),
        List.of(
            inference("vgg16", "vgg16-a", 1, machine),
            inference("vgg16", "vgg16-a", 64, machine),
            inference("resnet56", "resnet56-b", 1, machine),
            inference("resnet56", "resnet56-b", 64, machine)));
  }

  private BenchResult.Training training(String name, int batch, int steps, Machine all) {
    Network network = architectures.get(name).build();
    Machine machine = all.forSteps((double) costs.of(network).macs() * batch);
    Model plain = new Model(network, network.initialise(1));
    Model masked = plain.rewritten(InsertMasks.onKernels(network));
    List<Double> plainSeconds = new ArrayList<>();
    List<Double> maskedSeconds = new ArrayList<>();
    // In turn, so that a busy machine slows both alike; never both open, for idle threads spin.
    for (int round = 0; round < ROUNDS; round++) {
      plainSeconds.addAll(steps(plain, batch, steps, machine));
      maskedSeconds.addAll(steps(masked, batch, steps, machine));
    }
    return new BenchResult.Training(
        name,
        batch,
        machine.threads(),
        batch / Latency.median(plainSeconds),
        batch / plainSeconds.stream().mapToDouble(s -> s).min().orElseThrow(),
        batch / Latency.median(maskedSeconds));
  }

  /** The seconds of each step of a session of its own, after a few to warm up. */
  private List<Double> steps(Model model, int batch, int steps, Machine machine) {
    byte[] pixels = pixels(batch * (int) model.network().imageShape().elements());
    int[] labels = new int[batch];
    Arrays.setAll(labels, i -> i % 10);
    List<Double> measured = new ArrayList<>();
    try (TrainingSession session = session(model, machine)) {
      session.write(model.weights().with(session.zeroSlots()));
      for (int i = 0; i < WARM_UP + steps; i++) {
        long step = i + 1L;
        double s = seconds(() -> session.step(pixels, labels, batch, 0.01f, step));
        if (i >= WARM_UP) {
          measured.add(s);
        }
      }
    }
    return measured;
  }

  private TrainingSession session(Model model, Machine machine) {
    return new TrainingSession(
        model.network(),
        Feed.fitting(model.network(), Normalisation.none(model.network().imageShape().last())),
        Recipe.CIFAR,
        Loss.labels(),
        rules,
        machine);
  }

  private static BenchResult.Pipeline pipeline() {
    byte[] pixels = pixels(PIPELINE_IMAGES * 32 * 32 * 3);
    ImageSet set = new ImageSet("random", 32, 32, 3, 10, pixels, new int[PIPELINE_IMAGES]);
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < WARM_UP + REPEATS; i++) {
      int epoch = i;
      double s =
          seconds(
              () -> {
                try (Batches batches = set.training(Augmentation.STANDARD, 64, 1, epoch, 0)) {
                  while (batches.hasNext()) {
                    batches.next();
                  }
                }
              });
      if (i >= WARM_UP) {
        seconds.add(s);
      }
    }
    return new BenchResult.Pipeline(PIPELINE_IMAGES / Latency.median(seconds));
  }

  private BenchResult.Cutting cutting(String name) {
    Network network = architectures.get(name).build();
    Weights weights = network.initialise(1);
    List<Double> analyse = new ArrayList<>();
    List<Double> cut = new ArrayList<>();
    for (int i = 0; i < WARM_UP + REPEATS; i++) {
      ChannelAnalysis[] analysis = new ChannelAnalysis[1];
      double first = seconds(() -> analysis[0] = ChannelAnalysis.of(network, rules));
      Evidence evidence = Evidence.of(analysis[0], weights);
      Cut decided = new L1Norm().prune(evidence, Amount.ratio(0.5)).cut().orElseThrow();
      Weights[] carried = new Weights[1];
      double second =
          seconds(
              () ->
                  carried[0] =
                      new RemoveChannels(decided, rules).apply(analysis[0]).carry().apply(weights));
      if (i >= WARM_UP) {
        analyse.add(first * 1000);
        cut.add(second * 1000);
      }
    }
    return new BenchResult.Cutting(name, Latency.median(analyse), Latency.median(cut));
  }

  private BenchResult.Inference inference(
      String name, String prunedName, int batch, Machine machine) {
    Model before = folded(name);
    Model after = folded(prunedName);
    Latency latency = Latency.of(before, after, batch, machine);
    double ratio = (double) costs.of(before.network()).macs() / costs.of(after.network()).macs();
    return new BenchResult.Inference(
        name, prunedName, batch, latency.beforeMs(), latency.afterMs(), ratio);
  }

  private Model folded(String name) {
    Network network = architectures.get(name).build();
    return new Model(network, network.initialise(1))
        .rewritten(new InferenceForm())
        .rewritten(new FoldBatchNorm());
  }

  private static byte[] pixels(int count) {
    RandomStream random = RandomStream.of(1, "bench");
    byte[] pixels = new byte[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = (byte) random.nextLong();
    }
    return pixels;
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
