package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Combining;
import org.espalier.graphs.Kernels;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Quantisers;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.NodeDef;

/** Tells what a parameter is for by who reads it. Batch norm may be one op or written out. */
final class ParameterKinds {
  private static final Set<String> RESHAPING = Set.of("Reshape", "Squeeze", "ExpandDims", "Cast");
  private final NodeGraph index;
  private final Map<String, Integer> passing;

  /** One reader of a tensor, and at which of its inputs. */
  private record Use(NodeDef reader, int input) {}

  /**
   * @param passing nodes that give on what they read at an input, because of whoever reads them
   */
  ParameterKinds(NodeGraph index, Map<String, Integer> passing) {
    this.index = index;
    this.passing = passing;
  }

  /** What the tensor of a node is for. */
  ParameterKind of(String node) {
    for (Use use : uses(node)) {
      ParameterKind kind = of(use);
      if (kind != ParameterKind.OTHER) {
        return kind;
      }
    }
    return ParameterKind.OTHER;
  }

  /**
   * What a constant is for, if channels may live on it: as a variable would be; or because it is
   * combined with another tensor element by element, as folded batch norm is, or says where the
   * channels of one end that are quantised.
   */
  Optional<ParameterKind> ofConstant(String node) {
    ParameterKind kind = of(node);
    if (kind != ParameterKind.OTHER) {
      return Optional.of(kind);
    }
    List<Use> uses = uses(node);
    if (uses.stream().anyMatch(u -> Combining.fixes(u.reader()))) {
      return Optional.of(ParameterKind.CONSTANT);
    }
    return uses.stream()
            .anyMatch(
                u -> Combining.isOne(u.reader()) || Quantisers.isOne(u.reader()) && u.input() > 0)
        ? Optional.of(kind)
        : Optional.empty();
  }

  private List<Use> uses(String node) {
    List<Use> uses = new ArrayList<>();
    for (NodeDef reader : new LinkedHashSet<>(index.consumers(node))) {
      for (int i = 0; i < reader.getInputCount(); i++) {
        if (!TensorRef.nodeOf(reader.getInput(i)).equals(node)) {
          continue;
        }
        boolean passed = Integer.valueOf(i).equals(passing.get(reader.getName()));
        if (RESHAPING.contains(reader.getOp()) && i == 0 || passed) {
          uses.addAll(uses(reader.getName()));
        } else {
          uses.add(new Use(reader, i));
        }
      }
    }
    return uses;
  }

  private ParameterKind of(Use use) {
    return switch (use.reader().getOp()) {
      case "BiasAdd" -> second(use, ParameterKind.BIAS);
      case "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3" ->
          switch (use.input()) {
            case 1 -> ParameterKind.BN_SCALE;
            case 2 -> ParameterKind.BN_OFFSET;
            case 3 -> ParameterKind.BN_MEAN;
            case 4 -> ParameterKind.BN_VARIANCE;
            default -> ParameterKind.OTHER;
          };
      case "Add", "AddV2" -> added(use);
      case "Mul" -> multiplied(use);
      case "Sub" -> subtracted(use);
      case "Neg" -> negated(use);
      default -> second(use, Kernels.kind(use.reader()).orElse(ParameterKind.OTHER));
    };
  }

  private static ParameterKind second(Use use, ParameterKind kind) {
    return use.input() == 1 ? kind : ParameterKind.OTHER;
  }

  private ParameterKind added(Use use) {
    if (isRead(use.reader(), "Rsqrt", 0) || isRead(use.reader(), "Sqrt", 0)) {
      return ParameterKind.BN_VARIANCE;
    }
    return isLayer(other(use)) ? ParameterKind.BIAS : ParameterKind.OTHER;
  }

  /** A layer, perhaps with what it makes in another shape. */
  private boolean isLayer(NodeDef node) {
    return Kernels.kind(node).isPresent()
        || RESHAPING.contains(node.getOp())
            && isLayer(index.node(TensorRef.nodeOf(node.getInput(0))));
  }

  /** Scale times 1/deviation, or mean times that; only the mean's product is subtracted. */
  private ParameterKind multiplied(Use use) {
    if (!isInverseDeviation(other(use))) {
      return ParameterKind.OTHER;
    }
    return isRead(use.reader(), "Sub", 1) ? ParameterKind.BN_MEAN : ParameterKind.BN_SCALE;
  }

  /** Offset minus (mean over deviation), or image minus mean. */
  private ParameterKind subtracted(Use use) {
    if (use.input() == 0) {
      NodeDef product = other(use);
      return product.getOp().equals("Mul") && readsInverseDeviation(product)
          ? ParameterKind.BN_OFFSET
          : ParameterKind.OTHER;
    }
    return uses(use.reader().getName()).stream()
            .anyMatch(u -> u.reader().getOp().equals("Mul") && isInverseDeviation(other(u)))
        ? ParameterKind.BN_MEAN
        : ParameterKind.OTHER;
  }

  /** A mean, times 1/deviation; the slope of a leaky rectifier is negated, too. */
  private ParameterKind negated(Use use) {
    return uses(use.reader().getName()).stream()
            .anyMatch(u -> u.reader().getOp().equals("Mul") && isInverseDeviation(other(u)))
        ? ParameterKind.BN_MEAN
        : ParameterKind.OTHER;
  }

  /** Rsqrt, or that times the scale. */
  private boolean isInverseDeviation(NodeDef node) {
    return node.getOp().equals("Rsqrt")
        || (node.getOp().equals("Mul")
            && node.getInputList().stream()
                .anyMatch(i -> index.node(TensorRef.nodeOf(i)).getOp().equals("Rsqrt")));
  }

  private boolean readsInverseDeviation(NodeDef node) {
    return node.getInputList().stream()
        .anyMatch(i -> isInverseDeviation(index.node(TensorRef.nodeOf(i))));
  }

  private NodeDef other(Use use) {
    return index.node(TensorRef.nodeOf(use.reader().getInput(1 - use.input())));
  }

  private boolean isRead(NodeDef node, String op, int input) {
    return uses(node.getName()).stream()
        .anyMatch(u -> u.reader().getOp().equals(op) && u.input() == input);
  }
}
