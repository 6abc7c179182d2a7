package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.OptimizerOptions;

/** What holds memory of TensorFlow's is closed, also where nobody ever gets it. */
class OpenGraphTest {
  private static NodeGraph constant() {
    GraphBuilder g = new GraphBuilder();
    g.constant("half", ShapedArray.scalar(0.5f));
    return g.build();
  }

  @Test
  void oneThatIsRefusedIsClosed() {
    GraphBuilder g = new GraphBuilder(constant());
    g.add("NoSuchOp", "odd", Map.of());
    int before = OpenGraph.count();
    assertThatThrownBy(() -> new OpenGraph(g.build(), Machine.all()))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("TensorFlow refuses the graph: ");
    assertThat(OpenGraph.count()).isEqualTo(before);
  }

  /** TensorFlow takes it in, and finds only when it runs that there is no kernel for it. */
  @Test
  void anOpThatNoProcessorComputesIsToldAsBadInput() {
    GraphBuilder g = new GraphBuilder(constant());
    g.addFloat("RiscAbs", "odd", "half");
    int before = OpenGraph.count();
    assertThatThrownBy(
            () ->
                OpenGraph.prepared(
                    g.build(), Machine.all(), open -> open.call().target("odd").run()))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("TensorFlow refuses the graph: No OpKernel was registered");
    assertThat(OpenGraph.count()).isEqualTo(before);
  }

  /** 256 TiB, which no machine gives. TensorFlow waits ten seconds for others to give some back. */
  @Test
  @Tag("slow")
  void memoryThatThereIsNotIsToldInOneSentence() {
    GraphBuilder g = new GraphBuilder(constant());
    g.add("Placeholder", "float", Map.of("dtype", Attributes.type(DataType.DT_FLOAT)));
    ShapedArray sizes = new ShapedArray(Shape.of(3), new float[] {1 << 20, 1 << 20, 64});
    g.add(
        "Cast",
        "size",
        Map.of(
            "SrcT", Attributes.type(DataType.DT_FLOAT), "DstT", Attributes.type(DataType.DT_INT32)),
        "float");
    g.addFloat("Fill", "huge", "size", "half");
    assertThatThrownBy(
            () ->
                OpenGraph.prepared(
                    g.build(),
                    Machine.all(),
                    open -> open.call().feed("float", sizes).target("huge").run()))
        .isInstanceOf(MemoryException.class)
        .hasMessage(
            "out of memory: TensorFlow found none for a tensor of shape [1048576,1048576,64]; a smaller"
                + " batch, fewer or smaller images, or fewer jobs at once need less");
  }

  @Test
  void whatIsNoLackOfMemoryStaysWhatItIs() {
    RuntimeException other = new IllegalStateException("odd");
    assertThat(MemoryException.orAsItIs(other)).isSameAs(other);
    assertThat(MemoryException.orAsItIs(new RuntimeException("std::bad_alloc")))
        .isInstanceOf(MemoryException.class)
        .hasMessageStartingWith("out of memory: TensorFlow found none for what it computes;");
    assertThat(
            MemoryException.orAsItIs(
                new TFResourceExhaustedException(
                    "OOM when allocating tensor with shape[64,9] and type float on"
                        + " /job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc\nmore")))
        .hasMessageStartingWith("out of memory of the GPU: ")
        .hasMessageContaining("shape [64,9];")
        .hasMessageEndingWith("need less, and --device cpu uses that of the machine");
  }

  @Test
  void oneThatCannotBePreparedIsClosed() {
    int before = OpenGraph.count();
    OpenGraph[] seen = new OpenGraph[1];
    assertThatThrownBy(
            () ->
                OpenGraph.prepared(
                    constant(),
                    Machine.all(),
                    open -> {
                      open.call().fetch(TensorRef.of("half")).run();
                      assertThat(OpenGraph.count()).isEqualTo(before + 1);
                      seen[0] = open;
                      throw new BadInputException("no");
                    }))
        .hasMessage("no");
    assertThat(OpenGraph.count()).isEqualTo(before);
    assertThatThrownBy(() -> seen[0].outputs("half")).isInstanceOf(IllegalStateException.class);
    try (OpenGraph open = OpenGraph.prepared(constant(), Machine.all(), g -> {})) {
      assertThat(open.outputs("half")).isEqualTo(1);
      open.close();
    }
    assertThat(OpenGraph.count()).isEqualTo(before);
  }

  /** Also where a call is given up half way, because the second of two inputs is missing. */
  @Test
  void whatIsClosedByHandIsClosed() {
    Network network = TestNetworks.network("resnet8", 8, 3, 0.25);
    int before = OpenGraph.count();
    try (Predictor predictor =
        new Predictor(new Model(network, network.initialise(1)), Machine.all())) {
      assertThat(OpenGraph.count()).isEqualTo(before + 1);
      assertThatThrownBy(() -> predictor.outputs(Map.of())).isInstanceOf(BadInputException.class);
    }
    assertThat(OpenGraph.count()).isEqualTo(before);
  }

  /** What reads files and folds constants leaves a GPU alone. */
  @Test
  void processorsAreNoGpu() {
    assertThat(SessionConfig.of(Machine.processors()).getDeviceCountOrThrow("GPU")).isZero();
    assertThat(SessionConfig.of(Machine.all()).getDeviceCountMap()).isEmpty();
    assertThat(SessionConfig.of(Machine.all()).getGpuOptions().getAllowGrowth()).isTrue();
  }

