package org.espalier.framework.sessions;

import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.graphs.UsageException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/** How sessions are configured, in one place. */
final class SessionConfig {
  /**
   * Ops under way at once. Two hide each other's serial ends: measured 1.1 to 1.2 times faster. The
   * bits stay the same, because each op splits its work by its own threads only.
   */
  private static final int OPS_AT_ONCE = 2;

  private static final AtomicInteger FIRST = new AtomicInteger();

  private SessionConfig() {}

  /**
   * @throws UsageException if another count was asked for earlier in this process and TensorFlow
   *     would keep that one without a word: other threads, other bits
   */
  static ConfigProto of(Machine machine) {
    int first = FIRST.compareAndExchange(0, machine.threads());
    if (first != 0 && first != machine.threads() && !TensorFlowRuntime.ownThreads()) {
      throw new UsageException(
          "the sessions of one process share their threads: the first asked for "
              + first
              + ", this one for "
              + machine.threads()
              + "; set "
              + TensorFlowRuntime.OWN_THREADS
              + "=1 to give each its own");
    }
    ConfigProto.Builder config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(machine.threads())
            .setInterOpParallelismThreads(OPS_AT_ONCE)
            .setUsePerSessionThreads(true) // oneDNN's kernels stay with the thread that made them
            .setAllowSoftPlacement(true)
            .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true));
    if (machine.device() == Machine.Device.CPU) {
      config.putDeviceCount("GPU", 0);
    }
    return config.build();
  }
}
