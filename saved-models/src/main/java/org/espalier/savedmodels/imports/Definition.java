package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * What the definition of an op, TensorFlow's own or that of a function, asks of a node: which
 * attributes, of which kind and among which values, and which tensors.
 */
record Definition(OpDef op) {
  /** More than any graph has; numbers beyond are mistakes. */
  private static final long MOST = 1 << 16;

  /** Each output of a node with a reference to a variable has a type beyond this. */
  private static final int REFERENCE = 100;

  /**
   * A tensor that a node reads or makes.
   *
   * @param name of the argument
   */
  record Port(String name, DataType type, boolean isReference) {}

  /**
   * Checks all that can be seen on a node alone.
   *
   * @throws BadInputException naming the node and what is expected of it
   */
  void check(NodeDef node) {
    for (OpDef.AttrDef attr : op.getAttrList()) {
      check(node, attr);
    }
    int expected = inputs(node).size();
    long found = node.getInputList().stream().filter(i -> !TensorRef.isControl(i)).count();
    if (found != expected) {
      throw OpCatalog.bad(node, "has " + tensors(found) + " to read, expected " + expected);
    }
    if (node.getOp().equals("Const")) {
      constant(node);
    }
    for (AttrValue value : node.getAttrMap().values()) {
      Kinds.tensors(value).forEach(tensor -> Constants.check(tensor, node.getName()));
      Kinds.shapes(value).forEach(shape -> Constants.check(shape, node.getName()));
    }
  }

  private static String tensors(long count) {
    return count == 1 ? "1 tensor" : count + " tensors";
  }

  private static void constant(NodeDef node) {
    DataType type = node.getAttrOrThrow("dtype").getType();
    DataType found = node.getAttrOrThrow("value").getTensor().getDtype();
    if (type != found) {
      throw OpCatalog.bad(
          node, "holds " + word(found) + ", expected " + word(type) + " as its dtype says");
    }
  }

  private static void check(NodeDef node, OpDef.AttrDef attr) {
    AttrValue value = node.getAttrMap().get(attr.getName());
    if (value == null) {
      if (!attr.hasDefaultValue()) {
        throw OpCatalog.bad(node, "has no " + attr.getName() + ", expected " + words(attr));
      }
      return;
    }
    if (!Kinds.isOf(value, attr.getType())) {
      throw bad(node, attr, "found something else");
    }
    long size = Kinds.size(value);
    if (attr.getHasMinimum() && size < attr.getMinimum()) {
      throw OpCatalog.bad(
          node,
          String.format(
              Locale.ROOT,
              "has %s of %d, expected at least %d",
              attr.getName(),
              size,
              attr.getMinimum()));
    }
    for (Object one : Kinds.values(value)) {
      if (one instanceof DataType type && !Kinds.isType(type)) {
        throw bad(node, attr, "found " + word(type));
      }
      if (attr.hasAllowedValues() && !Kinds.values(attr.getAllowedValues()).contains(one)) {
        throw bad(node, attr, "found " + Kinds.word(one));
      }
    }
  }

  private static BadInputException bad(NodeDef node, OpDef.AttrDef attr, String found) {
    return OpCatalog.bad(
        node, "has a wrong " + attr.getName() + ": expected " + words(attr) + ", " + found);
  }

  private static String words(OpDef.AttrDef attr) {
    if (!attr.hasAllowedValues()) {
      return attr.getType();
    }
    return Kinds.values(attr.getAllowedValues()).stream()
        .map(Kinds::word)
        .collect(Collectors.joining(", ", "one of ", ""));
  }

  /** A type as people write it. */
  static String word(DataType type) {
    return type == DataType.UNRECOGNIZED
        ? "an unknown type"
        : type.name().substring("DT_".length()).toLowerCase(Locale.ROOT);
  }

  /** The tensors that a node should read. */
  List<Port> inputs(NodeDef node) {
    return ports(node, op.getInputArgList());
  }

  /** The tensors that a node makes. */
  List<Port> outputs(NodeDef node) {
    return ports(node, op.getOutputArgList());
  }

  private List<Port> ports(NodeDef node, List<OpDef.ArgDef> args) {
    List<Port> ports = new ArrayList<>();
    for (OpDef.ArgDef arg : args) {
      if (!arg.getTypeListAttr().isEmpty()) {
        value(node, arg.getTypeListAttr())
            .getList()
            .getTypeList()
            .forEach(type -> ports.add(port(arg, type)));
        continue;
      }
      DataType type =
          arg.getTypeAttr().isEmpty() ? arg.getType() : value(node, arg.getTypeAttr()).getType();
      long count = arg.getNumberAttr().isEmpty() ? 1 : value(node, arg.getNumberAttr()).getI();
      if (count < 0 || count > MOST) {
        throw OpCatalog.bad(
            node, "has " + arg.getNumberAttr() + " of " + count + ", expected at most " + MOST);
      }
      for (long i = 0; i < count; i++) {
        ports.add(port(arg, type));
      }
    }
    return ports;
  }

  private static Port port(OpDef.ArgDef arg, DataType type) {
    boolean reference = type != DataType.UNRECOGNIZED && type.getNumber() > REFERENCE;
    DataType held = reference ? DataType.forNumber(type.getNumber() - REFERENCE) : type;
    return new Port(arg.getName(), held, reference || arg.getIsRef());
  }

  private AttrValue value(NodeDef node, String name) {
    AttrValue value = node.getAttrMap().get(name);
    if (value != null) {
      return value;
    }
    return op.getAttrList().stream()
        .filter(attr -> attr.getName().equals(name))
        .map(OpDef.AttrDef::getDefaultValue)
        .findFirst()
        .orElse(AttrValue.getDefaultInstance());
  }
}
