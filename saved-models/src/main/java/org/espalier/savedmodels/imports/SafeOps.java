package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.BadInputException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * Lets in the ops that only compute. A graph is a program: others read and write files or run
 * Python.
 */
final class SafeOps {
  static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");

  private static final Set<String> SAFE =
      Set.of(
          words(
              """
      Abs Acos Acosh Add AddN AddV2 All Any ArgMax ArgMin Asin Asinh Atan Atan2 Atanh AvgPool
      AvgPool3D BatchMatMul BatchMatMulV2 BatchMatMulV3 BatchToSpaceND BiasAdd BiasAddV1 Bitcast
      BroadcastArgs BroadcastTo Bucketize Cast Ceil CheckNumerics ClipByValue Concat ConcatOffset
      ConcatV2 Const Conv Conv2D Conv2DBackpropInput Conv3D Conv3DBackpropInputV2 Cos Cosh
      CropAndResize Cumprod Cumsum DepthToSpace DepthwiseConv2dNative DepthwiseConv2dNativeBackpropInput
      Diag DiagPart Div DivNoNan DynamicPartition DynamicStitch Einsum Elu Empty EnsureShape Equal
      Erf Erfc Erfinv Exp ExpandDims Expm1 Fill Floor FloorDiv FloorMod FusedBatchNorm
      FusedBatchNormV2 FusedBatchNormV3 FusedPadConv2D Gather GatherNd GatherV2 Greater GreaterEqual
      Identity IdentityN Inv InvertPermutation IsFinite IsInf IsNan L2Loss LRN LeakyRelu Less LessEqual
      LinSpace Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul MatrixBandPart
      MatrixDiag MatrixDiagPart MatrixDiagPartV3 MatrixDiagV3 Max MaxPool MaxPool3D MaxPoolV2
      Maximum Mean Min Minimum MirrorPad Mod Mul MulNoNan Neg NotEqual OneHot OnesLike Pack Pad
      PadV2 ParallelDynamicStitch Placeholder PlaceholderWithDefault Pow PreventGradient Prod
      QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 Range Rank RealDiv ReadVariableOp Reciprocal
      Relu Relu6 Reshape ResizeBicubic ResizeBilinear ResizeNearestNeighbor ResourceGather
      ResourceGatherNd Reverse ReverseV2 Rint Roll Round Rsqrt ScatterNd Select SelectV2 Selu
      Shape ShapeN Sigmoid Sign Sin Sinh Size Slice Snapshot Softmax Softplus Softsign SpaceToBatchND
      SpaceToDepth Split SplitV Sqrt Square SquaredDifference Squeeze StopGradient StridedSlice
      Sub Sum Tan Tanh Tile TopKV2 Transpose TruncateDiv TruncateMod Unpack VarHandleOp VarIsInitializedOp
      Variable VariableShape VariableV2 Where Xdivy Xlogy ZerosLike PartitionedCall
      Switch Merge RefSwitch RefMerge If StatelessIf ScaleAndTranslate ResizeArea
      EuclideanNorm
      StatefulPartitionedCall"""));

  /** They change or check state beside the network, and are left out of it. */
  private static final Set<String> DROPPED =
      Set.of(
          "NoOp",
          "Assert",
          "Assign",
          "AssignVariableOp",
          "AssignAddVariableOp",
          "AssignSubVariableOp",
          "AssignAdd",
          "AssignSub");

  /** They only draw random numbers. A network must not; dropout that is switched off goes. */
  private static final Set<String> RANDOM =
      Set.of(
          words(
              """
      RandomUniform RandomStandardNormal TruncatedNormal RandomUniformInt StatelessRandomUniform
      StatelessRandomUniformV2 StatelessRandomNormal StatelessRandomNormalV2
      StatelessRandomGetKeyCounter StatelessRandomGetAlg StatelessRandomGetKeyCounterAlg"""));

  /** They have no value of their own: it is fed, kept, or depends on what came before. */
  private static final Set<String> NOT_PURE =
      Set.of("Placeholder", "VarHandleOp", "Variable", "VariableV2", "VarIsInitializedOp");

  private final Map<String, FunctionDef> library;
  private final boolean trust;
  private final Set<String> seen = new HashSet<>();

  SafeOps(Map<String, FunctionDef> library, boolean trust) {
    this.library = library;
    this.trust = trust;
  }

  /** Whether an op is on the list, and a function of what it reads. */
  static boolean isSafe(String op) {
    return SAFE.contains(op) && !NOT_PURE.contains(op);
  }

  private static String[] words(String list) {
    return list.strip().split("\\s+");
  }

  /**
   * Checks nodes, and all nodes of every function that they call.
   *
   * @throws BadInputException with the name of the first op that is not on the list
   */
  void check(Collection<NodeDef> nodes) {
    if (trust) {
      return;
    }
    java.util.ArrayDeque<NodeDef> open = new java.util.ArrayDeque<>(nodes);
    while (!open.isEmpty()) {
      NodeDef node = open.pop();
      FunctionDef named = library.get(node.getOp());
      if (named == null
          && !SAFE.contains(node.getOp())
          && !DROPPED.contains(node.getOp())
          && !RANDOM.contains(node.getOp())) {
        throw refused(node);
      }
      for (FunctionDef f : called(node)) {
        if (seen.add(f.getSignature().getName())) {
          open.addAll(f.getNodeDefList());
        }
      }
    }
  }

  private static BadInputException refused(NodeDef node) {
    return OpCatalog.bad(
        node,
        "is of op '"
            + node.getOp()
            + "', which is not on the list of safe ops; --trust lets it in");
  }

  /** Checks that nothing is left that draws random numbers. */
  void checkDrawsNothing(Collection<NodeDef> flat) {
    for (NodeDef node : flat) {
      if (!trust && RANDOM.contains(node.getOp())) {
        throw refused(node);
      }
    }
  }

  private List<FunctionDef> called(NodeDef node) {
    List<FunctionDef> called = new ArrayList<>();
    Optional.ofNullable(library.get(node.getOp())).ifPresent(called::add);
    for (AttrValue value : node.getAttrMap().values()) {
      if (value.hasFunc()) {
        Optional.ofNullable(library.get(value.getFunc().getName())).ifPresent(called::add);
      }
    }
    return called;
  }
}
