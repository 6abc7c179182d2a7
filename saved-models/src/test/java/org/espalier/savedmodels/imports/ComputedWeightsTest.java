package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.savedmodels.imports.FrozenGraph.in;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.Model;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.StandardRules;
import org.espalier.graphs.rewrites.InsertMasks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.NodeDef;

/** Kernels that graphs compute; that they compute the same is seen by {@link CorpusTest}. */
class ComputedWeightsTest {
  private static final OpRules RULES = StandardRules.create();

  @TempDir Path temp;

  private static Model read(String name) {
    return new SavedModelImporter(RULES)
        .read(SavedModelImporterTest.fixture(name), ReadOptions.DEFAULT);
  }

  private static List<String> parameters(Model model) {
    return model.network().parameters().stream()
        .map(p -> p.name() + " " + p.shape() + " " + p.kind().label())
        .toList();
  }

  private static List<String> ops(Model model) {
    return model.network().graph().nodes().stream().map(NodeDef::getOp).toList();
  }

  /** The layer that is used twice has one kernel, although the graph computes it each time. */
  @Test
  void whatIsNormalisedScaledOrTurnedIsOnePlainKernel() {
    Model model = read("computed_kernels");
    assertThat(parameters(model))
        .containsExactly(
            "Variable_11 [3,3,3,6] conv-kernel",
            "Variable_9 [6] bias",
            "Variable_8 [3,3,6,8] conv-kernel",
            "Variable_7 [8] bias",
            "Variable_6 [3,3,8,5] conv-kernel",
            "Variable_5 [5] bias",
            "Variable_4 [1,1,5,8] conv-kernel",
            "Variable_3 [8,8] dense-kernel",
            "Variable_1 [4,8] dense-kernel",
            "Variable [4] bias");
    assertThat(ops(model)).doesNotContain("Rsqrt", "Cast", "Transpose");
  }

  /** By a variable, by a threshold, whole channels, by a constant; whichever comes first. */
  @Test
  void aMaskThatWasLeftInStaysAMask() {
    Model model = read("masked_kernels");
    assertThat(model.network().masks())
        .isEqualTo(
            Map.of(
                "Variable_11", "Variable_11/mask",
                "Variable_8", "Variable_8/mask",
                "Variable_5", "Variable_5/mask",
                "Variable_4", "Variable_4/mask"));
    for (Map.Entry<String, ShapedArray> mask : model.masks().entrySet()) {
      float[] weights = model.weights().get(mask.getKey()).values();
      float[] kept = mask.getValue().values();
      int zeros = 0;
      for (int i = 0; i < kept.length; i++) {
        assertThat(kept[i]).isIn(0f, 1f);
        assertThat(weights[i] == 0).as(mask.getKey()).isEqualTo(kept[i] == 0);
        zeros += kept[i] == 0 ? 1 : 0;
      }
      assertThat(zeros).isBetween(1, kept.length - 1);
    }
    // Whole channels: the mask of one number each is repeated along the rows that they have.
    float[] channels = model.masks().get("Variable_5").values();
    for (int i = 0; i < channels.length; i++) {
      assertThat(channels[i]).isEqualTo(channels[i % 5]);
    }
    // Whoever masks kernels finds them masked.
    assertThat(model.rewritten(InsertMasks.onKernels(model.network())).network().masks())
        .hasSize(7)
        .containsAllEntriesOf(model.network().masks());
  }

  /** One of its readers sees zeros, the other does not: two kernels, and no mask. */
  @Test
  void aKernelThatIsReadWithoutItsMaskTooIsTwo() {
    Model model = read("masked_kernels");
    assertThat(model.network().masks()).doesNotContainKeys("Variable_3", "Variable_3_1");
    float[] plain = model.weights().get("Variable_3").values();
    float[] masked = model.weights().get("Variable_3_1").values();
    int zeros = 0;
    for (int i = 0; i < plain.length; i++) {
      assertThat(masked[i] == 0 || masked[i] == plain[i]).isTrue();
      zeros += masked[i] == 0 ? 1 : 0;
    }
    assertThat(zeros).isBetween(1, plain.length - 1);
  }

  @Test
  void whatIsMaskedCostsNothingWhereItIsQuantisedToo() {
    Model model = read("quantised_kernels");
    float[] mask = model.masks().get("Variable_14").values();
    int gone = 0;
    for (float m : mask) {
      gone += m == 0 ? 1 : 0;
    }
    var cost = new CostModel(RULES).of(model);
    // A weight of this kernel is multiplied once for each of 8x8 pixels.
    assertThat(cost.macs() - cost.effective().orElseThrow().macs()).isEqualTo(64L * gone);
    assertThat(gone).isPositive();
  }

