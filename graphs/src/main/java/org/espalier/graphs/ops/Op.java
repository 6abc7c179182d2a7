package org.espalier.graphs.ops;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Shape;
import org.tensorflow.proto.NodeDef;

/** A node as a rule sees it: its attributes, and what is known of its data inputs. */
public record Op(NodeDef node, List<TensorFacts> inputs) {
  /** Marks a channel selection: Liu et al. 2017, Network Slimming, section 3 (cross layer). */
  public static final String SELECTION = "_selection";

  public String name() {
    return node.getName();
  }

  /** What is known of a data input; fails if there is none. */
  public TensorFacts input(int input) {
    if (input >= inputs.size()) {
      throw bad("has " + inputs.size() + " inputs, expected at least " + (input + 1));
    }
    return inputs.get(input);
  }

  /** The shape of a data input; fails if its rank is unknown. */
  public Shape shape(int input) {
    return input(input).shape().orElseThrow(() -> bad("has an input of unknown rank"));
  }

  /**
   * The shape of a data input that must have a given rank. Of unknown rank, it is taken to have.
   */
  public Shape shape(int input, int rank) {
    Shape shape = input(input).shape().orElse(new Shape(Collections.nCopies(rank, Shape.UNKNOWN)));
    if (shape.rank() != rank) {
      throw bad("expects rank " + rank + " at input " + input + ", found shape " + shape);
    }
    return shape;
  }

  /** Whether the rank of every data input is known. */
  public boolean isRanked() {
    return inputs.stream().allMatch(i -> i.shape().isPresent());
  }

  /** The values of a data input that the graph must fix. */
  public int[] integers(int input) {
    return input(input).known().orElseThrow(() -> bad("has a shape known only at run time"));
  }

  /** Whether the graph fixes the values of a data input. */
  public boolean knows(int input) {
    return input(input).known().isPresent();
  }

  /** An axis counted from the front; fails if the rank does not have it. */
  public int axis(int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw bad("works along axis " + axis + " of a tensor of rank " + rank);
    }
    return axis < 0 ? axis + rank : axis;
  }

  /** Whether the node works on tensors of images, or of volumes, channels last or first. */
  public boolean isImages() {
    return isImages(0);
  }

  /** The same of one that reads them at a given input. */
  public boolean isImages(int input) {
    return Set.of("NHWC", "NCHW", "NDHWC", "NCDHW").contains(format())
        && inputs.get(input).shape().map(s -> s.rank() == imageRank()).orElse(true);
  }

  private String format() {
    boolean volumes = node.getOp().contains("3D");
    return Attributes.text(node, "data_format", volumes ? "NDHWC" : "NHWC");
  }

  /** The rank of its images, 4, or of its volumes, 5. */
  public int imageRank() {
    return format().length();
  }

  /** Where the channels are in a tensor of images, or of volumes. */
  public int channelAxis() {
    return switch (format()) {
      case "NCHW", "NCDHW" -> 1;
      case "NDHWC" -> 4;
      default -> 3;
    };
  }

  /** Where the rows (of volumes: the planes) are in such a tensor; columns come next. */
  public int rowAxis() {
    return channelAxis() == 1 ? 2 : 1;
  }

  public BadInputException bad(String what) {
    return new BadInputException("node '" + name() + "' (" + node.getOp() + ") " + what);
  }
}
