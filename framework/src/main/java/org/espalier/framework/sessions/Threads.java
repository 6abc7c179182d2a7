package org.espalier.framework.sessions;

import org.espalier.graphs.UsageException;
import org.tensorflow.proto.ConfigProto;

/**
 * How a session uses the machine. Within an op there may be many threads; ops run one after
 * another, so that the same seed gives the same bits.
 *
 * @param count threads within one op
 */
public record Threads(int count) {
  public Threads {
    if (count < 1) {
      throw new UsageException("threads must be at least 1, found " + count);
    }
  }

  /** All processors. */
  public static Threads all() {
    return new Threads(Runtime.getRuntime().availableProcessors());
  }

  ConfigProto config() {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(count)
        .setInterOpParallelismThreads(1)
        .setAllowSoftPlacement(true)
        .setGpuOptions(org.tensorflow.proto.GPUOptions.newBuilder().setAllowGrowth(true))
        .build();
  }
}
