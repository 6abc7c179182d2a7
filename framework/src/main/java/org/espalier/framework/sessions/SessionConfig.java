package org.espalier.framework.sessions;

import org.espalier.framework.training.Threads;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/** How sessions are configured, in one place. */
final class SessionConfig {
  private SessionConfig() {}

  static ConfigProto of(Threads threads) {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(threads.count())
        .setInterOpParallelismThreads(1)
        .setAllowSoftPlacement(true)
        .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
        .build();
  }
}
