package org.espalier.graphs.channels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;

/** Union-find over channel labels: labels in one set are one channel. */
final class LabelSets {
  private int[] parent = new int[1024];
  private int size;

  /** Reasons why a set must stay, by root. Moves along when sets are joined. */
  private final Map<Integer, String> whole = new HashMap<>();

  /** Roots of sets whose channels are sums. */
  private final Set<Integer> sums = new HashSet<>();

  /** Labels as kernels had them when they made channels, and when they read some. */
  private final BitSet makes = new BitSet();

  private final BitSet reads = new BitSet();

  /** Tensors that hold a part of the channels of others. */
  private final List<int[]> parts = new ArrayList<>();

  int[] fresh(int count) {
    if (size + count > parent.length) {
      parent = Arrays.copyOf(parent, Math.max(2 * parent.length, size + count));
    }
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      parent[size] = size;
      labels[i] = size++;
    }
    return labels;
  }

  int root(int label) {
    int root = label;
    while (parent[root] != root) {
      root = parent[root];
    }
    for (int at = label; parent[at] != root; ) {
      int next = parent[at];
      parent[at] = root;
      at = next;
    }
    return root;
  }

  void join(int a, int b) {
    int rootA = root(a);
    int rootB = root(b);
    if (rootA == rootB) {
      return;
    }
    // The older label is the root: it belongs to the layer that data meets first.
    int older = Math.min(rootA, rootB);
    int newer = Math.max(rootA, rootB);
    parent[newer] = older;
    if (sums.remove(newer)) {
      sums.add(older);
    }
    String reason = whole.remove(newer);
    if (reason != null) {
      keepWhole(older, reason);
    }
  }

  /** The first reason that says something stays. */
  void keepWhole(int label, String reason) {
    whole.merge(root(label), reason, (old, added) -> old.isEmpty() ? added : old);
  }

  /** Why the channel must stay: empty text if that is plain, null if it may go. */
  String reason(int label) {
    return whole.get(root(label));
  }

  /** For each channel that is in any, the parts that it is in. */
  Map<Integer, Set<Integer>> parts() {
    Map<Integer, Set<Integer>> in = new HashMap<>();
    for (int p = 0; p < parts.size(); p++) {
      for (int label : parts.get(p)) {
        in.computeIfAbsent(root(label), k -> new LinkedHashSet<>()).add(p);
      }
    }
    return in;
  }

  boolean isSum(int label) {
    return sums.contains(root(label));
  }

  /**
   * What a kernel does with the channels along one of its axes; empty if nothing is known of it.
   */
  Optional<Member.Role> role(int[] labels) {
    boolean makes = Arrays.stream(labels).anyMatch(this.makes::get);
    boolean reads = Arrays.stream(labels).anyMatch(this.reads::get);
    return makes == reads
        ? Optional.empty()
        : Optional.of(makes ? Member.Role.PRODUCER : Member.Role.CONSUMER);
  }

  private static void mark(int[] labels, BitSet in) {
    if (labels != null) {
      Arrays.stream(labels).forEach(in::set);
    }
  }

  /**
   * What one node's rule sees of the labels.
   *
   * @param fed for each data input, whether it depends on what is fed
   */
  Links linksOf(String node, List<Axes> inputs, List<Boolean> fed) {
    return new Links() {
      @Override
      public Axes in(int input) {
        return input < inputs.size() ? inputs.get(input) : Axes.NONE;
      }

      @Override
      public boolean isFed(int input) {
        return input < fed.size() && fed.get(input);
      }

      @Override
      public void layer(int[] makes, int[] reads) {
        mark(makes, LabelSets.this.makes);
        mark(reads, LabelSets.this.reads);
      }

      @Override
      public void couple(int[] labels) {
        if (labels != null) {
          for (int label : labels) {
            sums.add(root(label));
          }
        }
      }

      @Override
      public int[] fresh(int count) {
        return LabelSets.this.fresh(count);
      }

      @Override
      public void part(int[] labels) {
        if (labels != null) {
          parts.add(labels);
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
            join(a[i], b[i]);
          }
        }
      }

      @Override
      public void keepWhole(int[] labels, String reason) {
        if (labels != null) {
          for (int label : labels) {
            LabelSets.this.keepWhole(label, reason);
          }
        }
      }
    };
  }
}
