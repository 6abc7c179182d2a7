package org.espalier.framework.sessions;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.UsageException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.OptimizerOptions;
import org.tensorflow.proto.RewriterConfig;

/** How sessions are configured, in one place. */
final class SessionConfig {
  /**
   * Ops under way at once. Two hide each other's serial ends: measured 1.1 to 1.2 times faster. The
   * bits stay the same, because each op splits its work by its own threads only.
   */
  private static final int OPS_AT_ONCE = 2;

  /**
   * Runs the ops of a step in the calling thread, one after another, without a queue: LeNet-300-100
   * trains 1.9 times faster on one thread (0.65 in place of 1.22 ms a step). The ops and their
   * order of sums are the same.
   */
  private static final String IN_TURN = "SINGLE_THREADED_EXECUTOR";

  /** What that executor refuses: branches, loops, and functions that are written out as those. */
  private static final Set<String> NOT_IN_TURN =
      Set.of(
          "Switch",
          "Merge",
          "Enter",
          "Exit",
          "NextIteration",
          "LoopCond",
          "ControlTrigger",
          "RefSwitch",
          "RefMerge",
          "RefEnter",
          "RefExit",
          "RefNextIteration",
          "RefSelect",
          "RefIdentity",
          "Variable",
          "VariableV2",
          "TemporaryVariable");

  private static final AtomicInteger FIRST = new AtomicInteger();

  private SessionConfig() {}

  /** For graphs that run in turn, on the processors: one thread then needs no other. */
  static ConfigProto inTurn(Machine machine) {
    ConfigProto config = of(machine);
    return machine.threads() > 1
        ? config
        : config.toBuilder()
            .setInterOpParallelismThreads(1)
            .setExperimental(ConfigProto.Experimental.newBuilder().setExecutorType(IN_TURN))
            .build();
  }

  /** Whether a graph has nothing that stands in the way of running its ops one after another. */
  static boolean runsInTurn(NodeGraph graph) {
    return graph.def().getLibrary().getFunctionCount() == 0
        && graph.nodes().stream()
            .noneMatch(
                node ->
                    NOT_IN_TURN.contains(node.getOp()) || node.containsAttr(NodeGraph.FUNCTIONS));
  }

  /**
   * The same for a graph of which only a few runs are wanted: TensorFlow takes it as it is. To
   * rewrite it first takes longer than such runs can gain.
   */
  static ConfigProto forFewRuns(ConfigProto config) {
    return config.toBuilder()
        .setGraphOptions(
            GraphOptions.newBuilder()
                .setOptimizerOptions(
                    OptimizerOptions.newBuilder().setOptLevel(OptimizerOptions.Level.L0))
                .setRewriteOptions(RewriterConfig.newBuilder().setDisableMetaOptimizer(true)))
        .build();
  }

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
