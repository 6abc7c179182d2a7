package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.NodeDef;

/**
 * Scales of branches, of groups and of channels are multiplied into what stands before them: batch
 * norm's scale and offset, or biases and the kernel. Outputs stay what they are, and the network is
 * one that was built without scales. A scale stays where something else stands before it, or where
 * other nodes read that too. The carried values are products, so only weights carry.
 */
public final class FoldScales implements GraphRewrite {
  /** A scale, and the parameters whose last axis holds what it multiplies. */
  private record Fold(String scale, List<String> into) {}

  @Override
  public String name() {
    return "fold-scales";
  }

  @Override
  public String description() {
    return "scales of branches, groups and channels are multiplied into the layers before them";
  }

  @Override
  public Rewritten apply(Network network) {
    GraphEdit edit = new GraphEdit(network);
    List<Fold> folds = new ArrayList<>();
    for (NodeDef product : network.graph().topological()) {
      Branches.scaleOf(network, product)
          .flatMap(scale -> fold(network, product, scale))
          .ifPresent(
              fold -> {
                edit.redirect(TensorRef.of(product.getName()), scaled(network, product), "");
                folds.add(fold);
              });
    }
    return new Rewritten(edit.build(), weights -> carry(weights, folds));
  }

  /** The tensor that is multiplied. */
  private static TensorRef scaled(Network network, NodeDef product) {
    TensorRef first = TensorRef.parse(product.getInput(0));
    boolean scales = Branches.scaleBehind(network, first).isPresent();
    return scales ? TensorRef.parse(product.getInput(1)) : first;
  }

  private static Optional<Fold> fold(Network network, NodeDef product, String scale) {
    if (network.graph().consumers(scale).size() != 1) {
      return Optional.empty();
    }
    return LayerChain.endingAt(network, scaled(network, product))
        .flatMap(chain -> into(network, chain))
        .filter(into -> into.stream().allMatch(p -> fits(network, p, scale)))
        .map(into -> new Fold(scale, into));
  }

  /**
   * Whether a scale is one number, or has one for each index of a parameter's last axis, or for
   * each of equal parts of it.
   */
  private static boolean fits(Network network, String parameter, String scale) {
    Shape scales = network.parameter(scale).shape();
    return scales.rank() == 0
        || network.parameter(parameter).kind() != ParameterKind.DEPTHWISE_KERNEL
            && network.parameter(parameter).shape().last() % scales.elements() == 0;
  }

  /** From the end back to the first batch norm or to the layer: all that must be multiplied. */
  private static Optional<List<String>> into(Network network, LayerChain chain) {
    NodeGraph graph = network.graph();
    List<Optional<String>> read = new ArrayList<>();
    List<NodeDef> shifts = chain.shifts();
    boolean normed = false;
    for (int i = shifts.size() - 1; i >= 0 && !normed; i--) {
      normed = LayerChain.isNorm(shifts.get(i));
      read.add(LayerChain.own(graph, shifts.get(i), 1));
      if (normed) {
        read.add(LayerChain.own(graph, shifts.get(i), 2));
      }
    }
    if (!normed) {
      read.add(LayerChain.own(graph, chain.layer(), 1));
    }
    boolean known = read.stream().allMatch(Optional::isPresent);
    return known ? Optional.of(read.stream().flatMap(Optional::stream).toList()) : Optional.empty();
  }

  private static Weights carry(Weights weights, List<Fold> folds) {
    Map<String, ShapedArray> carried = new LinkedHashMap<>(weights.asMap());
    for (Fold fold : folds) {
      float[] factors = weights.get(fold.scale()).values();
      for (String parameter : fold.into()) {
        ShapedArray old = carried.get(parameter);
        float[] values = old.values().clone();
        int channels = factors.length == 1 ? 1 : old.shape().last();
        int width = channels / factors.length; // of a group
        for (int i = 0; i < values.length; i++) {
          values[i] *= factors[i % channels / width];
        }
        carried.put(parameter, new ShapedArray(old.shape(), values));
      }
      carried.remove(fold.scale());
    }
    return Weights.of(carried);
  }
}
