package org.espalier.graphs.channels;

import java.util.List;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;

/**
 * What one node's rule sees of the labels, and may say of them.
 *
 * @param inputs the labels of its data inputs
 * @param fed for each, whether it depends on what is fed
 * @param silent for each, whether removed channels are zero in it
 */
record NodeLinks(
    LabelSets sets, String node, List<Axes> inputs, List<Boolean> fed, List<Boolean> silent)
    implements Links {
  @Override
  public Axes in(int input) {
    return input < inputs.size() ? inputs.get(input) : Axes.NONE;
  }

  @Override
  public boolean isFed(int input) {
    return input < fed.size() && fed.get(input);
  }

  @Override
  public boolean isSilent(int input) {
    return input < silent.size() && silent.get(input);
  }

  @Override
  public void layer(int[] makes, int[] reads) {
    sets.layer(makes, reads);
  }

  @Override
  public int[] along(int count) {
    return sets.along(count);
  }

  @Override
  public int all(int... labels) {
    return sets.all(labels);
  }

  @Override
  public void couple(int[] labels) {
    if (labels != null) {
      for (int label : labels) {
        sets.sum(label);
      }
    }
  }

  @Override
  public int[] fresh(int count) {
    return sets.fresh(count);
  }

  @Override
  public void part(int[] labels) {
    if (labels != null) {
      sets.part(labels);
    }
  }

  @Override
  public void tie(int[] a, int[] b) {
    if (a == null || b == null) {
      keepWhole(
          a == null ? b : a, "'" + node + "' reads it with channels that nothing is known of");
    } else if (a.length != b.length) {
      String reason = "'" + node + "' joins " + a.length + " channels with " + b.length;
      keepWhole(a, reason);
      keepWhole(b, reason);
    } else {
      for (int i = 0; i < a.length; i++) {
        sets.join(a[i], b[i]);
      }
    }
  }

  @Override
  public void keepWhole(int[] labels, String reason) {
    if (labels != null) {
      for (int label : labels) {
        sets.keepWhole(label, reason);
      }
    }
  }
}
