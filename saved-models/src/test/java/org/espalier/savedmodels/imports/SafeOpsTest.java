package org.espalier.savedmodels.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.framework.sessions.TensorFlowRuntime;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Which ops a model may hold follows from what TensorFlow says of them. */
class SafeOpsTest {
  private static Stream<String> stateless() {
    return TensorFlowRuntime.ops().getOpList().stream()
        .map(OpDef::getName)
        .filter(OpCatalog.tensorFlow()::isStateless);
  }

  private static NodeDef node(String op) {
    return NodeDef.newBuilder().setName("it").setOp(op).build();
  }

  private static void check(String op) {
    new SafeOps(Map.of(), false).check(List.of(node(op)));
  }

  /** Of some 1,000 ops without state most are let in; a rule that grows too wide is seen here. */
  @Test
  void mostOpsWithoutStateAreLetIn() {
    long all = stateless().count();
    long let = stateless().filter(SafeOps::isSafe).count();
    assertThat(all).isGreaterThan(1000);
    assertThat((double) let / all).isBetween(0.60, 0.75);
    assertThat(stateless().filter(op -> op.matches("(Fft|FFT|IFFT|RFFT|Segment|Quantized).*")))
        .hasSizeGreaterThan(40)
        .allMatch(SafeOps::isSafe);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CombinedNonMaxSuppression",
        "NonMaxSuppressionV5",
        "Betainc",
        "FakeQuantWithMinMaxVars",
        "MatrixInverse",
        "ReverseSequence",
        "SegmentMean",
        "TensorListReserve",
        "TensorListStack",
        "Dilation2D",
        "Mfcc",
        "AudioSpectrogram",
        "DecodeJpeg",
        "Bincount",
        "TensorScatterUpdate",
        "CTCGreedyDecoder",
        "StringJoin"
      })
  void whatOnlyComputesIsLetIn(String op) {
    assertThat(SafeOps.isSafe(op)).isTrue();
    check(op);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ReadFile",
        "WriteFile",
        "MatchingFiles",
        "SaveV2",
        "RestoreV2",
        "PyFunc",
        "PyFuncStateless",
        "EagerPyFunc",
        "DecodeProtoV2",
        "EncodeProto",
        "ImmutableConst",
        "GenerateVocabRemapping",
        "InitializeTableFromTextFileV2",
        "MapDataset",
        "TensorDataset",
        "XlaCustomCall",
        "Abort",
        "PrintV2",
        "HashTableV2",
        "LookupTableFindV2",
        "QueueDequeue",
        "InplaceUpdate",
        "ParallelConcat",
        "MyOwnOp"
      })
  void whatDoesMoreIsNot(String op) {
    assertThat(SafeOps.isSafe(op)).isFalse();
    assertThatThrownBy(() -> check(op))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is of op '" + op + "', which does more than compute")
        .hasMessageEndingWith("--trust lets it in");
    new SafeOps(Map.of(), true).check(List.of(node(op)));
  }

  /** They may stand in branches that are never taken; what is left must draw nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"RandomUniform", "StatelessRandomUniformV2", "StatelessTruncatedNormal"})
  void whatDrawsMayNotBeLeft(String op) {
    check(op);
    assertThat(SafeOps.isSafe(op)).isFalse();
    assertThatThrownBy(() -> new SafeOps(Map.of(), false).checkDrawsNothing(List.of(node(op))))
        .isInstanceOf(BadInputException.class);
  }

  /** A variable is part of the network, but no function of what it reads. */
  @Test
  void variablesAreLetInAndNotComputed() {
    for (String op : List.of("VarHandleOp", "Placeholder", "VariableV2", "TensorArrayV3")) {
      check(op);
      assertThat(SafeOps.isSafe(op)).isFalse();
    }
    check("ReadVariableOp");
    check("While");
    check("TensorArrayReadV3");
    check("AssignVariableOp"); // left out of the network
  }
}
