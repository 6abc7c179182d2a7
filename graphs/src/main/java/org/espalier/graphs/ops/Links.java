package org.espalier.graphs.ops;

/** What a rule may say about the channels of a node's inputs. */
public interface Links {
  /** The labels of a data input. */
  Axes in(int input);

  /** New labels: channels that nothing else knows yet. */
  int[] fresh(int count);

  /**
   * New labels for one of several axes that channels are laid out along, as heads and what is in
   * each of them: of each axis, one at least must stay.
   */
  int[] along(int count);

  /** The label of an index that goes as soon as any of these channels goes. */
  int all(int... labels);

  /**
   * The two axes hold the same channels, index by index: they can only be cut together. If one of
   * them cannot be cut, or their lengths differ, neither can.
   */
  void tie(int[] a, int[] b);

  /** Whether a data input depends on what is fed to the network, and is not a parameter. */
  boolean isFed(int input);

  /**
   * Whether a removed channel is zero in a data input if its weights are: no activation or constant
   * made something else of it.
   */
  boolean isSilent(int input);

  /** A layer's kernel makes channels along one of its axes, and reads others along another. */
  void layer(int[] makes, int[] reads);

  /** Several layers make these channels together: the output of a sum, a residual trunk. */
  void couple(int[] labels);

  /**
   * These channels are all that a tensor has along an axis, although they are a part of another's:
   * one of them at least must stay.
   */
  void part(int[] labels);

  /** Nothing can be removed along this axis, for a reason that a person can read. */
  void keepWhole(int[] labels, String reason);

  /**
   * Nothing can be removed along any axis of the input but one: rows and columns, of which nobody
   * would ask.
   */
  default void keepWholeBut(Axes axes, int axis) {
    for (int a = 0; a < axes.rank(); a++) {
      if (a != axis) {
        keepWhole(axes.get(a), "");
      }
    }
  }

  /** Nothing can be removed along any axis of the input. */
  default void keepWhole(Axes axes, String reason) {
    for (int a = 0; a < axes.rank(); a++) {
      keepWhole(axes.get(a), reason);
    }
  }
}
