package org.espalier.savedmodels.imports;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.sessions.Once;
import org.espalier.framework.sessions.TensorFlowRuntime;
import org.espalier.graphs.BadInputException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.OpList;

/** What TensorFlow knows of its ops: their outputs and their attributes. */
final class OpCatalog {
  private static final Once<OpCatalog> TENSORFLOW =
      new Once<>(() -> new OpCatalog(TensorFlowRuntime.ops()));

  private final Map<String, OpDef> ops = new HashMap<>();

  private OpCatalog(OpList list) {
    list.getOpList().forEach(op -> ops.put(op.getName(), op));
  }

  /** The ops of the TensorFlow in this process. */
  static OpCatalog tensorFlow() {
    return TENSORFLOW.get();
  }

  /** Begins to load TensorFlow and to read what it knows, beside what the caller does next. */
  static void ahead() {
    TENSORFLOW.ahead();
  }

  boolean has(String op) {
    return ops.containsKey(op);
  }

  /** Whether TensorFlow knows an op, says that it has no state, and gives it no handle to any. */
  boolean isStateless(String name) {
    OpDef op = ops.get(name);
    return op != null
        && !op.getIsStateful()
        && op.getInputArgList().stream().noneMatch(OpCatalog::isHandle)
        && op.getOutputArgList().stream().noneMatch(OpCatalog::isHandle);
  }

  private static boolean isHandle(OpDef.ArgDef arg) {
    return arg.getIsRef() || arg.getType() == DataType.DT_RESOURCE;
  }

  /** What the op of a node asks of it. */
  Definition definition(NodeDef node) {
    return new Definition(op(node));
  }

  private OpDef op(NodeDef node) {
    OpDef op = ops.get(node.getOp());
    if (op == null) {
      throw bad(
          node, "is of an op that TensorFlow " + TensorFlowRuntime.version() + " does not know");
    }
    return op;
  }

  /** How many tensors a node makes. */
  int outputs(NodeDef node) {
    return definition(node).outputs(node).size();
  }

  /** Where the tensors of a named output begin among all that a node makes. */
  int offset(NodeDef node, String output) {
    List<Definition.Port> ports = definition(node).outputs(node);
    for (int i = 0; i < ports.size(); i++) {
      if (ports.get(i).name().equals(output)) {
        return i;
      }
    }
    throw bad(node, "has no output '" + output + "'");
  }

  /**
   * The attributes that the op has: defaults written out, notes to placers and shape checkers left
   * out. Newer attributes that say what was always so are left out as well.
   */
  Map<String, AttrValue> attributes(NodeDef node) {
    Map<String, AttrValue> complete = new LinkedHashMap<>();
    for (OpDef.AttrDef attr : op(node).getAttrList()) {
      AttrValue value = node.getAttrMap().get(attr.getName());
      if (value != null) {
        complete.put(attr.getName(), value);
      } else if (attr.hasDefaultValue()) {
        complete.put(attr.getName(), attr.getDefaultValue());
      }
    }
    node.getAttrMap()
        .forEach(
            (name, value) -> {
              if (!name.startsWith("_") && !complete.containsKey(name) && !isPlain(value)) {
                throw bad(
                    node,
                    "has the attribute '"
                        + name
                        + "', which TensorFlow "
                        + TensorFlowRuntime.version()
                        + " does not know");
              }
            });
    return complete;
  }

  private static boolean isPlain(AttrValue value) {
    return value.getSerializedSize() == 0
        || value.equals(AttrValue.newBuilder().setB(false).build())
        || value.equals(AttrValue.newBuilder().setI(0).build())
        || value.equals(AttrValue.newBuilder().setS(com.google.protobuf.ByteString.EMPTY).build())
        || (value.hasList() && value.getList().getSerializedSize() == 0);
  }

  static BadInputException bad(NodeDef node, String what) {
    return new BadInputException("node '" + node.getName() + "' (" + node.getOp() + ") " + what);
  }
}
