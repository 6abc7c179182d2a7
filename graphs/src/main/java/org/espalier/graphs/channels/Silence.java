package org.espalier.graphs.channels;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Kernels;
import org.espalier.graphs.Network;
import org.espalier.graphs.Quantisers;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.Axes;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * In which tensors a removed channel would be zero, were its weights zero instead. A layer makes
 * zeros of them, and many ops make zeros of zeros; a sigmoid or a constant that is added does not.
 * Two such tensors may be multiplied along their channels: what is removed would have added
 * nothing. An op that is not named here may make anything.
 */
final class Silence {
  /** Zero where the first thing that they read is. */
  private static final Set<String> FIRST =
      words(
          """
          Identity ReadVariableOp StopGradient PreventGradient Snapshot CheckNumerics EnsureShape Cast
          Relu Relu6 LeakyRelu Elu Selu Tanh Softsign Expm1 Log1p Neg Abs Sign Square Sqrt Erf Sin Tan
          Asin Atan Sinh Asinh Atanh Floor Ceil Round Rint Reshape ExpandDims Squeeze Transpose
          StridedSlice Slice GatherV2 Mean Sum Max Min MaxPool MaxPoolV2 MaxPool3D AvgPool AvgPool3D Pad
          MirrorPad ResizeBilinear ResizeNearestNeighbor ResizeBicubic ResizeArea ScaleAndTranslate
          Tile BroadcastTo SpaceToBatchND BatchToSpaceND SpaceToDepth DepthToSpace ReverseV2
          ReverseSequence Roll Cumsum MatrixBandPart AdjustContrastv2 ExtractImagePatches SplitV Unpack
          TopK TopKV2 RealDiv Div DivNoNan FloorDiv FloorMod Mod TruncateDiv TruncateMod Xlogy Xdivy
          Xlog1py Prod All Any EuclideanNorm ArgMax ArgMin Real Imag Conj Angle ComplexAbs BesselI1
          BesselI1e BesselJ1 Dawsn FresnelCos FresnelSin""");

  /** Zero where all that they read is. */
  private static final Set<String> ALL =
      words(
          """
          Add AddV2 AddN AccumulateNV2 Sub BiasAdd Maximum Minimum SquaredDifference ConcatV2 Pack
          Select SelectV2 Greater Less NotEqual LogicalOr Complex""");

  /** Zero where anything that they read is. */
  private static final Set<String> ANY = words("Mul MulNoNan LogicalAnd");

  /** Their outputs but the first are indices, of which zero is one as any other. */
  private static final Set<String> INDEXED = words("TopK TopKV2");

  private final LabelSets labels;

  /** For each parameter, whether it is set to zero where a channel goes; statistics are not. */
  private final Map<String, Boolean> parameters = new HashMap<>();

  private final Set<String> silent = new HashSet<>();
  private final Set<String> indexed = new HashSet<>();

  Silence(Network network, LabelSets labels) {
    this.labels = labels;
    network.parameters().forEach(p -> parameters.put(p.name(), p.kind().isCounted()));
  }

  private static Set<String> words(String list) {
    return Set.of(list.strip().split("\\s+"));
  }

  /** For each tensor, whether removed channels are zero in it. */
  List<Boolean> of(List<TensorRef> tensors) {
    return tensors.stream()
        .map(t -> silent.contains(t.node()) && (t.output() == 0 || !indexed.contains(t.node())))
        .toList();
  }

  /** Notes what a node makes of what it reads. */
  void add(NodeDef node, List<TensorRef> inputs, List<Axes> read, List<Axes> made) {
    if (isSilent(node, of(inputs), read, made)) {
      silent.add(node.getName());
    }
    if (INDEXED.contains(node.getOp())) {
      indexed.add(node.getName());
    }
  }

  private boolean isSilent(NodeDef node, List<Boolean> inputs, List<Axes> read, List<Axes> made) {
    String op = node.getOp();
    if (parameters.containsKey(node.getName())) {
      return parameters.get(node.getName());
    }
    if (FIRST.contains(op) || Quantisers.isOne(node)) {
      return !inputs.isEmpty() && inputs.get(0);
    }
    if (ANY.contains(op)) {
      return inputs.contains(true);
    }
    if (Kernels.multiplies(node)) {
      return !made.isEmpty() && isProduct(inputs, read, made.get(0));
    }
    if (Kernels.slides(node)) {
      return inputs.size() > 1 && inputs.get(1); // its kernel
    }
    return switch (op) {
      case "ZerosLike" -> true;
      case "Const" -> isZero(node.getAttrOrDefault("value", AttrValue.getDefaultInstance()));
      case "Cumprod" ->
          inputs.get(0) && !Attributes.flag(node, "exclusive", false); // 1 comes first
      case "CropAndResize" ->
          inputs.get(0) && Attributes.real(node, "extrapolation_value", 0) == 0; // beside the image
      case "Split", "Fill" -> inputs.size() > 1 && inputs.get(1);
      case "PadV2" -> inputs.size() > 2 && inputs.get(0) && inputs.get(2);
      case "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3" ->
          inputs.size() > 2 && inputs.get(1) && inputs.get(2);
      default ->
          ALL.contains(op)
              && IntStream.range(0, inputs.size())
                  .allMatch(i -> inputs.get(i) || !isRead(op, i, inputs.size()));
    };
  }

  /** Whether a constant of floats is zero throughout. */
  private static boolean isZero(AttrValue value) {
    TensorProto tensor = value.getTensor();
    ByteString bytes = tensor.getTensorContent();
    return tensor.getDtype() == DataType.DT_FLOAT
        && tensor.getFloatValList().stream().allMatch(v -> v == 0)
        && IntStream.range(0, bytes.size()).allMatch(i -> bytes.byteAt(i) == 0);
  }

  /** The axis of a concatenation and the condition of a choice are no numbers of the result. */
  private static boolean isRead(String op, int input, int inputs) {
    return !(op.equals("ConcatV2") && input == inputs - 1)
        && !(op.startsWith("Select") && input == 0);
  }

  /** Whether each axis with channels comes from a factor that is zero where they are removed. */
  private boolean isProduct(List<Boolean> inputs, List<Axes> read, Axes made) {
    return IntStream.range(0, made.rank())
        .mapToObj(made::get)
        .filter(Objects::nonNull)
        .allMatch(
            axis ->
                IntStream.range(0, inputs.size())
                    .anyMatch(i -> inputs.get(i) && has(read.get(i), axis)));
  }

  private boolean has(Axes axes, int[] channels) {
    return IntStream.range(0, axes.rank())
        .mapToObj(axes::get)
        .anyMatch(
            own ->
                own != null
                    && own.length == channels.length
                    && own.length > 0
                    && Arrays.equals(labels.channels(own[0]), labels.channels(channels[0])));
  }
}
