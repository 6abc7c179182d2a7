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
    Value x = normed(layers, in, "/conv1", inner, 3, stride);
    x = layers.relu(x, at + "/conv1/relu");
    return sum(layers, in, normed(layers, x, "/conv2", out, 3, 1));
  }

  /**
   * Convolutions of 1x1, 3x3 and 1x1. The one of 3x3 strides, as in torchvision; in the paper the
   * first does.
   *
   * @param read what the branch reads of the trunk: all of it, or some of its channels
   */
  Value bottleneck(Layers layers, Value in, Value read, int first, int second) {
    Value x = normed(layers, read, "/conv1", first, 1, 1);
    x = layers.relu(x, at + "/conv1/relu");
    x = normed(layers, x, "/conv2", second, 3, stride);
    x = layers.relu(x, at + "/conv2/relu");
    return sum(layers, in, normed(layers, x, "/conv3", out, 1, 1));
  }

  private Value normed(Layers layers, Value in, String conv, int width, int size, int convStride) {
    Value x = layers.conv(in, at + conv, width, size, convStride);
    return layers.batchNorm(x, at + conv + "/bn");
  }

  private Value sum(Layers layers, Value in, Value branch) {
    Value around = shortcut.around(layers, in, at, out, stride);
    return layers.relu(layers.add(branch, around, at + "/sum"), at + "/relu");
  }
}
