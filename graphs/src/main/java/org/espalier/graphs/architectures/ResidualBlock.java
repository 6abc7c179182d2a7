package org.espalier.graphs.architectures;

/**
 * A block of a ResNet (He et al. 2016, Deep Residual Learning, figure 5): a branch of convolutions
 * with batch norm, and the trunk added to it before the last rectifier.
 *
 * @param at the name of the block
 * @param out channels of the trunk behind it
 * @param stride of the convolution of 3x3 that has one
 */
record ResidualBlock(String at, int out, int stride, Shortcut shortcut) {

  /** Two convolutions of 3x3; the first strides. */
  Value basic(Layers layers, Value in, int inner) {
    Value x = layers.conv(in, at + "/conv1", inner, 3, stride);
    x = layers.activated(x, at + "/conv1");
    return sum(layers, in, layers.conv(x, at + "/conv2", out, 3, 1), "/conv2");
  }

  /**
   * Convolutions of 1x1, 3x3 and 1x1. The one of 3x3 strides, as in torchvision; in the paper the
   * first does.
   *
   * @param read what the branch reads of the trunk: all of it, or some of its channels
   */
  Value bottleneck(Layers layers, Value in, Value read, int first, int second) {
    Value x = layers.conv(read, at + "/conv1", first, 1, 1);
    x = layers.activated(x, at + "/conv1");
    x = layers.conv(x, at + "/conv2", second, 3, stride);
    x = layers.activated(x, at + "/conv2");
    return sum(layers, in, layers.conv(x, at + "/conv3", out, 1, 1), "/conv3");
  }

  private Value sum(Layers layers, Value in, Value branch, String last) {
    Value normed = layers.batchNorm(branch, at + last + "/bn");
    Value around = shortcut.around(layers, in, at, out, stride);
    return layers.relu(layers.add(normed, around, at + "/sum"), at + "/relu");
  }
}
