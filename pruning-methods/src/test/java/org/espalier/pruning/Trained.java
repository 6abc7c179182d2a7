package org.espalier.pruning;

import dagger.Component;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.DataModule;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.evidence.SampledEvidence;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Trainer;
import org.espalier.framework.training.TrainingJob;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.channels.ChannelAnalysis;

/** Narrow networks that have learnt a little of Fashion-MNIST; each is trained once. */
public final class Trained {
  public static final Machine ONE = Machine.threads(1);

  private static final int TRAIN = 800;
  private static final int TEST = 100;
  private static final Map<String, Model> MODELS = new HashMap<>();

  @Component(modules = DataModule.class)
  interface Data {
    Datasets datasets();
  }

  public static final Dataset DATA = data();

  private Trained() {}

  private static Dataset data() {
    Dataset all =
        DaggerTrained_Data.create().datasets().load("fashion-mnist-small", Optional.empty());
    return new Dataset(
        "fashion",
        all.train().take(TRAIN),
        all.test().take(TEST),
        all.normalisation(),
        all.augmentation());
  }

  public static Network network(String architecture, double width) {
    return Pruning.WIRED.architectures().get(architecture).build(new Options(28, 28, 1, 10, width));
  }

  public static synchronized Model model(String architecture, double width) {
    return MODELS.computeIfAbsent(architecture + width, k -> train(architecture, width));
  }

  private static Model train(String architecture, double width) {
    Network network = network(architecture, width);
    Model start = new Model(network, network.initialise(1));
    Recipe recipe = Recipe.CIFAR.withEpochs(2).withBatchSize(20).withConstantRate(0.05);
    TrainingJob job = new TrainingJob(start, recipe, DATA, 1);
    return new Model(
        network, new Trainer(Pruning.WIRED.rules(), ONE, job, List.of()).train().weights());
  }

  public static SampledEvidence evidence(Model model) {
    ChannelAnalysis analysis = Pruning.analyse(model.network());
    return new SampledEvidence(analysis, model.weights(), Optional.of(DATA), ONE);
  }

  static Decision decide(PruningMethod method, Model model, Amount amount) {
    return Pruning.WIRED.pruner().decide(method, evidence(model), amount);
  }

  /** The mean square of what the logits of the test images differ by, by that of the logits. */
  static double error(Model found, Model expected) {
    float[] a = logits(found);
    float[] b = logits(expected);
    double off = 0;
    double whole = 0;
    for (int i = 0; i < a.length; i++) {
      off += Math.pow((double) a[i] - b[i], 2);
      whole += Math.pow(b[i], 2);
    }
    return off / whole;
  }

  private static float[] logits(Model model) {
    float[][] found = new float[1][0];
    new SampledEvidence(
            Pruning.analyse(model.network()),
            model.weights(),
            Optional.of(
                new Dataset(
                    "test", DATA.test(), DATA.test(), DATA.normalisation(), DATA.augmentation())),
            ONE)
        .sample(TEST, 1)
        .activations(
            List.of(model.network().logits()),
            batch -> {
              float[] more = batch.get(model.network().logits()).values();
              int before = found[0].length;
              found[0] = Arrays.copyOf(found[0], before + more.length);
              System.arraycopy(more, 0, found[0], before, more.length);
            });
    return found[0];
  }
}
