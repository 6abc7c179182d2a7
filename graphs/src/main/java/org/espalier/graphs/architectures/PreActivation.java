package org.espalier.graphs.architectures;

/**
 * The bottleneck of a pre-activation ResNet (He et al. 2016, Identity Mappings in Deep Residual
 * Networks, figure 4e): batch norm and rectifier come before each convolution, so the trunk is a
 * plain sum.
 */
final class PreActivation {
  /** Channels of the trunk for each of a bottleneck. */
  static final int EXPANSION = 4;

  private PreActivation() {}

  /** What the first convolution of the block reads. */
  static Value first(Layers layers, Value in, String at) {
    return layers.activated(in, at + "/conv1");
  }

  /**
   * The branch behind what {@link #first} makes: convolutions of 1x1, 3x3 and 1x1.
   *
   * @param stride of the convolution of 3x3
   */
  static Value branch(Layers layers, Value first, String at, int width, int stride) {
    Value x = layers.conv(first, at + "/conv1", width, 1, 1);
    x = layers.activated(x, at + "/conv2");
    x = layers.conv(x, at + "/conv2", width, 3, stride);
    x = layers.activated(x, at + "/conv3");
    return layers.conv(x, at + "/conv3", EXPANSION * width, 1, 1);
  }

  /** A projection where a stage begins, without batch norm. */
  static Value projection(Layers layers, Value in, String at, int width, int stride) {
    return layers.conv(in, at + "/shortcut", EXPANSION * width, 1, stride);
  }
}
