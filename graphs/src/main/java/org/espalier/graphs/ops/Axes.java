package org.espalier.graphs.ops;

/**
 * Who lives at each index of each axis of a tensor. A label stands for one channel of the network;
 * wherever the same label appears, the same channel is meant. A label may stand for several at once
 * ({@link Links#all}): its index goes as soon as one of them goes. No labels on an axis means that
 * nothing can be removed along it.
 */
public final class Axes {
  /** Nothing can be removed along any axis. */
  public static final Axes NONE = new Axes(new int[0][]);

  private final int[][] labels;

  private Axes(int[][] labels) {
    this.labels = labels;
  }

  public static Axes of(int[]... labels) {
    return new Axes(labels.clone());
  }

  /** Labels on one axis only. */
  public static Axes only(int rank, int axis, int[] labels) {
    int[][] all = new int[rank][];
    all[axis] = labels;
    return new Axes(all);
  }

  /** The label of each index along the axis, or null. Do not change it. */
  public int[] get(int axis) {
    return axis < labels.length ? labels[axis] : null;
  }

  public int rank() {
    return labels.length;
  }
}
