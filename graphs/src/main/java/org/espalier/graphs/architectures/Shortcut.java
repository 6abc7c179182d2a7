package org.espalier.graphs.architectures;

/** What leads around the block where a stage begins; elsewhere the trunk passes as it is. */
enum Shortcut {
  /** The trunk itself. */
  IDENTITY {
    @Override
    Value around(Layers layers, Value in, String at, int out, int stride) {
      return in;
    }
  },
  /**
   * Averages windows of pixels and appends channels of zeros: He et al. 2016, Deep Residual
   * Learning, section 3.3, option A, as Li et al. 2017 read it. The reference does not count it.
   */
  AVERAGED {
    @Override
    Value around(Layers layers, Value in, String at, int out, int stride) {
      Value small = layers.pools.average(in, at + "/shortcut", stride, false);
      return layers.appendZeroChannels(small, at + "/zeros", out - in.channels());
    }
  },
  /** Option A to the letter: every second pixel, and channels of zeros. */
  SUBSAMPLED {
    @Override
    Value around(Layers layers, Value in, String at, int out, int stride) {
      Value small = layers.pools.subsample(in, at + "/shortcut", stride);
      return layers.appendZeroChannels(small, at + "/zeros", out - in.channels());
    }
  },
  /** Option B: a convolution of 1x1 and batch norm, without bias as in torchvision. */
  PROJECTED {
    @Override
    Value around(Layers layers, Value in, String at, int out, int stride) {
      Value projected = layers.conv(in, at + "/shortcut", out, 1, stride);
      return layers.batchNorm(projected, at + "/shortcut/bn");
    }
  };

  abstract Value around(Layers layers, Value in, String at, int out, int stride);
}
