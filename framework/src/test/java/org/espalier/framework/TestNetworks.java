package org.espalier.framework;

import dagger.Component;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.architectures.PaddedShortcut;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.Rewrites;
import org.espalier.graphs.rewrites.RewritesModule;

/** Networks, weights and cuts for tests. */
@Component(modules = {OpRulesModule.class, ArchitecturesModule.class, RewritesModule.class})
public interface TestNetworks {
  TestNetworks WIRED = DaggerTestNetworks.create();

  OpRules rules();

  Architectures architectures();

  CostModel costs();

  Rewrites rewrites();

  static Network network(String architecture, int size, int channels, double widthFactor) {
    return WIRED
        .architectures()
        .get(architecture)
        .build(new Options(size, size, channels, 10, widthFactor));
  }

  /** A CIFAR ResNet on colour images, with shortcuts that its name does not stand for. */
  static Network network(String resnet, PaddedShortcut shortcut, int size, double widthFactor) {
    return WIRED
        .architectures()
        .get(resnet)
        .build(new Options(size, size, 3, 10, widthFactor).withShortcut(shortcut));
  }

  /** Initial weights, but with batch norms and biases as if they had been trained. */
  static Weights weights(Network network, long seed) {
    Weights weights = network.initialise(seed);
    for (Parameter p : network.parameters()) {
      double[] range = range(p);
      if (range.length == 2) {
        RandomStream random = RandomStream.of(seed, "test", p.name());
        float[] values = new float[(int) p.shape().elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (range[0] + (range[1] - range[0]) * random.nextDouble());
        }
        weights = weights.with(p.name(), new ShapedArray(p.shape(), values));
      }
    }
    return weights;
  }

  private static double[] range(Parameter p) {
    return switch (p.kind()) {
      case DENSE_KERNEL -> {
        double bound = Math.sqrt(6.0 / p.shape().dim(0));
        yield new double[] {-bound, bound};
      }
      case BN_SCALE, BN_VARIANCE, BRANCH_SCALE -> new double[] {0.5, 1.5};
      case BN_OFFSET, BN_MEAN, BIAS -> new double[] {-0.3, 0.3};
      default -> new double[0];
    };
  }

  /** Keeps a random half or more of every prunable group, residual trunks included. */
  static Cut randomCut(ChannelAnalysis analysis, long seed) {
    List<Cut.Group> groups = new ArrayList<>();
    for (ChannelGroup g : analysis.prunable()) {
      RandomStream random = RandomStream.of(seed, g.id());
      int keep = g.channels() - random.nextInt(g.channels() / 2 + 1);
      int[] kept = Arrays.copyOf(random.permutation(g.channels()), keep);
      Arrays.sort(kept);
      groups.add(Cut.Group.of(g, kept));
    }
    return new Cut("random", Map.of("seed", seed), groups);
  }

  /** Scaled images: noise around a colour of their own, for pure noise looks all the same. */
  static ShapedArray images(Network network, int count, long seed) {
    RandomStream random = RandomStream.of(seed, "images");
    org.espalier.graphs.Shape shape = network.imageShape().with(0, count);
    float[] values = new float[(int) shape.elements()];
    int channels = shape.last();
    int each = values.length / count;
    double[] colour = new double[channels];
    for (int i = 0; i < values.length; i++) {
      if (i % each < channels) {
        colour[i % each] = 2 * random.nextDouble() - 1;
      }
      values[i] = (float) (colour[i % channels] + random.nextDouble() - 0.5);
    }
    return new ShapedArray(shape, values);
  }

  /** The largest difference, relative to the largest expected value. */
  static double error(ShapedArray found, ShapedArray expected) {
    if (!found.shape().equals(expected.shape())) {
      throw new AssertionError(found.shape() + " instead of " + expected.shape());
    }
    double largest = 0;
    double off = 0;
    for (int i = 0; i < found.values().length; i++) {
      largest = Math.max(largest, Math.abs(expected.values()[i]));
      double difference = Math.abs((double) found.values()[i] - expected.values()[i]);
      off = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(off, difference);
    }
    return off / largest;
  }
}
