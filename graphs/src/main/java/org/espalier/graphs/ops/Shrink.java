package org.espalier.graphs.ops;

/** What a rule may change in its node after channels were removed. */
public interface Shrink {
  /** The labels of a data input before the cut. */
  Axes in(int input);

  /** The labels of an output before the cut. */
  Axes out(int output);

  /** How many of the labels stay; null labels are not allowed. */
  int kept(int[] labels, int from, int to);

  /** Puts other numbers in the place of a small integer constant that the node reads. */
  void replaceIntegers(int input, int[] values);
}