  /** Kernels are what is quantised, and their ranges go with their channels. */
  @Test
  void quantisationAwareModelsStaySo() {
    Model model = read("quantised_kernels");
    assertThat(ops(model))
        .contains(
            "FakeQuantWithMinMaxVarsPerChannel",
            "FakeQuantWithMinMaxVars",
            "FakeQuantWithMinMaxArgs",
            "QuantizeAndDequantizeV3",
            "QuantizeAndDequantizeV4",
            "Sign");
    assertThat(parameters(model))
        .contains(
            "Variable_18 [3,3,3,6] conv-kernel",
            "Variable_19 [6] other",
            "Variable_20 [6] other",
            "Variable_14 [3,3,6,8] conv-kernel",
            "Const_1 [8] other",
            "Variable_12 [3,3,8,5] conv-kernel",
            "Variable_11 [5] bn-scale",
            "Variable_3 [5,6] dense-kernel",
            "Variable_1 [6,4] dense-kernel");
    ChannelGroup first =
        ChannelAnalysis.of(model.network(), RULES).prunable().stream()
            .filter(g -> g.id().equals("Variable_18"))
            .findFirst()
            .orElseThrow();
    assertThat(first.members(Member.Role.FOLLOWER))
        .extracting(m -> m.parameter().name())
        .containsExactlyInAnyOrder("Variable_17", "Variable_19", "Variable_20", "Variable_14/mask");
  }

  /** A frozen graph has constants for variables; what rounds them is no constant. */
  @Test
  void aFrozenGraphStaysQuantised() {
    FrozenGraph g =
        FrozenGraph.base()
            .floats("second/kernel", 3, 3, 8, 8)
            .floats("least")
            .floats("most")
            .node("QuantizeAndDequantizeV2", "rounded", in("second/kernel", "least", "most"))
            .over("second", "conv", "rounded")
            .tail("second");
    Model model =
        new SavedModelImporter(RULES).read(g.write(temp.resolve("model.pb")), ReadOptions.DEFAULT);
    assertThat(ops(model)).contains("QuantizeAndDequantizeV2");
    assertThat(parameters(model)).contains("second/kernel [3,3,8,8] conv-kernel");
  }

  @Test
  void partsAreOneAndTablesInPartsAreLookedUp() {
    Model model = read("parts");
    assertThat(parameters(model))
        .containsExactlyInAnyOrder(
            "net/table/part_0 [128,6] other",
            "net/table/part_1 [128,6] other",
            "net/dense0/kernel [6,10] dense-kernel",
            "net/dense0/bias [10] bias",
            "net/dense1/kernel [10,8] dense-kernel",
            "net/dense1/bias [8] bias",
            "last/kernel [8,4] dense-kernel",
            "last/bias [4] bias");
    assertThat(ops(model)).contains("GatherV2").doesNotContain("ResourceGather");
  }

  /** Half precision is how the numbers are kept, and not what is computed with. */
  @Test
  void halvesAreParametersOfEveryKind() {
    Model model =
        new SavedModelImporter(RULES)
            .read(
                SavedModelImporterTest.fixture("half_frozen").resolve("model.pb"),
                ReadOptions.DEFAULT);
    assertThat(model.network().parameters())
        .extracting(Parameter::kind)
        .containsOnly(
            ParameterKind.CONV_KERNEL,
            ParameterKind.DEPTHWISE_KERNEL,
            ParameterKind.DENSE_KERNEL,
            ParameterKind.BIAS,
            ParameterKind.BN_SCALE,
            ParameterKind.BN_OFFSET,
            ParameterKind.BN_MEAN,
            ParameterKind.BN_VARIANCE);
    assertThat(ops(model)).doesNotContain("Cast");
  }

  private static Model decoder() {
    return read("generator");
  }

  /** A transposed convolution makes channels along its kernel's last axis but one. */
  @Test
  void aTransposedConvolutionReadsAlongTheLastAxis() {
    ChannelAnalysis analysis = ChannelAnalysis.of(decoder().network(), RULES);
    ChannelGroup group = analysis.prunable().get(1);
    assertThat(group.id()).isEqualTo("conv2d_transpose");
    assertThat(group.members(Member.Role.PRODUCER))
        .extracting(Member::toString)
        .containsExactly("conv2d_transpose/kernel[axis 2]");
    assertThat(group.members(Member.Role.CONSUMER))
        .extracting(Member::toString)
        .containsExactly("conv2d_transpose_1/kernel[axis 3]");
  }
}
