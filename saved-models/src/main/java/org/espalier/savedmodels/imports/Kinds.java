package org.espalier.savedmodels.imports;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** The kinds of values that attributes have, by the names that definitions of ops give them. */
final class Kinds {
  private static final String LIST = "list(";

  private Kinds() {}

  /** Whether a value is of a kind, such as {@code int} or {@code list(type)}. */
  static boolean isOf(AttrValue value, String kind) {
    if (kind.startsWith(LIST)) {
      // No value at all is an empty list.
      return value.getValueCase() == AttrValue.ValueCase.VALUE_NOT_SET
          || value.hasList() && isOf(value.getList(), kind);
    }
    return switch (kind) {
      case "string" -> value.hasS();
      case "int" -> value.hasI();
      case "float" -> value.hasF();
      case "bool" -> value.hasB();
      case "type" -> value.hasType();
      case "shape" -> value.hasShape();
      case "tensor" -> value.hasTensor();
      case "func" -> value.hasFunc();
      default -> true;
    };
  }

  private static boolean isOf(AttrValue.ListValue list, String kind) {
    int all =
        list.getSCount()
            + list.getICount()
            + list.getFCount()
            + list.getBCount()
            + list.getTypeCount()
            + list.getShapeCount()
            + list.getTensorCount()
            + list.getFuncCount();
    return all
        == switch (kind.substring(LIST.length(), kind.length() - 1)) {
          case "string" -> list.getSCount();
          case "int" -> list.getICount();
          case "float" -> list.getFCount();
          case "bool" -> list.getBCount();
          case "type" -> list.getTypeCount();
          case "shape" -> list.getShapeCount();
          case "tensor" -> list.getTensorCount();
          case "func" -> list.getFuncCount();
          default -> all;
        };
  }

  /** A number's value, or the length of a list: what may have a minimum. */
  static long size(AttrValue value) {
    return value.hasI() ? value.getI() : values(value).size();
  }

  /** What a value consists of: itself, or the elements of a list. */
  static List<Object> values(AttrValue value) {
    List<Object> values = new ArrayList<>();
    switch (value.getValueCase()) {
      case S -> values.add(value.getS());
      case TYPE -> values.add(value.getType());
      case LIST -> {
        AttrValue.ListValue list = value.getList();
        values.addAll(list.getSList());
        values.addAll(list.getIList());
        values.addAll(list.getFList());
        values.addAll(list.getBList());
        values.addAll(list.getTypeList());
        values.addAll(list.getShapeList());
        values.addAll(list.getTensorList());
        values.addAll(list.getFuncList());
      }
      default -> {
        // has no allowed values
      }
    }
    return values;
  }

  static List<TensorProto> tensors(AttrValue value) {
    return value.hasTensor() ? List.of(value.getTensor()) : value.getList().getTensorList();
  }

  static List<TensorShapeProto> shapes(AttrValue value) {
    return value.hasShape() ? List.of(value.getShape()) : value.getList().getShapeList();
  }

  /** Whether tensors can have a type; references to variables are none. */
  static boolean isType(DataType type) {
    return type != DataType.UNRECOGNIZED
        && type != DataType.DT_INVALID
        && !type.name().endsWith("_REF");
  }

  /** For people. */
  static String word(Object value) {
    return value instanceof DataType type
        ? Definition.word(type)
        : value instanceof ByteString text ? text.toStringUtf8() : value.toString();
  }
}
