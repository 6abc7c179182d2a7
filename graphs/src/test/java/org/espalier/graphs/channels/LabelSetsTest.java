package org.espalier.graphs.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.junit.jupiter.api.Test;

/** What is known of one label is known of all that were joined with it. */
class LabelSetsTest {
  private final LabelSets sets = new LabelSets();
  private final Links links = sets.linksOf("node", List.of(), List.of());

  @Test
  void theOldestLabelIsTheRoot() {
    int[] labels = sets.fresh(5_000);
    assertThat(labels).startsWith(0, 1).endsWith(4_998, 4_999);
    sets.join(labels[4_999], labels[3]);
    sets.join(labels[4_999], labels[7]);
    sets.join(labels[2], labels[7]);
    assertThat(List.of(sets.root(3), sets.root(7), sets.root(4_999))).containsOnly(2);
    assertThat(sets.root(4)).isEqualTo(4);
    assertThat(sets.fresh(1)).containsExactly(5_000);
  }

  @Test
  void reasonsMoveAlongWhicheverWayLabelsAreJoined() {
    int[] l = sets.fresh(5);
    sets.keepWhole(l[1], "why");
    sets.join(l[0], l[1]);
    assertThat(sets.reason(l[0])).isEqualTo("why");
    sets.join(l[3], l[2]);
    sets.keepWhole(l[3], "other");
    sets.join(l[3], l[1]);
    assertThat(sets.reason(l[2])).as("the first counts").isEqualTo("why");
    assertThat(sets.reason(l[4])).isNull();
    sets.keepWhole(l[4], "");
    assertThat(sets.reason(l[4])).isEmpty();
    sets.keepWhole(l[4], "said");
    sets.keepWhole(l[4], "later");
    assertThat(sets.reason(l[4])).as("the first that says something").isEqualTo("said");
  }

  @Test
  void sumsMoveAlongToo() {
    int[] l = sets.fresh(4);
    links.couple(new int[] {l[1]});
    links.couple(null);
    sets.join(l[0], l[1]);
    assertThat(sets.isSum(l[0])).isTrue();
    sets.join(l[2], l[3]);
    assertThat(sets.isSum(l[3])).isFalse();
  }

  @Test
  void partsAreFoundByTheirChannels() {
    int[] l = sets.fresh(4);
    links.part(new int[] {l[0], l[1]});
    links.part(null);
    links.part(new int[] {l[1], l[3]});
    assertThat(sets.parts())
        .isEqualTo(Map.of(l[0], Set.of(0), l[1], Set.of(0, 1), l[3], Set.of(1)));
    sets.join(l[0], l[3]);
    assertThat(sets.parts()).isEqualTo(Map.of(l[0], Set.of(0, 1), l[1], Set.of(0, 1)));
  }

  @Test
  void whatCannotBeTiedStays() {
    int[] a = sets.fresh(2);
    int[] b = sets.fresh(3);
    links.tie(a, b);
    assertThat(List.of(sets.reason(a[1]), sets.reason(b[2])))
        .containsOnly("'node' joins 2 channels with 3");
    int[] c = sets.fresh(1);
    int[] d = sets.fresh(1);
    links.tie(null, c);
    links.tie(d, null);
    assertThat(List.of(sets.reason(c[0]), sets.reason(d[0])))
        .containsOnly("'node' reads it with channels that nothing is known of");
    links.tie(null, null);
    int[] e = sets.fresh(2);
    int[] f = sets.fresh(2);
    links.tie(e, f);
    assertThat(sets.root(f[1])).isEqualTo(e[1]);
    assertThat(sets.reason(e[0])).isNull();
  }

  @Test
  void aRuleSeesItsInputsAndNoMore() {
    Axes axes = Axes.of(new int[] {1});
    Links two = sets.linksOf("node", List.of(axes), List.of(true));
    assertThat(two.in(0)).isSameAs(axes);
    assertThat(two.in(1)).isSameAs(Axes.NONE);
    assertThat(two.isFed(0)).isTrue();
    assertThat(two.isFed(1)).isFalse();
    assertThat(sets.linksOf("node", List.of(axes), List.of(false)).isFed(0)).isFalse();
  }
}
