package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.NodeGraph;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Loops, and branches that are decided at run time, stay one node each, with the functions that it
 * runs. Where these take variables to read them, they take the values instead: a network reads its
 * parameters itself. What they do beside computing their results is left out.
 */
final class KeptFunctions {
  /** Ops with functions, and which of their attributes list the types of what these take. */
  private static final Map<String, String> TYPES =
      Map.of(
          "While", "T",
          "StatelessWhile", "T",
          "If", "Tin",
          "StatelessIf", "Tin",
          "Case", "Tin",
          "StatelessCase", "Tin",
          "PartitionedCall", "Tin",
          "StatefulPartitionedCall", "Tin");

  /** Ops with a handle to tensors that live for one run. */
  private static final String ARRAY = "TensorArray";

  private static final Set<String> KEPT =
      Set.of("While", "StatelessWhile", "If", "StatelessIf", "Case", "StatelessCase");

  private final Map<String, FunctionDef> library;

  /** Functions as they are kept, by name. */
  private final Map<String, FunctionDef> written = new LinkedHashMap<>();

  private final Set<String> open = new HashSet<>();

  private KeptFunctions(Map<String, FunctionDef> library) {
    this.library = library;
  }

  /** Whether a node is a loop or a branch that can stay. */
  static boolean isKept(NodeDef node) {
    return KEPT.contains(node.getOp());
  }

  /** Whether a node makes a handle that functions may have. */
  static boolean isArray(NodeDef node) {
    return node.getOp().equals(ARRAY + "V3");
  }

  /**
   * The node with its functions.
   *
   * @param values the types of the inputs that were variables and are their values, by input; those
   *     that are handles to arrays of tensors stay resources
   */
  static NodeDef of(NodeDef node, Map<Integer, DataType> values, Map<String, FunctionDef> library) {
    KeptFunctions kept = new KeptFunctions(library);
    NodeDef.Builder changed = node.toBuilder();
    kept.rewrite(changed, values);
    FunctionDefLibrary functions =
        FunctionDefLibrary.newBuilder().addAllFunction(kept.written.values()).build();
    return changed
        .putAttr(NodeGraph.FUNCTIONS, AttrValue.newBuilder().setS(functions.toByteString()).build())
        .build();
  }

  /** How many inputs come before those that its functions take. */
  private static int own(NodeDef.Builder node) {
    return node.getOp().endsWith("If") || node.getOp().endsWith("Case") ? 1 : 0;
  }

  /** Lets a node with functions take values, and its functions too. */
  private void rewrite(NodeDef.Builder node, Map<Integer, DataType> values) {
    Map<Integer, DataType> taken = new TreeMap<>();
    values.forEach((input, type) -> taken.put(input - own(node), type));
    boolean loop = node.getOp().endsWith("While");
    retype(node, TYPES.get(node.getOp()), taken);
    if (loop) {
      AttrValue shapes = node.getAttrMap().get("output_shapes");
      if (shapes != null && shapes.getList().getShapeCount() > 0) {
        AttrValue.Builder told = shapes.toBuilder();
        taken.keySet().forEach(i -> told.getListBuilder().setShape(i, unknown()));
        node.putAttr("output_shapes", told.build());
      }
    }
    for (Map.Entry<String, AttrValue> attr : Map.copyOf(node.getAttrMap()).entrySet()) {
      AttrValue.Builder value = attr.getValue().toBuilder();
      if (value.hasFunc()) {
        value.getFuncBuilder().setName(function(node, value.getFunc().getName(), taken));
      }
      for (int i = 0; i < value.getList().getFuncCount(); i++) {
        String name = value.getList().getFunc(i).getName();
        value.getListBuilder().getFuncBuilder(i).setName(function(node, name, taken));
      }
      node.putAttr(attr.getKey(), value.build());
    }
  }

  private static void retype(NodeDef.Builder node, String attr, Map<Integer, DataType> taken) {
    AttrValue.Builder types = node.getAttrOrThrow(attr).toBuilder();
    for (Map.Entry<Integer, DataType> value : taken.entrySet()) {
      if (value.getKey() < 0 || value.getKey() >= types.getList().getTypeCount()) {
        throw OpCatalog.bad(node.build(), "does not say what types it reads");
      }
      types.getListBuilder().setType(value.getKey(), value.getValue());
    }
    node.putAttr(attr, types.build());
  }

  private static TensorShapeProto unknown() {
    return TensorShapeProto.newBuilder().setUnknownRank(true).build();
  }

  /** The name of a function that takes values. */
  private String function(NodeDef.Builder caller, String name, Map<Integer, DataType> values) {
    FunctionDef f = library.get(name);
    if (f == null) {
      throw OpCatalog.bad(
          caller.build(), "calls function '" + name + "', which is not in the library");
    }
    StringBuilder kept = new StringBuilder(name);
    values.forEach((i, type) -> kept.append("_").append(i).append("_").append(type.getNumber()));
    if (!open.add(kept.toString())) {
      throw OpCatalog.bad(caller.build(), "calls function '" + name + "', which calls itself");
    }
    if (!written.containsKey(kept.toString())) {
      FunctionDef rewritten = new Rewriting(caller.build(), f, values).of(kept.toString());
      written.put(kept.toString(), rewritten);
    }
    open.remove(kept.toString());
    return kept.toString();
  }

