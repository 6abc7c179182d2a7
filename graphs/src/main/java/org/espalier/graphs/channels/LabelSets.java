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
import java.util.stream.IntStream;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;

/** Union-find over channel labels: labels in one set are one channel. */
final class LabelSets {
  private int[] parent = new int[1024];
  private int size;

  /** Reasons why a set must stay, by root; null for one that may go. Moves along in a join. */
  private String[] whole = new String[parent.length];

  /** Roots of sets whose channels are sums. */
  private final Set<Integer> sums = new HashSet<>();

  /** Labels that stand for several channels, by root. */
  private final Map<Integer, int[]> several = new HashMap<>();

  /** What labels were made of, as it was then. */
  private final Map<Integer, int[]> origins = new HashMap<>();

  /** The same labels, by those that they were made of. */
  private final Map<List<Integer>, Integer> made = new HashMap<>();

  /** Labels that a tensor's channels are laid out along, beside others. */
  private final BitSet along = new BitSet();

  /** Labels as kernels had them when they made channels, and when they read some. */
  private final BitSet makes = new BitSet();

  private final BitSet reads = new BitSet();

  /** Tensors that hold a part of the channels of others. */
  private final List<int[]> parts = new ArrayList<>();

  /** How many labels there are. */
  int size() {
    return size;
  }

  int[] fresh(int count) {
    if (size + count > parent.length) {
      parent = Arrays.copyOf(parent, Math.max(2 * parent.length, size + count));
      whole = Arrays.copyOf(whole, parent.length);
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

  /** The channels that a label stands for, as roots: itself, or those that it was made of. */
  int[] channels(int label) {
    int root = root(label);
    int[] of = several.get(root);
    return of == null
        ? new int[] {root}
        : Arrays.stream(of).flatMap(l -> Arrays.stream(channels(l))).distinct().toArray();
  }

  /** The label of an index that goes when any of these does. */
  int all(int... of) {
    if (of.length == 1) {
      return of[0];
    }
    return made.computeIfAbsent(
        Arrays.stream(of).boxed().toList(),
        key -> {
          int label = fresh(1)[0];
          several.put(label, of.clone());
          origins.put(label, of.clone());
          return label;
        });
  }

  /**
   * The index of one label goes with that of the other. Of labels that stand for several channels,
   * those that both have are left aside and the others are joined one by one; one that stands for a
   * single channel comes to stand for those of the other.
   */
  void join(int a, int b) {
    if (!several.containsKey(root(a)) && !several.containsKey(root(b))) {
      joinRoots(a, b);
      return;
    }
    int[] left = without(channels(a), channels(b));
    int[] right = without(channels(b), channels(a));
    if (left.length == right.length) {
      for (int i = 0; i < left.length; i++) {
        joinRoots(left[i], right[i]);
      }
    } else if (left.length == 1 && right.length > 1) {
      makeSeveral(left[0], right);
    } else if (right.length == 1 && left.length > 1) {
      makeSeveral(right[0], left);
    } else {
      // Whoever has them all must keep them, for the other side would not go along.
      IntStream.concat(IntStream.of(left), IntStream.of(right))
          .forEach(c -> keepWhole(c, "it is laid out in two ways that do not fit"));
    }
  }

  private static int[] without(int[] channels, int[] others) {
    return Arrays.stream(channels)
        .filter(c -> Arrays.stream(others).noneMatch(o -> o == c))
        .toArray();
  }

  private void makeSeveral(int root, int[] channels) {
    several.put(root, channels);
    String reason = whole[root];
    whole[root] = null;
    boolean sum = sums.remove(root);
    for (int channel : channels) {
      if (reason != null) {
        keepWhole(channel, reason);
      }
      if (sum) {
        sums.add(channel);
      }
    }
  }

  private void joinRoots(int a, int b) {
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
    String reason = whole[newer];
    if (reason != null) {
      whole[newer] = null;
      keepWhole(older, reason);
    }
  }

  /** The first reason that says something stays. */
  void keepWhole(int label, String reason) {
    for (int channel : channels(label)) {
      whole[channel] = whole[channel] == null || whole[channel].isEmpty() ? reason : whole[channel];
    }
  }

  /** Why the channel must stay: empty text if that is plain, null if it may go. */
  String reason(int label) {
    return whole[root(label)];
  }

  /** For each channel that is in any, the parts that it is in. */
  Map<Integer, Set<Integer>> parts() {
    Map<Integer, Set<Integer>> in = new HashMap<>();
    for (int p = 0; p < parts.size(); p++) {
      for (int label : parts.get(p)) {
        for (int channel : channels(label)) {
          in.computeIfAbsent(channel, k -> new LinkedHashSet<>()).add(p);
        }
      }
    }
    return in;
  }

  boolean isSum(int label) {
    return sums.contains(root(label));
  }

  /** Whether a channel is one of those that others are laid out along, and no layer's own. */
  boolean isAlong(int label) {
    return along.get(root(label));
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

  /** Labels of a tensor that holds a part of the channels of others. */
  void part(int[] labels) {
    parts.add(labels);
  }

  /** Channels are sums. */
  void sum(int label) {
    for (int channel : channels(label)) {
      sums.add(channel);
    }
  }

  /** Fresh labels that a tensor's channels are laid out along. */
  int[] along(int count) {
    int[] labels = fresh(count);
    along.set(labels[0], labels[0] + count);
    part(labels);
    return labels;
  }

  /** What a kernel makes and reads. */
  void layer(int[] made, int[] read) {
    mark(made, makes);
    mark(read, reads);
  }

  /** The labels and, where they stand for several, those that they were made of. */
  private void mark(int[] labels, BitSet in) {
    if (labels != null) {
      for (int label : labels) {
        in.set(label);
        mark(origins.get(label), in);
      }
    }
  }

  /**
   * Keeps whole what would leave a part without any index although each of its channels has others
   * beside it: parts must be as wide along each of the axes that they are laid out along.
   */
  void keepRaggedParts() {
    for (int[] part : parts) {
      List<int[]> rows = Arrays.stream(part).mapToObj(this::channels).toList();
      int rank = rows.isEmpty() ? 0 : rows.get(0).length;
      long indices = 1;
      for (int i = 0; i < rank; i++) {
        int at = i;
        indices *= rows.stream().filter(r -> r.length > at).map(r -> r[at]).distinct().count();
      }
      long met = rows.stream().map(r -> Arrays.stream(r).boxed().toList()).distinct().count();
      if (rows.stream().anyMatch(r -> r.length > 1)
          && (met != indices || rows.stream().anyMatch(r -> r.length != rank))) {
        rows.forEach(
            r -> Arrays.stream(r).forEach(c -> keepWhole(c, "it is taken apart unevenly")));
      }
    }
  }

  /**
   * What one node's rule sees of the labels.
   *
   * @param fed for each data input, whether it depends on what is fed
   */
  Links linksOf(String node, List<Axes> inputs, List<Boolean> fed) {
    return linksOf(node, inputs, fed, List.of());
  }

  /**
   * The same.
   *
   * @param silent for each data input, whether removed channels are zero in it
   */
  Links linksOf(String node, List<Axes> inputs, List<Boolean> fed, List<Boolean> silent) {
    return new NodeLinks(this, node, inputs, fed, silent);
  }
}
