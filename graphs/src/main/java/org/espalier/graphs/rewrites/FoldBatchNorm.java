package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Batch norm with moving statistics is a factor and an offset a channel: they go into the kernel
 * and the bias of the convolution or dense layer in front of it. Wants the inference form; a batch
 * norm in training mode, behind a masked kernel, or behind anything else, stays. The carried
 * weights are computed, in double precision, so only trained weights can be carried.
 */
public final class FoldBatchNorm implements GraphRewrite {
  /** What TensorFlow takes where a graph leaves it out. */
  /** What TensorFlow takes where a batch norm does not say it. */
  static final float DEFAULT_EPSILON = 1e-4f;

  /** A batch norm, the layer it goes into, and the names of all that the arithmetic needs. */
  private record Fold(
      String norm,
      String layer,
      String biasAdd,
      String kernel,
      String oldBias,
      String newBias,
      String scale,
      String offset,
      String mean,
      String variance,
      double epsilon) {}

  @Override
  public String name() {
    return "fold-batch-norm";
  }

  @Override
  public String description() {
    return "batch norm with fixed statistics goes into the layer before it";
  }

  @Override
  public Rewritten apply(Network network) {
    NodeGraph index = network.graph();
    GraphEdit edit = new GraphEdit(network);
    List<Fold> folds = new ArrayList<>();
    for (NodeDef node : index.nodes()) {
      if (node.getOp().startsWith("FusedBatchNorm")
          && !Attributes.flag(node, "is_training", true)) {
        Fold fold = match(network, index, edit, node);
        if (fold != null) {
          folds.add(fold);
          rewire(network, edit, fold, index);
        }
      }
    }
    return new Rewritten(edit.build(), w -> carry(w, folds));
  }

  /** Walks back from the batch norm to the layer that feeds it and nobody else. */
  private static Fold match(Network network, NodeGraph index, GraphEdit edit, NodeDef norm) {
    NodeDef at = index.node(TensorRef.nodeOf(norm.getInput(0)));
    NodeDef biasAdd = null;
    while (feedsOne(network, index, at)) {
      if (at.getOp().equals("ExpandDims")) {
        at = index.node(TensorRef.nodeOf(at.getInput(0)));
      } else if (at.getOp().equals("BiasAdd") && biasAdd == null) {
        biasAdd = at;
        at = index.node(TensorRef.nodeOf(at.getInput(0)));
      } else {
        break;
      }
    }
    boolean layer = Set.of("Conv2D", "DepthwiseConv2dNative", "MatMul").contains(at.getOp());
    if (!layer || !feedsOne(network, index, at) || Attributes.flag(at, "transpose_b", false)) {
      return null;
    }
    String kernel = unmasked(index, at, 1);
    String oldBias = biasAdd == null ? "" : unmasked(index, biasAdd, 1);
    if (kernel == null || oldBias == null) {
      return null;
    }
    String[] statistics = new String[4];
    for (int i = 0; i < 4; i++) {
      statistics[i] = unmasked(index, norm, i + 1);
      if (statistics[i] == null) {
        return null;
      }
    }
    Shape shape = network.parameter(kernel).shape();
    boolean depthwise = at.getOp().equals("DepthwiseConv2dNative");
    // The kernel of a depthwise layer holds its outputs along its last two axes.
    if (shape.last() * (depthwise ? shape.dim(2) : 1)
        != network.parameter(statistics[0]).shape().dim(0)) {
      return null; // the layer's channels are not the ones that are normed
    }
    String stem = kernel.endsWith("/kernel") ? kernel.substring(0, kernel.length() - 7) : kernel;
    return new Fold(
        norm.getName(),
        at.getName(),
        biasAdd == null ? "" : biasAdd.getName(),
        kernel,
        oldBias,
        oldBias.isEmpty() ? edit.unused(stem + "/bias") : oldBias,
        statistics[0],
        statistics[1],
        statistics[2],
        statistics[3],
        Attributes.real(norm, "epsilon", DEFAULT_EPSILON));
  }

  private static boolean feedsOne(Network network, NodeGraph index, NodeDef node) {
    return index.consumers(node.getName()).size() == 1
        && !network.outputNodes().contains(node.getName());
  }

  /** The parameter that an input reads straight from its variable, alone; or null. */
  private static String unmasked(NodeGraph index, NodeDef node, int input) {
    NodeDef read = index.node(TensorRef.nodeOf(node.getInput(input)));
    if (!read.getOp().equals("ReadVariableOp") || index.consumers(read.getName()).size() != 1) {
      return null;
    }
    return index.parameterBehind(TensorRef.parse(node.getInput(input)));
  }

  private static void rewire(Network network, GraphEdit edit, Fold fold, NodeGraph index) {
    TensorRef normed = TensorRef.of(fold.norm());
    edit.redirect(normed, TensorRef.parse(edit.node(fold.norm()).getInput(0)), "");
    if (!fold.oldBias().isEmpty()) {
      return;
    }
    int channels = network.parameter(fold.scale()).shape().dim(0);
    Parameter bias =
        new Parameter(fold.newBias(), Shape.of(channels), ParameterKind.BIAS, Initializer.zeros());
    String read = GraphBuilder.readName(fold.newBias());
    String sum = edit.unused(fold.layer() + "/bias_add");
    NodeDef layer = index.node(fold.layer());
    NodeDef.Builder add =
        NodeDef.newBuilder()
            .setName(sum)
            .setOp("BiasAdd")
            .addInput(fold.layer())
            .addInput(read)
            .putAttr("T", Attributes.type(DataType.DT_FLOAT));
    if (layer.containsAttr("data_format")) {
      add.putAttr("data_format", layer.getAttrOrThrow("data_format"));
    }
    edit.redirect(TensorRef.of(fold.layer()), TensorRef.of(sum), sum);
    edit.addAfter(
        fold.layer(), GraphBuilder.variable(bias), GraphBuilder.read(fold.newBias()), add.build());
  }

  private static Weights carry(Weights weights, List<Fold> folds) {
    Map<String, ShapedArray> carried = new LinkedHashMap<>(weights.asMap());
    for (Fold f : folds) {
      ShapedArray kernel = weights.get(f.kernel());
      float[] scale = weights.get(f.scale()).values();
      float[] offset = weights.get(f.offset()).values();
      float[] mean = weights.get(f.mean()).values();
      float[] variance = weights.get(f.variance()).values();
      int channels = scale.length;
      double[] factor = new double[channels];
      float[] bias = new float[channels];
      for (int c = 0; c < channels; c++) {
        factor[c] = scale[c] / Math.sqrt(variance[c] + f.epsilon());
        double old = f.oldBias().isEmpty() ? 0 : weights.get(f.oldBias()).values()[c];
        bias[c] = (float) ((old - mean[c]) * factor[c] + offset[c]);
      }
      float[] folded = new float[kernel.values().length];
      for (int i = 0; i < folded.length; i++) {
        folded[i] = (float) (kernel.values()[i] * factor[i % channels]);
      }
      carried.put(f.kernel(), new ShapedArray(kernel.shape(), folded));
      carried.put(f.newBias(), new ShapedArray(Shape.of(channels), bias));
      List.of(f.scale(), f.offset(), f.mean(), f.variance()).forEach(carried::remove);
    }
    return Weights.of(carried);
  }
}