  /** One function. */
  private final class Rewriting {
    private final NodeDef caller;
    private final FunctionDef f;
    private final Map<String, NodeDef> nodes = new HashMap<>();

    /** The tensors that were variables, with the types of their values. */
    private final Map<String, DataType> values = new HashMap<>();

    /** Reads, whose results have another name than those of the identities that they become. */
    private final Set<String> reads = new HashSet<>();

    private final Map<String, NodeDef> done = new LinkedHashMap<>();

    Rewriting(NodeDef caller, FunctionDef f, Map<Integer, DataType> taken) {
      this.caller = caller;
      this.f = f;
      f.getNodeDefList().forEach(n -> nodes.put(n.getName(), n));
      for (int i = 0; i < f.getSignature().getInputArgCount(); i++) {
        OpDef.ArgDef arg = f.getSignature().getInputArg(i);
        if (taken.containsKey(i)) {
          values.put(arg.getName(), taken.get(i));
        } else if (arg.getType() == DataType.DT_RESOURCE) {
          throw OpCatalog.bad(caller, "hands on '" + arg.getName() + "', which is no variable");
        }
      }
    }

    FunctionDef of(String name) {
      FunctionDef.Builder changed =
          f.toBuilder()
              .clearControlRet()
              .clearArgAttr()
              .clearAttr() // shapes of handles among them
              .clearResourceArgUniqueId()
              .clearNodeDef()
              .clearRet();
      changed.getSignatureBuilder().setName(name).clearControlOutput();
      Map<String, String> results = new LinkedHashMap<>();
      for (OpDef.ArgDef.Builder out : changed.getSignatureBuilder().getOutputArgBuilderList()) {
        String tensor = f.getRetOrDefault(out.getName(), "");
        String result = tensor(tensor);
        results.put(out.getName(), result);
        if (values.containsKey(tensor)) {
          out.setType(values.get(tensor));
        }
      }
      for (OpDef.ArgDef.Builder in : changed.getSignatureBuilder().getInputArgBuilderList()) {
        if (values.containsKey(in.getName())) {
          in.setType(values.get(in.getName())).clearHandleData();
        }
      }
      return changed.putAllRet(results).addAllNodeDef(done.values()).build();
    }

    /** A tensor by its name in the function as it is written, with all that it needs. */
    private String tensor(String tensor) {
      String name = tensor.split(":", 2)[0];
      NodeDef node = nodes.get(name);
      if (node == null) {
        return tensor;
      }
      if (!done.containsKey(name)) {
        done.put(name, written(node));
      }
      return reads.contains(name) ? name + ":output:0" : tensor;
    }

    private NodeDef written(NodeDef node) {
      List<String> data = new ArrayList<>();
      List<String> order = new ArrayList<>();
      Map<Integer, DataType> taken = new TreeMap<>();
      for (String input : node.getInputList()) {
        if (input.startsWith("^")) {
          if (LoopFunction.isPivot(nodes.get(input.substring(1)), nodes::get)) {
            tensor(input.substring(1));
            order.add(input);
          }
        } else {
          String read = tensor(input);
          if (values.containsKey(input)) {
            taken.put(data.size(), values.get(input));
          }
          data.add(read);
        }
      }
      NodeDef.Builder changed =
          node.toBuilder().clearInput().addAllInput(data).addAllInput(order).clearDevice();
      FunctionDef called = library.get(node.getOp());
      if (called != null) {
        return changed.setOp(function(changed, node.getOp(), taken)).build();
      }
      if (TYPES.containsKey(node.getOp())) {
        rewrite(changed, taken);
        return changed.build();
      }
      if (taken.isEmpty() || node.getOp().startsWith(ARRAY)) {
        return changed.build();
      }
      DataType type = taken.get(0);
      if (node.getOp().equals("ReadVariableOp") && type != null) {
        reads.add(node.getName());
        return identity(node.getName(), data.get(0), type);
      }
      if (node.getOp().equals("Identity") && type != null) {
        values.put(node.getName() + ":output:0", type);
        return identity(node.getName(), data.get(0), type);
      }
      if (node.getOp().equals("Switch") && type != null) {
        values.put(node.getName() + ":output_false:0", type);
        values.put(node.getName() + ":output_true:0", type);
        return changed.putAttr("T", Attributes.type(type)).build();
      }
      throw new BadInputException(
          "node '"
              + node.getName()
              + "' ("
              + node.getOp()
              + ") within '"
              + caller.getName()
              + "' does more with a variable than to read it");
    }

    private static NodeDef identity(String name, String of, DataType type) {
      return NodeDef.newBuilder()
          .setName(name)
          .setOp("Identity")
          .addInput(of)
          .putAttr("T", Attributes.type(type))
          .build();
    }
  }
}
