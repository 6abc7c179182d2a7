package org.espalier.framework.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.sessions.Call;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * Sums of products over rows that come batch by batch and are not kept: all that least squares
 * needs. Products are TensorFlow's, in double precision; of a symmetric one, half is computed. What
 * comes out depends on the rows and their order, not on how they were handed in.
 */
public final class Moments implements AutoCloseable {
  /** Rows that are multiplied together: enough to be fast. */
  private static final int ROWS = 2048;

  /** Values that wait to be multiplied, at most: 64 MB. */
  private static final int WAITING = 1 << 24;

  /** Columns that are multiplied together. */
  private static final int BLOCK = 1024;

  private static final AttrValue DOUBLE = Attributes.type(DataType.DT_DOUBLE);
  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);
  private static final String INPUTS = OpenGraph.OWN + "inputs";
  private static final String OUTPUTS = OpenGraph.OWN + "outputs";

  /**
   * A product that the graph computes, and where it belongs.
   *
   * @param to whose upper left corner goes to this place of a matrix
   * @param columns of the block
   * @param width of the matrix
   */
  private record Product(TensorRef tensor, double[] to, int at, int columns, int width) {}

  private final int inputs;
  private final int outputs;
  private final double[] squares;
  private final double[] cross;
  private final double[] inputSums;
  private final double[] outputSums;
  private final double[] outputSquares;
  private final float[] waitingInputs;
  private final float[] waitingOutputs;
  private final int capacity;
  private final List<Product> products = new ArrayList<>();
  private final OpenGraph open;
  private int waiting;
  private long rows;

  Moments(int inputs, int outputs, Machine machine) {
    this.inputs = inputs;
    this.outputs = outputs;
    squares = new double[Math.multiplyExact(inputs, inputs)];
    cross = new double[Math.multiplyExact(inputs, outputs)];
    inputSums = new double[inputs];
    outputSums = new double[outputs];
    outputSquares = new double[outputs];
    capacity = Math.max(1, Math.min(ROWS, WAITING / (inputs + outputs)));
    waitingInputs = new float[capacity * inputs];
    waitingOutputs = new float[capacity * outputs];
    open = OpenGraph.prepared(write(), machine, g -> {});
  }

  private NodeGraph write() {
    GraphBuilder g = new GraphBuilder();
    g.placeholder(INPUTS, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, inputs));
    List<String> blocks = new ArrayList<>();
    for (int from = 0; from < inputs; from += BLOCK) {
      blocks.add(block(g, from, Math.min(BLOCK, inputs - from)));
    }
    String y = "";
    if (outputs > 0) {
      g.placeholder(OUTPUTS, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, outputs));
      y = doubles(g, OUTPUTS);
    }
    for (int i = 0; i < blocks.size(); i++) {
      for (int j = i; j < blocks.size(); j++) {
        int columns = Math.min(BLOCK, inputs - j * BLOCK);
        int at = i * BLOCK * inputs + j * BLOCK;
        products.add(product(g, blocks.get(i), blocks.get(j), squares, at, columns, inputs));
      }
      if (outputs > 0) {
        int at = i * BLOCK * outputs;
        products.add(product(g, blocks.get(i), y, cross, at, outputs, outputs));
      }
    }
    return g.build();
  }

  private static String doubles(GraphBuilder g, String tensor) {
    return g.add("Cast", tensor + "/double", Map.of("SrcT", FLOAT, "DstT", DOUBLE), tensor);
  }

  private static String block(GraphBuilder g, int from, int columns) {
    String name = INPUTS + "/" + from;
    String begin = g.constant(name + "/begin", Shape.of(2), 0, from);
    String size = g.constant(name + "/size", Shape.of(2), -1, columns);
    return doubles(g, g.add("Slice", name, Map.of("T", FLOAT, "Index", INT), INPUTS, begin, size));
  }

  private static Product product(
      GraphBuilder g, String a, String b, double[] to, int at, int columns, int width) {
    String made =
        g.add(
            "MatMul",
            a + "/by/" + b,
            Map.of("T", DOUBLE, "transpose_a", Attributes.flag(true)),
            a,
            b);
    return new Product(TensorRef.of(made), to, at, columns, width);
  }

  /**
   * Adds rows.
   *
   * @param x [rows, inputs]
   * @param y [rows, outputs]
   */
  public void add(float[] x, float[] y, int count) {
    if (x.length != count * inputs || y.length != count * outputs) {
      throw new IllegalArgumentException(
          "expected " + count + " rows of " + inputs + " and " + outputs + " values");
    }
    for (int from = 0; from < count; ) {
      int taken = Math.min(capacity - waiting, count - from);
      System.arraycopy(x, from * inputs, waitingInputs, waiting * inputs, taken * inputs);
      System.arraycopy(y, from * outputs, waitingOutputs, waiting * outputs, taken * outputs);
      waiting += taken;
      from += taken;
      if (waiting == capacity) {
        multiply();
      }
    }
  }

  private void multiply() {
    if (waiting == 0) {
      return;
    }
    rows += waiting;
    addSums(waitingInputs, inputs, inputSums, null);
    addSums(waitingOutputs, outputs, outputSums, outputSquares);
    Call call = open.call().feed(INPUTS, waiting(waitingInputs, inputs));
    if (outputs > 0) {
      call.feed(OUTPUTS, waiting(waitingOutputs, outputs));
    }
    Map<TensorRef, Product> wanted = new LinkedHashMap<>();
    products.forEach(p -> wanted.put(p.tensor(), p));
    wanted.keySet().forEach(call::fetch);
    call.doubles().forEach((tensor, product) -> add(wanted.get(tensor), product));
    waiting = 0;
  }

  private ShapedArray waiting(float[] all, int columns) {
    float[] part = waiting == capacity ? all : java.util.Arrays.copyOf(all, waiting * columns);
    return new ShapedArray(Shape.of(waiting, columns), part);
  }

  private void addSums(float[] values, int columns, double[] sums, double[] squared) {
    for (int r = 0; r < waiting; r++) {
      for (int c = 0; c < columns; c++) {
        double value = values[r * columns + c];
        sums[c] += value;
        if (squared != null) {
          squared[c] += value * value;
        }
      }
    }
  }

  private static void add(Product place, double[] product) {
    for (int i = 0; i < product.length; i++) {
      int row = i / place.columns();
      place.to()[place.at() + row * place.width() + i % place.columns()] += product[i];
    }
  }

  /** How many rows were added. */
  public long rows() {
    multiply();
    return rows;
  }

  /** X'X, [inputs, inputs]. Its own memory: change it only when no more rows come. */
  public double[] inputProducts() {
    multiply();
    for (int r = 0; r < inputs; r++) {
      for (int c = 0; c < r; c++) {
        squares[r * inputs + c] = squares[c * inputs + r];
      }
    }
    return squares;
  }

  /** X'Y, [inputs, outputs]. Its own memory. */
  public double[] crossProducts() {
    multiply();
    return cross;
  }

  /** The sum of each input. */
  public double[] inputSums() {
    multiply();
    return inputSums;
  }

  /** The sum of each output. */
  public double[] outputSums() {
    multiply();
    return outputSums;
  }

  /** The sum of squares of each output. */
  public double[] outputSquares() {
    multiply();
    return outputSquares;
  }

  /** Bytes that one takes, nearly. */
  public static long bytes(long inputs, long outputs) {
    return Double.BYTES * inputs * (inputs + outputs) + (long) Float.BYTES * WAITING;
  }

  @Override
  public void close() {
    open.close();
  }
}
