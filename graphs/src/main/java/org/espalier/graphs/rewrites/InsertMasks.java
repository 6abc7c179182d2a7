package org.espalier.graphs.rewrites;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Each masked parameter {@code w} is read as {@code w * mask}, with the mask in a variable of its
 * own. Gradients are masked by construction, and a mask can change between steps as data: see
 * {@link Masks#put}. A parameter that has a mask already keeps it. Carried weights get masks of
 * ones.
 */
public final class InsertMasks implements GraphRewrite {
  private final Set<String> masked;

  /** Masks the named parameters. */
  public InsertMasks(Set<String> parameters) {
    this.masked = Set.copyOf(parameters);
  }

  /** Masks every convolution and dense kernel. */
  public static InsertMasks onKernels(Network network) {
    return new InsertMasks(
        network.parameters(ParameterKind::isKernel).stream()
            .map(Parameter::name)
            .collect(java.util.stream.Collectors.toSet()));
  }

  @Override
  public String name() {
    return "insert-masks";
  }

  @Override
  public String description() {
    return "named parameters are read through masks";
  }

  @Override
  public Rewritten apply(Network network) {
    masked.forEach(network::parameter); // an unknown name is an error
    GraphEdit edit = new GraphEdit(network);
    Map<String, ShapedArray> ones = new TreeMap<>();
    for (Parameter p : network.parameters()) {
      String mask = Masks.nameFor(p.name());
      if (!masked.contains(p.name()) || edit.node(mask) != null) {
        continue;
      }
      String read = GraphBuilder.readName(p.name());
      if (edit.node(read) == null) {
        throw new BadInputException("parameter '" + p.name() + "' is not read by a '" + read + "'");
      }
      Parameter variable = new Parameter(mask, p.shape(), ParameterKind.MASK, Initializer.ones());
      NodeDef product =
          NodeDef.newBuilder()
              .setName(p.name() + "/masked")
              .setOp("Mul")
              .addInput(read)
              .addInput(GraphBuilder.readName(mask))
              .putAttr("T", Attributes.type(DataType.DT_FLOAT))
              .putAttr(NodeGraph.MASKED, Attributes.flag(true))
              .build();
      edit.redirect(TensorRef.of(read), TensorRef.of(product.getName()), "");
      edit.addAfter(read, GraphBuilder.variable(variable), GraphBuilder.read(mask), product);
      ones.put(mask, ShapedArray.filled(p.shape(), 1f));
    }
    UnaryOperator<Weights> carry = w -> w.with(Weights.of(ones));
    return new Rewritten(edit.build(), carry);
  }
}
