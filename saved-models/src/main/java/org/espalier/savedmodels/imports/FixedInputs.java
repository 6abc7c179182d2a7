package org.espalier.savedmodels.imports;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Inputs that are settings, such as the share that dropout keeps, or whether a network is trained:
 * each is a constant from here on, and what it decides is decided.
 */
final class FixedInputs {
  private final MetaGraphDef meta;
  private final Map<String, NodeDef> fixed = new TreeMap<>();

  private FixedInputs(MetaGraphDef meta) {
    this.meta = meta;
  }

  /**
   * The model with constants in the place of inputs, which its signatures have no more.
   *
   * @param signature where names are looked up first
   * @param settings as {@code NAME=VALUE}; a name is one of the signature, or a node's
   * @throws UsageException if there is no such input, or it cannot have that value
   */
  static MetaGraphDef of(MetaGraphDef meta, String signature, List<String> settings) {
    if (settings.isEmpty()) {
      return meta;
    }
    FixedInputs inputs = new FixedInputs(meta);
    for (String setting : settings) {
      int at = setting.indexOf('=');
      inputs.fix(signature, setting.substring(0, at), setting.substring(at + 1));
    }
    return inputs.written();
  }

  private void fix(String signature, String name, String value) {
    Map<String, NodeDef> nodes = new TreeMap<>();
    meta.getGraphDef().getNodeList().forEach(n -> nodes.put(n.getName(), n));
    Map<String, TensorInfo> known = meta.getSignatureDefOrThrow(signature).getInputsMap();
    TensorInfo info = known.get(name);
    NodeDef node = nodes.get(TensorRef.nodeOf(info == null ? name : info.getName()));
    if (node == null || !isInput(node)) {
      TreeSet<String> inputs = new TreeSet<>(known.keySet());
      nodes.values().stream().filter(FixedInputs::isInput).forEach(n -> inputs.add(n.getName()));
      throw UsageException.unknown("input", name, inputs);
    }
    fixed.put(node.getName(), constant(node, value));
  }

  /** An input of one number, if there is one: most likely a setting. */
  static Optional<String> setting(Collection<NodeDef> nodes) {
    return nodes.stream()
        .filter(FixedInputs::isInput)
        .filter(
            n ->
                n.getAttrOrDefault("shape", AttrValue.getDefaultInstance()).getShape().getDimCount()
                    == 0)
        .map(NodeDef::getName)
        .findFirst();
  }

  private static boolean isInput(NodeDef node) {
    return node.getOp().startsWith("Placeholder");
  }

  private static NodeDef constant(NodeDef node, String value) {
    DataType type = node.getAttrOrDefault("dtype", AttrValue.getDefaultInstance()).getType();
    TensorShapeProto told =
        node.getAttrOrDefault("shape", AttrValue.getDefaultInstance()).getShape();
    Shape shape = told.getUnknownRank() ? Shape.of() : Attributes.shape(told);
    if (!shape.isKnown()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "input '%s' has shape %s, so it is no setting and cannot be fixed",
              node.getName(),
              shape));
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDtype(type).setTensorShape(Attributes.shape(shape).getShape());
    if (!set(tensor, type, value.strip())) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "input '%s' cannot be fixed at '%s': it is of type %s",
              node.getName(),
              value,
              type.name().replaceFirst("DT_", "").toLowerCase(Locale.ROOT)));
    }
    return NodeDef.newBuilder()
        .setName(node.getName())
        .setOp("Const")
        .putAttr("dtype", Attributes.type(type))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }

  /** One value stands for all of the tensor. False if the type has no such value. */
  private static boolean set(TensorProto.Builder tensor, DataType type, String value) {
    try {
      switch (type) {
        case DT_FLOAT -> tensor.addFloatVal(Float.parseFloat(value));
        case DT_DOUBLE -> tensor.addDoubleVal(Double.parseDouble(value));
        case DT_INT64 -> tensor.addInt64Val(Long.parseLong(value));
        case DT_INT32 -> tensor.addIntVal(Integer.parseInt(value));
        case DT_INT16 -> tensor.addIntVal(Short.parseShort(value));
        case DT_INT8 -> tensor.addIntVal(Byte.parseByte(value));
        case DT_BOOL -> {
          boolean yes = value.equals("1") || value.equalsIgnoreCase("true");
          if (!yes && !value.equals("0") && !value.equalsIgnoreCase("false")) {
            return false;
          }
          tensor.addBoolVal(yes);
        }
        default -> {
          return false;
        }
      }
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private MetaGraphDef written() {
    MetaGraphDef.Builder changed = meta.toBuilder();
    for (NodeDef.Builder node : changed.getGraphDefBuilder().getNodeBuilderList()) {
      NodeDef constant = fixed.get(node.getName());
      if (constant != null) {
        node.clear().mergeFrom(constant);
      }
    }
    meta.getSignatureDefMap()
        .forEach((name, signature) -> changed.putSignatureDef(name, without(signature)));
    return changed.build();
  }

  private SignatureDef without(SignatureDef signature) {
    SignatureDef.Builder changed = signature.toBuilder();
    signature
        .getInputsMap()
        .forEach(
            (key, info) -> {
              if (fixed.containsKey(TensorRef.nodeOf(info.getName()))) {
                changed.removeInputs(key);
              }
            });
    return changed.build();
  }
}
