package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.List;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;

/**
 * The small networks of Frankle and Carbin 2019, The Lottery Ticket Hypothesis, figure 2, without
 * batch norm: LeNet-300-100 on MNIST, and Conv-2, -4 and -6, cut-down VGGs, on CIFAR-10. Figure 2
 * counts 1.7 million weights in Conv-6; the layers that it lists hold 2.26 million, of which 1.1
 * million are in convolutions as it says. Here are the layers.
 *
 * <p>{@code lenet5} is the one that Caffe ships for MNIST, with 431,080 parameters, which Han et
 * al. 2015, Learning both Weights and Connections, section 4.1, prune. It has no rectifier behind
 * its convolutions. For comparison it starts as the others do.
 *
 * <p>All start from a normal distribution after Glorot and Bengio 2010, with biases of zero.
 */
public final class LotteryNets extends NamedFamily {
  private static final Initializer GLOROT = new Initializer.Glorot();
  private static final Style STYLE = Style.PLAIN.withKernel(GLOROT).withBiases();

  @Inject
  LotteryNets() {
    super(
        List.of(
            new PlainNetwork(
                "lenet-300-100",
                LeNet5.FAMILY,
                Options.MNIST,
                STYLE,
                List.of(),
                false,
                new Head(Head.Join.FLATTEN, List.of(300, 100), GLOROT)),
            new LeNet5(),
            conv(2, "64x2 M"),
            conv(4, "64x2 M 128x2 M"),
            conv(6, "64x2 M 128x2 M 256x2 M")));
  }

  private static Architecture conv(int depth, String plan) {
    Head head = new Head(Head.Join.FLATTEN, List.of(256, 256), GLOROT);
    return new PlainNetwork(
        "conv" + depth, "conv", Options.CIFAR10, STYLE, LayerPlan.of(plan), false, head);
  }

  private record LeNet5() implements Architecture {
    static final String FAMILY = "lenet";

    @Override
    public String name() {
      return "lenet5";
    }

    @Override
    public String family() {
      return FAMILY;
    }

    @Override
    public Options defaults() {
      return Options.MNIST;
    }

    @Override
    public Network build(Options o) {
      Layers layers = new Layers(STYLE);
      Value x = layers.convWithoutPadding(layers.images(o), "conv1", o.scaled(20), 5);
      x = layers.pools.max(x, "pool1", 2);
      x = layers.convWithoutPadding(x, "conv2", o.scaled(50), 5);
      x = layers.pools.max(x, "pool2", 2);
      Head head = new Head(Head.Join.FLATTEN, List.of(500), GLOROT);
      return layers.finish(name(), head.write(layers, x, o));
    }
  }
}
