package org.espalier.graphs.architectures;

import java.util.List;
import java.util.Optional;
import org.espalier.graphs.Initializer;

/**
 * What makes classes of the last image: one vector of it, and dense layers.
 *
 * @param join how the image becomes a vector
 * @param hidden widths of the dense layers before the last, each with a rectifier
 * @param norm what the scales of their batch norms start from; empty if they have none
 * @param kernel how the kernels of all dense layers start; biases start at zero
 */
record Head(Join join, List<Integer> hidden, Optional<Initializer> norm, Initializer kernel) {
  enum Join {
    /** The mean of each channel. In the reference it is a function, which it does not count. */
    AVERAGE,
    /** Every pixel of every channel, so that the first kernel is made for one size of image. */
    FLATTEN
  }

  /** Without hidden layers. */
  Head(Join join, Initializer kernel) {
    this(join, List.of(), Optional.empty(), kernel);
  }

  /** Hidden layers without batch norm. */
  Head(Join join, List<Integer> hidden, Initializer kernel) {
    this(join, hidden, Optional.empty(), kernel);
  }

  Value write(Layers layers, Value image, Options o) {
    Value x =
        join == Join.FLATTEN
            ? layers.dense.flatten(image, "flat")
            : layers.pools.globalAverage(image, "average", false);
    int number = 0;
    for (int width : hidden) {
      String layer = "dense" + ++number;
      x = layers.dense.layer(x, layer, o.scaled(width), kernel, Initializer.zeros());
      if (norm.isPresent()) {
        x = layers.dense.batchNorm(x, layer + "/bn", norm.get());
      }
      x = layers.relu(x, layer + "/relu");
    }
    String last = hidden.isEmpty() ? "dense" : "dense" + (number + 1);
    return layers.dense.layer(x, last, o.classes(), kernel, Initializer.zeros());
  }
}
