package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Images;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.evidence.SampledEvidence;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Evaluator;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.pruning.comparison.TinyComparison;
import org.junit.jupiter.api.Test;

/** Scores that look at images, and the norm of a whole group. */
class SampledScoresTest {
  private static final Machine ONE = Machine.threads(1);

  private final Network network =
      Pruning.WIRED.architectures().get("resnet8").build(new Options(10, 10, 1, 10, 0.25));
  private final Weights weights = GoldenWeights.of(network);
  private final Dataset data = TinyComparison.data();

  private Evidence evidence(Dataset of) {
    return new SampledEvidence(Pruning.analyse(network), weights, Optional.of(of), ONE);
  }

  /** One group that a layer makes alone, and a residual trunk. */
  private List<ChannelGroup> groups() {
    List<ChannelGroup> all = Pruning.analyse(network).prunable();
    return List.of(
        all.stream().filter(g -> !g.isCoupled()).findFirst().orElseThrow(),
        all.stream().filter(ChannelGroup::isCoupled).findFirst().orElseThrow());
  }

  private Weights scaled(ChannelGroup group, int channel, double factor) {
    Weights changed = weights;
    for (Member m : group.members(Member.Role.PRODUCER)) {
      ShapedArray kernel = changed.get(m.parameter().name());
      float[] values = kernel.values().clone();
      for (int i = 0; i < values.length; i++) {
        if (m.channelAt()[i % m.channelAt().length] == channel) {
          values[i] *= (float) factor;
        }
      }
      changed = changed.with(m.parameter().name(), new ShapedArray(kernel.shape(), values));
    }
    return changed;
  }

  private double loss(Weights of, Images images) {
    return Evaluator.score(new Model(network, of), images, data.normalisation(), 60, ONE).loss();
  }

  /** The mean over images of the squared slope of the image's loss when all filters are scaled. */
  @Test
  void taylorIsTheSlopeOfTheLossWhenAChannelIsScaled() {
    int images = 3;
    ImageSet seen = (ImageSet) data.train().sample(images, RandomStream.of(1, "sample"));
    List<double[]> scores =
        new Taylor(Taylor.By.WEIGHTS, images, 1).scores(groups(), evidence(data));
    for (int g = 0; g < scores.size(); g++) {
      double squares = 0;
      for (int image = 0; image < images; image++) {
        Images one = one(seen, image).train();
        double up = loss(scaled(groups().get(g), 1, 1.02), one);
        double down = loss(scaled(groups().get(g), 1, 0.98), one);
        squares += Math.pow((up - down) / 0.04, 2) / images;
      }
      assertThat(Math.sqrt(scores.get(g)[1]))
          .as(groups().get(g).id())
          .isCloseTo(Math.sqrt(squares), within(3e-4 + 0.03 * Math.sqrt(squares)));
    }
    assertThat(Arrays.stream(scores.get(0)).max().orElseThrow()).isGreaterThan(1e-6);
    assertThat(new Taylor(Taylor.By.WEIGHTS, 40, 2).scores(groups(), evidence(data)).get(0))
        .isNotEqualTo(new Taylor(Taylor.By.WEIGHTS, 40, 1).scores(groups(), evidence(data)).get(0));
  }

  private Dataset one(ImageSet all, int image) {
    int bytes = 100;
    byte[] pixels = new byte[bytes];
    System.arraycopy(all.pixels(), image * bytes, pixels, 0, bytes);
    int[] label = {all.labels()[image]};
    ImageSet set = new ImageSet("one", 10, 10, 1, 10, pixels, label);
    return new Dataset("one", set, data.test(), data.normalisation(), Augmentation.NONE);
  }

  /** Scaling what a filter gives is scaling the filter, image by image. */
  @Test
  void activationsTellTheSameOfASingleImage() {
    Taylor byActivations = new Taylor(Taylor.By.ACTIVATIONS, 1, 1);
    Taylor byWeights = new Taylor(Taylor.By.WEIGHTS, 1, 1);
    List<double[]> means = new ArrayList<>();
    groups().forEach(g -> means.add(new double[g.channels()]));
    int images = 6;
    ImageSet seen = (ImageSet) data.train().sample(images, RandomStream.of(1, "sample"));
    for (int image = 0; image < images; image++) {
      List<double[]> own = byActivations.scores(groups(), evidence(one(seen, image)));
      if (image < 2) {
        List<double[]> squares = byWeights.scores(groups(), evidence(one(seen, image)));
        for (int g = 0; g < own.size(); g++) {
          for (int c = 0; c < own.get(g).length; c++) {
            assertThat(own.get(g)[c])
                .isCloseTo(Math.sqrt(squares.get(g)[c]), within(1e-5 + 1e-3 * own.get(g)[c]));
          }
        }
      }
      for (int g = 0; g < own.size(); g++) {
        for (int c = 0; c < own.get(g).length; c++) {
          means.get(g)[c] += own.get(g)[c] / images;
        }
      }
    }
    List<double[]> all =
        new Taylor(Taylor.By.ACTIVATIONS, images, 1).scores(groups(), evidence(data));
    for (int g = 0; g < all.size(); g++) {
      for (int c = 0; c < all.get(g).length; c++) {
        assertThat(all.get(g)[c]).isCloseTo(means.get(g)[c], within(1e-5));
      }
    }
  }