  @Test
  void aFewRunsAreOfTheGraphAsItIs() {
    ConfigProto usual = SessionConfig.of(Machine.processors());
    ConfigProto few = SessionConfig.forFewRuns(usual);
    assertThat(few.getGraphOptions().getRewriteOptions().getDisableMetaOptimizer()).isTrue();
    assertThat(few.getGraphOptions().getOptimizerOptions().getOptLevel())
        .isEqualTo(OptimizerOptions.Level.L0);
    assertThat(few.toBuilder().clearGraphOptions().build()).isEqualTo(usual);
  }

  @Test
  void whatIsNoSavedModelIsRefusedInASentence(@TempDir Path folder) {
    assertThatThrownBy(() -> LoadedModel.open(folder, "serve", Machine.processors()))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("TensorFlow refuses the SavedModel: ");
  }

  /** A branch by Switch and Merge: minus the number if the condition holds, else the number. */
  private static NodeGraph branch() {
    AttrValue floats = Attributes.type(DataType.DT_FLOAT);
    GraphBuilder g = new GraphBuilder();
    g.placeholder("number", DataType.DT_FLOAT, Shape.of());
    g.placeholder("condition", DataType.DT_BOOL, Shape.of());
    g.add("Switch", "switch", Map.of("T", floats), "number", "condition");
    g.add("Neg", "negated", Map.of("T", floats), "switch:1");
    g.add(
        "Merge",
        "merged",
        Map.of("T", floats, "N", AttrValue.newBuilder().setI(2).build()),
        "switch",
        "negated");
    return g.build();
  }

  /**
   * One thread runs ops in turn, which graphs with branches do not allow; they run all the same.
   */
  @Test
  void branchesRunOnOneThread() {
    assertThat(SessionConfig.runsInTurn(branch())).isFalse();
    assertThat(SessionConfig.runsInTurn(constant())).isTrue();
    for (float condition : new float[] {0, 1}) {
      try (OpenGraph open = new OpenGraph(branch(), Machine.threads(1))) {
        ShapedArray merged =
            open.call()
                .feed("number", ShapedArray.scalar(0.5f))
                .feed("condition", ShapedArray.scalar(condition), DataType.DT_BOOL)
                .fetch(TensorRef.of("merged"))
                .run()
                .get(TensorRef.of("merged"));
        assertThat(merged.values()).containsExactly(condition == 0 ? 0.5f : -0.5f);
      }
    }
  }

  @Test
  void oneThreadNeedsNoOther() {
    ConfigProto one = SessionConfig.inTurn(Machine.threads(1));
    assertThat(one.getExperimental().getExecutorType()).isEqualTo("SINGLE_THREADED_EXECUTOR");
    assertThat(one.getInterOpParallelismThreads()).isEqualTo(1);
    assertThat(one.getIntraOpParallelismThreads()).isEqualTo(1);
    assertThat(SessionConfig.inTurn(Machine.threads(2)))
        .isEqualTo(SessionConfig.of(Machine.threads(2)));
  }

  /** The same ops give the same bits, in turn or not: here an idle branch is what makes it not. */
  @Test
  void runningInTurnChangesNoBit() {
    Network network = TestNetworks.network("resnet8", 8, 3, 0.25);
    GraphBuilder beside = new GraphBuilder(network.graph());
    branch().nodes().forEach(beside::add);
    Network withBranch = network.withGraph(beside.build());
    assertThat(SessionConfig.runsInTurn(network.graph())).isTrue();
    assertThat(SessionConfig.runsInTurn(withBranch.graph())).isFalse();
    Weights weights = network.initialise(3);
    ShapedArray images = TestNetworks.images(network, 4, 1);
    assertThat(logits(new Model(network, weights), images))
        .isEqualTo(logits(new Model(withBranch, weights), images));
  }

  private static ShapedArray logits(Model model, ShapedArray images) {
    try (Predictor predictor = new Predictor(model, Machine.threads(1))) {
      return predictor.logits(images);
    }
  }

  /** The fewer the multiply-accumulates of a step, the less there is to share. */
  @Test
  void smallStepsGetOneThread() {
    Machine four = new Machine(4, Machine.Device.CPU);
    assertThat(four.forSteps(59_999_999)).isEqualTo(new Machine(1, Machine.Device.CPU));
    assertThat(four.forSteps(60_000_000)).isEqualTo(four);
  }

  /** Two images are 2^43 bytes there. */
  @Test
  void whatNoMachineCanHoldIsRefusedBeforeItIsTried() {
    GraphBuilder g = new GraphBuilder();
    String x = g.placeholder("x", DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 1 << 10));
    AttrValue numbers = Attributes.type(DataType.DT_INT32);
    g.add(
        "Tile",
        "tile",
        Map.of("T", Attributes.type(DataType.DT_FLOAT), "Tmultiples", numbers),
        x,
        g.constant("times", Shape.of(2), 1, 1 << 30));
    try (OpenGraph open = new OpenGraph(g.build(), Machine.threads(1))) {
      assertThatThrownBy(() -> open.checkFits(2))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(
              "node 'tile' (Tile) makes a tensor of shape [-1, 1099511627776] of 2 images");
    }
    GraphBuilder small = new GraphBuilder();
    small.placeholder("x", DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 1));
    try (OpenGraph open = new OpenGraph(small.build(), Machine.threads(1))) {
      open.checkFits(2);
    }
  }
}
