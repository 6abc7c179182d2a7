package org.espalier.graphs;

/** One output of one node; written {@code node} or {@code node:1} as in a graph's inputs. */
public record TensorRef(String node, int output) {

  public static TensorRef of(String node) {
    return new TensorRef(node, 0);
  }

  /** Reads a data input of a node. Control inputs ({@code ^node}) are not tensors. */
  public static TensorRef parse(String input) {
    int colon = input.lastIndexOf(':');
    if (colon < 0) {
      return new TensorRef(input, 0);
    }
    try {
      return new TensorRef(input.substring(0, colon), Integer.parseInt(input.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new BadInputException("'" + input + "' is not the name of a tensor", e);
    }
  }

  public static boolean isControl(String input) {
    return input.startsWith("^");
  }

  /** The node that an input, data or control, comes from. */
  public static String nodeOf(String input) {
    return isControl(input) ? input.substring(1) : parse(input).node();
  }

  @Override
  public String toString() {
    return output == 0 ? node : node + ":" + output;
  }
}
