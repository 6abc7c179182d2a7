package org.espalier.graphs.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.StridedSlicing.Range;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.NodeDef;

class StridedSlicingTest {
  private static final String[] MASKS = {"begin", "end", "shrink_axis", "new_axis", "ellipsis"};

  private static Op op(Shape in, int[] begin, int[] end, int[] step, int... masks) {
    NodeDef.Builder node = NodeDef.newBuilder().setName("s").setOp("StridedSlice");
    for (int i = 0; i < masks.length; i++) {
      node.putAttr(MASKS[i] + "_mask", Attributes.number(masks[i]));
    }
    List<TensorFacts> inputs = new ArrayList<>(List.of(TensorFacts.of(in)));
    for (int[] values : List.of(begin, end, step)) {
      inputs.add(TensorFacts.of(Shape.of(values.length), values));
    }
    return new Op(node.build(), inputs);
  }

  private static List<Range> plan(Shape in, int[] begin, int[] end, int[] step, int... masks) {
    return StridedSlicing.plan(op(in, begin, end, step, masks), in).orElseThrow();
  }

  /** Looks at every index there is, and asks whether the slice reaches it. */
  private static int[] taken(int size, Optional<Integer> begin, Optional<Integer> end, int step) {
    int first = step > 0 ? 0 : size - 1;
    int from = begin.map(b -> b < 0 ? b + size : b).orElse(first);
    from = step > 0 ? Math.max(from, 0) : Math.min(from, size - 1);
    TreeSet<Integer> taken = new TreeSet<>();
    for (int i = 0; i < size; i++) {
      boolean reached = step > 0 ? i >= from : i <= from;
      int stop = end.map(e -> e < 0 ? e + size : e).orElse(step > 0 ? size : -1);
      boolean before = step > 0 ? i < stop : i > stop;
      if (reached && before && (i - from) % step == 0) {
        taken.add(i);
      }
    }
    return (step > 0 ? taken : taken.descendingSet()).stream().mapToInt(i -> i).toArray();
  }

  @Test
  void takesWhatArraysWouldTake() {
    RandomStream random = RandomStream.root(3);
    for (int trial = 0; trial < 5000; trial++) {
      int rank = 1 + random.nextInt(3);
      int[] sizes = new int[rank];
      int[] begin = new int[rank];
      int[] end = new int[rank];
      int[] step = new int[rank];
      for (int a = 0; a < rank; a++) {
        sizes[a] = 1 + random.nextInt(6);
        begin[a] = random.nextInt(19) - 9;
        end[a] = random.nextInt(19) - 9;
        step[a] = (1 + random.nextInt(3)) * (random.nextInt(2) == 0 ? 1 : -1);
      }
      int beginMask = random.nextInt(1 << rank);
      int endMask = random.nextInt(1 << rank);
      List<Range> plan = plan(Shape.of(sizes), begin, end, step, beginMask, endMask);
      assertThat(plan).hasSize(rank);
      for (int a = 0; a < rank; a++) {
        int[] expected =
            taken(
                sizes[a],
                (beginMask >> a & 1) == 1 ? Optional.empty() : Optional.of(begin[a]),
                (endMask >> a & 1) == 1 ? Optional.empty() : Optional.of(end[a]),
                step[a]);
        assertThat(plan.get(a).indices().toArray())
            .as(
                "size %d, begin %d, end %d, step %d, masks %d %d",
                sizes[a], begin[a], end[a], step[a], beginMask >> a & 1, endMask >> a & 1)
            .isEqualTo(expected);
        assertThat(plan.get(a).axis()).isEqualTo(a);
        assertThat(plan.get(a).dropped()).isFalse();
        if (plan.get(a).whole()) {
          assertThat(expected).hasSize(sizes[a]);
        }
      }
    }
  }

  @Test
  void anEllipsisStandsForAllAxesBetween() {
    List<Range> plan =
        plan(
            Shape.of(4, 5, 6, 7),
            new int[] {1, 0, 2},
            new int[] {3, 0, 5},
            new int[] {1, 1, 1},
            0,
            0,
            0,
            0,
            2);
    assertThat(plan).extracting(Range::axis).containsExactly(0, 1, 2, 3);
    assertThat(plan).extracting(Range::whole).containsExactly(false, true, true, false);
    assertThat(plan).extracting(Range::entry).containsExactly(0, -1, -1, 2);
    assertThat(plan.get(3).indices()).containsExactly(2, 3, 4);
  }

  /** It may stand for none. */
  @Test
  void anEllipsisMayBeEmpty() {
    List<Range> plan =
        plan(Shape.of(4), new int[] {0, 1}, new int[] {0, 3}, new int[] {1, 1}, 0, 0, 0, 0, 1);
    assertThat(plan).singleElement().satisfies(r -> assertThat(r.indices()).containsExactly(1, 2));
  }

  @Test
  void axesComeAndGo() {
    // x[1, new, -2]
    List<Range> plan =
        plan(
            Shape.of(4, 5, 6),
            new int[] {1, 0, -2},
            new int[] {0, 0, 0},
            new int[] {1, 1, 1},
            0,
            0,
            5,
            2,
            0);
    assertThat(plan).extracting(Range::axis).containsExactly(0, -1, 1, 2);
    assertThat(plan).extracting(Range::dropped).containsExactly(true, false, true, false);
    assertThat(plan.get(0).indices()).containsExactly(1);
    assertThat(plan.get(2).indices()).containsExactly(3);
    assertThat(plan.get(3).whole()).isTrue();
  }

  @Test
  void theEndIsTheEndWhateverTheSize() {
    Shape open = Shape.of(Shape.BATCH, Shape.UNKNOWN, 8);
    List<Range> plan =
        plan(open, new int[] {0, 0, 2}, new int[] {0, 0, 5}, new int[] {1, 1, 1}, 3, 3);
    assertThat(plan).extracting(Range::whole).containsExactly(true, true, false);
    List<Range> cut =
        plan(open, new int[] {0, 1, 2}, new int[] {0, 5, 5}, new int[] {1, 1, 1}, 3, 1);
    assertThat(Shape.isOpen(cut.get(1).count())).isTrue();
    assertThat(cut.get(1).isSpan()).isFalse();
  }

  @Test
  void extremesDoNotOverflow() {
    int least = Integer.MIN_VALUE + 2;
    for (int[] step : List.of(new int[] {Integer.MAX_VALUE}, new int[] {least}, new int[] {1})) {
      List<Range> plan =
          plan(Shape.of(5), new int[] {least}, new int[] {Integer.MAX_VALUE}, step, 0, 0);
      assertThat(plan.get(0).count()).isBetween(0, 5);
      assertThat(Arrays.stream(plan.get(0).indices().toArray())).allMatch(i -> i >= 0 && i < 5);
    }
  }
}
