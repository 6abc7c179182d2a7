package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.NodeGraph;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * Lets in the ops that only compute. A graph is a program: others read and write files or run
 * Python. TensorFlow says of each of its ops whether it has state; those without any are safe, but
 * for the exceptions that are written down here.
 */
final class SafeOps {
  static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");

  /**
   * They have state, or handles to it, and only look at the network's own, or keep what they are
   * given for one run; or they call functions, whose ops are looked at, too.
   */
  private static final Set<String> LOOKING =
      Set.of(
          words(
              """
      Case CheckNumerics Empty If ReadVariableOp RefMerge RefSwitch ResourceGather ResourceGatherNd
      StatefulPartitionedCall TensorArrayConcatV3 TensorArrayGatherV3 TensorArrayReadV3
      TensorArrayScatterV3 TensorArraySizeV3 TensorArraySplitV3 TensorArrayV3 TensorArrayWriteV3
      VarHandleOp VarIsInitializedOp Variable VariableShape VariableV2 While"""));

  /**
   * They say that they have no state, and yet: read files, run Python or code that is not
   * TensorFlow's, end the process, wait for other calls, leave memory as it was found, or are parts
   * of input pipelines, other devices and debuggers.
   */
  private static final Pattern MORE_THAN_COMPUTE =
      Pattern.compile(
          """
          .*Dataset.* |.*Summary(V2)? |.*SparseCore.* |.*Dedup.*
          |(_|Xla|TPU|Tpu|DTensor|Debug|BoostedTrees|Sdca|Cudnn|Optional|Prelinearize|Relayout|TfLite).*
          |(Copy|Infeed|ParallelConcat|Inplace|KMC2|Kmeans).*
          |Abort |Batch |BatchFunction |CheckPinned |ComputeBatchSize |CompressElement
          |CustomAggregator |DecodeProtoV2 |EncodeProto |FakeParam |GenerateVocabRemapping
          |GetElementAtIndex |GetOptions |GetTpuTaskId |HostConst |ImmutableConst |MatchingFiles
          |MlirPassthroughOp |PyFuncStateless |ReadFile |SymbolicGradient |UncompressElement |Unbatch
          |UnbatchGrad |WindowOp |WrapDatasetVariant""",
          Pattern.COMMENTS);

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
      Set.of("RandomUniform", "RandomStandardNormal", "TruncatedNormal", "RandomUniformInt");

  /** The same by a seed that they are given. */
  private static final Pattern RANDOM_BY_SEED =
      Pattern.compile(
          "Stateless(Random|Truncated|Multinomial|Parameterized|Sample|Shuffle).*|RandomGammaGrad"
              + "|StochasticCastToInt|SobolSample|RandomIndexShuffle|RiscRandomUniform");

  /** They have no value of their own: it is fed, kept, or depends on what came before. */
  private static final Set<String> NOT_PURE =
      Set.of(
          "Placeholder",
          "PlaceholderV2",
          "TensorArrayV3",
          "VarHandleOp",
          "Variable",
          "VariableV2",
          "VarIsInitializedOp");

  private final Map<String, FunctionDef> library;
  private final boolean trust;
  private final Set<String> seen = new HashSet<>();

  SafeOps(Map<String, FunctionDef> library, boolean trust) {
    this.library = library;
    this.trust = trust;
  }

  /** Whether an op does nothing but compute what it computes from what it reads. */
  static boolean isSafe(String op) {
    return isLetIn(op) && !NOT_PURE.contains(op);
  }

  private static boolean isLetIn(String op) {
    return LOOKING.contains(op)
        || OpCatalog.tensorFlow().isStateless(op)
            && !MORE_THAN_COMPUTE.matcher(op).matches()
            && !isRandom(op);
  }

  private static boolean isRandom(String op) {
    return RANDOM.contains(op) || RANDOM_BY_SEED.matcher(op).matches();
  }

  private static String[] words(String list) {
    return list.strip().split("\\s+");
  }

  /**
   * Checks nodes, and all nodes of every function that they call.
   *
   * @throws BadInputException with the name of the first op that is not let in
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
          && !isLetIn(node.getOp())
          && !DROPPED.contains(node.getOp())
          && !isRandom(node.getOp())) {
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
            + "', which does more than compute, such as to keep state, read files or draw random"
            + " numbers; --trust lets it in");
  }

  /** Checks that nothing is left that draws random numbers. */
  void checkDrawsNothing(Collection<NodeDef> flat) {
    List<NodeDef> all = new ArrayList<>(flat);
    flat.forEach(n -> NodeGraph.functionsOf(n).forEach(f -> all.addAll(f.getNodeDefList())));
    for (NodeDef node : all) {
      if (!trust && isRandom(node.getOp())) {
        throw FixedInputs.setting(flat)
            .map(
                input ->
                    OpCatalog.bad(
                        node,
                        "draws random numbers; if the input '"
                            + input
                            + "' can switch that off, fix it (--fix "
                            + input
                            + "=VALUE); else --trust lets it in"))
            .orElseGet(() -> refused(node));
      }
    }
  }

  private List<FunctionDef> called(NodeDef node) {
    List<FunctionDef> called = new ArrayList<>();
    Optional.ofNullable(library.get(node.getOp())).ifPresent(called::add);
    for (AttrValue value : node.getAttrMap().values()) {
      List<NameAttrList> functions = new ArrayList<>(value.getList().getFuncList());
      if (value.hasFunc()) {
        functions.add(value.getFunc());
      }
      functions.forEach(f -> Optional.ofNullable(library.get(f.getName())).ifPresent(called::add));
    }
    return called;
  }
}
