package org.espalier.framework.files;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Shape;

/**
 * What the header of a {@code .npy} file says: a Python dictionary of three entries.
 *
 * @param fortran whether the first index runs fastest
 */
record NpyHeader(ElementType type, ByteOrder order, boolean fortran, Shape shape) {
  private static final Pattern TYPE = Pattern.compile("['\"]descr['\"]\\s*:\\s*['\"](.*?)['\"]");
  private static final Pattern ORDER =
      Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([^()]*)\\)");
  private static final Map<String, ElementType> TYPES =
      Map.of(
          "f2", ElementType.F16,
          "f4", ElementType.F32,
          "f8", ElementType.F64,
          "u1", ElementType.U8);

  static NpyHeader parse(Path file, String text) {
    Matcher type = TYPE.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!type.find() || !order.find() || !shape.find()) {
      throw Npy.bad(
          file, "a header with descr, fortran_order and shape of a plain array", found(text));
    }
    String code = type.group(1);
    ElementType elements = code.isEmpty() ? null : TYPES.get(code.substring(1));
    if (elements == null || "<>|=".indexOf(code.charAt(0)) < 0) {
      throw Npy.bad(file, "numbers of type float32 (float16, float64, uint8)", "'" + code + "'");
    }
    return new NpyHeader(
        elements,
        code.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        order.group(1).equals("True"),
        shape(file, shape.group(1)));
  }

  private static Shape shape(Path file, String text) {
    try {
      List<Integer> dims = new ArrayList<>();
      for (String dim : text.trim().split("\\s*,\\s*")) {
        if (!dim.isEmpty()) {
          dims.add(Integer.parseUnsignedInt(dim));
        }
      }
      return FloatFile.requireSmall(new Shape(dims));
    } catch (ArithmeticException | IllegalArgumentException | BadInputException e) {
      throw Npy.bad(file, "a shape of less than 2^31 values", "(" + found(text) + ")");
    }
  }

  /** No more of a damaged header than fits on a line or two. */
  private static String found(String text) {
    String line = text.strip().replaceAll("[^ -~]", "?");
    return line.length() <= 120 ? line : line.substring(0, 120) + "…";
  }
}