  @Test
  void theHessianScoreSumsSquaresTimesSlopes() {
    Hessian hessian = new Hessian(5, 2, 9);
    List<double[]> scores = hessian.scores(groups(), evidence(data));
    Weights slopes = evidence(data).sample(5, 9).squaredSlopes(2, 9);
    for (int g = 0; g < scores.size(); g++) {
      double[] expected = new double[scores.get(g).length];
      for (Member m : groups().get(g).members(Member.Role.PRODUCER)) {
        float[] w = weights.get(m.parameter().name()).values();
        float[] h = slopes.get(m.parameter().name()).values();
        for (int i = 0; i < w.length; i++) {
          int channel = m.channelAt()[i % m.channelAt().length];
          if (channel >= 0) {
            expected[channel] += (double) w[i] * w[i] * h[i];
          }
        }
      }
      for (int c = 0; c < expected.length; c++) {
        assertThat(scores.get(g)[c]).isCloseTo(expected[c], within(1e-9)).isPositive();
      }
      assertThat(hessian.scores(groups().get(g), evidence(data))).containsExactly(scores.get(g));
    }
  }

  /** All weights that go with a channel: filters, rows that read it, scales of batch norm. */
  @Test
  void theNormOfAGroupIsOfAllThatGoesWithAChannel() {
    for (ChannelGroup group : groups()) {
      double[] squares = new double[group.channels()];
      for (Member m : group.members()) {
        String name = m.parameter().name();
        if (name.endsWith("kernel") || name.endsWith("scale")) {
          double[] sums = weights.get(name).sumOver(m.axis(), w -> w * w);
          for (int i = 0; i < sums.length; i++) {
            if (m.channelAt()[i] >= 0) {
              squares[m.channelAt()[i]] += sums[i];
            }
          }
        }
      }
      double[] norms =
          new GroupMagnitude(GroupMagnitude.Normalise.NONE).scores(group, evidence(data));
      double[] lamp =
          new GroupMagnitude(GroupMagnitude.Normalise.LAMP).scores(group, evidence(data));
      for (int c = 0; c < squares.length; c++) {
        double square = squares[c];
        double larger = Arrays.stream(squares).filter(s -> s >= square).sum();
        assertThat(norms[c]).isCloseTo(Math.sqrt(square), within(1e-9));
        assertThat(lamp[c]).isCloseTo(square / larger, within(1e-9));
      }
    }
    assertThat(new GroupMagnitude(GroupMagnitude.Normalise.MEAN).comparesGroups()).isFalse();
    assertThat(new GroupMagnitude(GroupMagnitude.Normalise.NONE).comparesGroups()).isTrue();
    assertThat(new GroupMagnitude(GroupMagnitude.Normalise.LAMP).comparesGroups()).isTrue();
  }

  @Test
  void theyCutAsOthersDo() {
    List<ScoringMethod> methods =
        List.of(
            new Taylor(Taylor.By.WEIGHTS, 20, 1),
            new Taylor(Taylor.By.ACTIVATIONS, 20, 1),
            new Hessian(4, 1, 1),
            new GroupMagnitude(GroupMagnitude.Normalise.LAMP));
    Amount amount = Amount.macs(0.6).with(l -> l.scope(Limits.Scope.GLOBAL));
    for (ScoringMethod method : methods) {
      Decision decision = Pruning.WIRED.pruner().decide(method, evidence(data), amount);
      Decision again = Pruning.WIRED.pruner().decide(method, evidence(data), amount);
      assertThat(decision.macFraction()).isBetween(0.45, 0.6);
      List<Cut.Group> kept = Pruning.cut(decision).groups();
      assertThat(Pruning.cut(again).groups()).isEqualTo(kept);
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> new Taylor(Taylor.By.WEIGHTS, 0, 1))
        .isInstanceOf(UsageException.class)
        .hasMessage("sample-images must be at least 1, found 0");
    assertThatThrownBy(() -> new Hessian(0, 1, 1)).hasMessageStartingWith("sample-images must");
    assertThatThrownBy(() -> new Hessian(1, 0, 1)).hasMessage("probes must be at least 1, found 0");
  }
}
