package org.espalier.graphs.ops;

import java.util.Map;
import org.espalier.graphs.Shape;
import org.tensorflow.proto.AttrValue;

/** What a rule may change in its node after channels were removed. */
public interface Shrink {
  /** The labels of a data input before the cut. */
  Axes in(int input);

  /** The labels of an output before the cut. */
  Axes out(int output);

  /** How many of the labels stay; null labels are not allowed. */
  int kept(int[] labels, int from, int to);

  /**
   * Puts other numbers in the place of a small integer tensor that the node reads: constants behind
   * it are replaced, for this node only. Numbers that are only known at run time follow on their
   * own.
   */
  void replaceIntegers(int input, int[] values);

  /** The tensor that the node reads at a data input. */
  String input(int input);

  /** Lets the node read another tensor at a data input. */
  void setInput(int input, String tensor);

  /** Adds a constant of 32-bit integers beside the node; returns its tensor. */
  String constant(String name, Shape shape, int... values);

  /** Makes the node one of another op, with the same outputs. */
  void become(String op, Map<String, AttrValue> attributes, String... inputs);
}
