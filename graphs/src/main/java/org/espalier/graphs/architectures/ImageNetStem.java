package org.espalier.graphs.architectures;

/** How every ResNet for ImageNet begins: a strided convolution of 7x7 and a max-pool. */
final class ImageNetStem {
  private ImageNetStem() {}

  static Value write(Layers layers, Options o) {
    Value x = layers.conv(layers.images(o), "stem", o.scaled(64), 7, 2);
    x = layers.activated(x, "stem");
    // PyTorch pads with minus infinity. Behind a rectifier zeros change no maximum, and where one
    // wins a tie the gradient is zero anyway; so the plain padding that can be cut does.
    return layers.pools.max(layers.pools.pad(x, "pool/pad", 1), "pool", 3, 2);
  }
}
