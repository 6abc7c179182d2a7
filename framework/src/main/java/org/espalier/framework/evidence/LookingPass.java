package org.espalier.framework.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.data.Batch;
import org.espalier.framework.sessions.Call;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.training.ForwardGraph;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * The nodes that take out of some tensors what is seen at random places, and what they are fed.
 * Only that leaves TensorFlow, and never a whole feature map.
 */
final class LookingPass {
  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  /** A look with its nodes. */
  private static final class Point {
    private final Look look;
    private final String at;
    private TensorRef gathered;

    /** Of what is read and of the map: rows, columns, values. Known after the first image. */
    private int[] in;

    private int[] map;

    Point(Look look, int number) {
      this.look = look;
      this.at = OpenGraph.OWN + "look/" + number;
    }

    private String fed(String what) {
      return at + "/" + what;
    }

    private TensorRef shape(String what) {
      return TensorRef.of(at + "/" + what + "_shape");
    }
  }

  private final List<Point> points = new ArrayList<>();
  private final Places places;

  private LookingPass(List<Look> looks, Places places) {
    for (Look look : looks) {
      points.add(new Point(look, points.size()));
    }
    this.places = places;
  }

  /** Adds the nodes for some looks to a graph. */
  static LookingPass addTo(ForwardGraph forward, List<Look> looks, Places places) {
    LookingPass pass = new LookingPass(looks, places);
    for (Point p : pass.points) {
      write(forward.graph(), p);
    }
    return pass;
  }

  private static void write(GraphBuilder g, Point p) {
    shape(g, p.shape("in").node(), p.look.tensor());
    shape(g, p.shape("map").node(), p.look.map());
    String values = p.look.tensor().toString();
    if (p.look.window().layout() == Window.Layout.VECTORS) {
      String target = g.placeholder(p.fed("target"), DataType.DT_INT32, Shape.of(4));
      values =
          g.add("Reshape", p.at + "/mapped", Map.of("T", FLOAT, "Tshape", INT), values, target);
    } else if (p.look.window().layout() == Window.Layout.CHANNELS_FIRST) {
      String order = g.constant(p.at + "/order", Shape.of(4), 0, 2, 3, 1);
      values =
          g.add("Transpose", p.at + "/turned", Map.of("T", FLOAT, "Tperm", INT), values, order);
    }
    if (!p.look.window().isPoint()) {
      String zeros = g.placeholder(p.fed("zeros"), DataType.DT_INT32, Shape.of(4, 2));
      values = g.add("Pad", p.at + "/padded", Map.of("T", FLOAT, "Tpaddings", INT), values, zeros);
    }
    String indices = g.placeholder(p.fed("indices"), DataType.DT_INT32, Shape.of(Shape.UNKNOWN, 3));
    p.gathered =
        TensorRef.of(
            g.add(
                "GatherNd",
                p.at + "/seen",
                Map.of("Tparams", FLOAT, "Tindices", INT),
                values,
                indices));
  }

  private static void shape(GraphBuilder g, String name, TensorRef of) {
    g.add("Shape", name, Map.of("T", FLOAT, "out_type", INT), of.toString());
  }

  /**
   * Asks how large all tensors are, of one image.
   *
   * @param call with the image fed
   */
  void measure(Call call) {
    for (Point p : points) {
      call.fetch(p.shape("in")).fetch(p.shape("map"));
    }
    Map<TensorRef, ShapedArray> shapes = call.run();
    for (Point p : points) {
      Window.Layout layout = p.look.window().layout();
      p.in = sizes(shapes.get(p.shape("in")).values(), layout);
      p.map = sizes(shapes.get(p.shape("map")).values(), layout);
    }
  }

  /** Rows, columns and values of a place. */
  private static int[] sizes(float[] shape, Window.Layout layout) {
    int last = (int) shape[shape.length - 1];
    return switch (layout) {
      case CHANNELS_LAST -> new int[] {(int) shape[1], (int) shape[2], last};
      case CHANNELS_FIRST -> new int[] {(int) shape[2], last, (int) shape[1]};
      case VECTORS -> {
        int vectors = 1;
        for (int axis = 0; axis < shape.length - 1; axis++) {
          vectors *= (int) shape[axis];
        }
        yield new int[] {vectors, 1, last};
      }
    };
  }

  /**
   * Looks.
   *
   * @param call with the batch fed
   * @param first the number of its first image in the sample
   */
  Seen seen(Call call, Batch batch, int first) {
    for (Point p : points) {
      feed(call, p, batch.size(), first);
      call.fetch(p.gathered);
    }
    Map<TensorRef, ShapedArray> fetched = call.run();
    Map<Look, ShapedArray> values = new LinkedHashMap<>();
    for (Point p : points) {
      int each = p.look.window().size() * p.in[2];
      float[] all = fetched.get(p.gathered).values();
      values.put(p.look, new ShapedArray(Shape.of(all.length / each, each), all));
    }
    return new Seen(first, batch.size(), values);
  }

  private void feed(Call call, Point p, int images, int first) {
    Window w = p.look.window();
    if (w.layout() == Window.Layout.VECTORS) {
      ints(call, p.fed("target"), Shape.of(4), images, p.in[0], 1, p.in[2]);
    }
    if (!w.isPoint()) {
      int top = w.rows().before(p.in[0], p.map[0]);
      int bottom = w.rows().behind(p.in[0], p.map[0]);
      int left = w.columns().before(p.in[1], p.map[1]);
      int right = w.columns().behind(p.in[1], p.map[1]);
      ints(call, p.fed("zeros"), Shape.of(4, 2), 0, 0, top, bottom, left, right, 0, 0);
    }
    indices(call, p, images, first);
  }

  /** Where the values of all places are, in the padded tensor. */
  private void indices(Call call, Point p, int images, int first) {
    Window w = p.look.window();
    int all = p.map[0] * p.map[1];
    int[] indices = new int[images * places.of(all) * w.size() * 3];
    int next = 0;
    for (int i = 0; i < images; i++) {
      for (int place : places.of(first + i, all)) {
        int row = place / p.map[1] * w.rows().stride();
        int column = place % p.map[1] * w.columns().stride();
        for (int k = 0; k < w.size(); k++) {
          indices[next++] = i;
          indices[next++] = row + k / w.columns().size() * w.rows().dilation();
          indices[next++] = column + k % w.columns().size() * w.columns().dilation();
        }
      }
    }
    ints(call, p.fed("indices"), Shape.of(next / 3, 3), indices);
  }

  private static void ints(Call call, String tensor, Shape shape, int... values) {
    float[] numbers = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      numbers[i] = values[i]; // far below what a float32 holds exactly
    }
    call.feed(tensor, new ShapedArray(shape, numbers), DataType.DT_INT32);
  }
}
