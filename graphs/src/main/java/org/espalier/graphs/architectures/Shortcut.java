package org.espalier.graphs.architectures;

/** What leads around a block where a stage begins; elsewhere the trunk passes as it is. */
@FunctionalInterface
interface Shortcut {
  /** The trunk itself. */
  Shortcut IDENTITY = (layers, in, at, out, stride) -> in;

  /** Option B: a convolution of 1x1 and batch norm, without bias as in torchvision. */
  Shortcut PROJECTED =
      (layers, in, at, out, stride) -> {
        Value projected = layers.conv(in, at + "/shortcut", out, 1, stride);
        return layers.batchNorm(projected, at + "/shortcut/bn");
      };

  Value around(Layers layers, Value in, String at, int out, int stride);
}
