package org.espalier.graphs.rewrites;

import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.OpRules;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Batch norm that is written out, {@code x * inv + (offset - mean * inv)} with {@code inv =
 * rsqrt(variance + epsilon) * scale}, as Keras 3 exports it, becomes one op; and a bias that is
 * reshaped first is read as it is. Then batch norm can be folded, and trained. A missing scale or
 * offset becomes a parameter of ones or zeros.
 */
public final class FuseBatchNorm implements GraphRewrite {
  private final OpRules rules;

  @Inject
  public FuseBatchNorm(OpRules rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "fuse-batch-norm";
  }

  @Override
  public String description() {
    return "batch norm that is written out becomes one op, reshaped biases are read as they are";
  }

  @Override
  public Rewritten apply(Network network) {
    GraphFacts facts = GraphFacts.of(network, rules);
    BatchNormPatterns patterns = new BatchNormPatterns(network, facts);
    GraphEdit edit = new GraphEdit(network);
    Map<String, ShapedArray> added = new LinkedHashMap<>();
    for (NodeDef node : facts.order()) {
      Optional<BatchNormPatterns.Written> norm = patterns.norm(node);
      if (norm.isPresent()) {
        fuse(edit, node, norm.get(), added);
      } else {
        patterns.bias(node).ifPresent(bias -> plain(edit, facts, node, bias));
      }
    }
    UnaryOperator<Weights> carry = w -> w.with(Weights.of(added));
    return new Rewritten(edit.build(), carry);
  }

  private static void fuse(
      GraphEdit edit, NodeDef sum, BatchNormPatterns.Written n, Map<String, ShapedArray> added) {
    AttrValue type = Attributes.type(DataType.DT_FLOAT);
    Map<String, AttrValue> attributes = new LinkedHashMap<>();
    attributes.put("T", type);
    attributes.put("U", type);
    attributes.put("epsilon", Attributes.real(n.epsilon()));
    attributes.put("exponential_avg_factor", Attributes.real(1f));
    attributes.put("data_format", Attributes.text(n.channelsFirst() ? "NCHW" : "NHWC"));
    attributes.put("is_training", Attributes.flag(false));
    String scale = n.scale();
    if (scale.isEmpty()) {
      scale = parameter(edit, sum.getName(), "scale", ParameterKind.BN_SCALE, n, added);
    }
    String offset = n.offset();
    if (offset.isEmpty()) {
      offset = parameter(edit, sum.getName(), "offset", ParameterKind.BN_OFFSET, n, added);
    }
    edit.become(
        sum.getName(),
        "FusedBatchNormV3",
        attributes,
        List.of(
            n.image().toString(),
            GraphBuilder.readName(scale),
            GraphBuilder.readName(offset),
            GraphBuilder.readName(n.mean()),
            GraphBuilder.readName(n.variance())));
  }

  private static String parameter(
      GraphEdit edit,
      String at,
      String title,
      ParameterKind kind,
      BatchNormPatterns.Written norm,
      Map<String, ShapedArray> added) {
    float value = kind == ParameterKind.BN_SCALE ? 1f : 0f;
    String name = edit.unused(at + "/" + title);
    Shape shape = Shape.of(norm.channels());
    Parameter p = new Parameter(name, shape, kind, new Initializer.Constant(value));
    edit.addBefore(at, GraphBuilder.variable(p), GraphBuilder.read(name));
    added.put(name, ShapedArray.filled(shape, value));
    return name;
  }

  private static void plain(GraphEdit edit, GraphFacts facts, NodeDef sum, String bias) {
    if (sum.getOp().equals("BiasAdd")) {
      edit.set(sum.getName(), 1, GraphBuilder.readName(bias));
      return;
    }
    TensorRef image = TensorRef.parse(sum.getInput(0));
    NodeDef layer = facts.graph().node(image.node());
    edit.become(
        sum.getName(),
        "BiasAdd",
        Map.of(
            "T",
            Attributes.type(DataType.DT_FLOAT),
            "data_format",
            Attributes.text(Attributes.text(layer, "data_format", "NHWC"))),
        List.of(image.toString(), GraphBuilder.readName(bias)));
  }
}
