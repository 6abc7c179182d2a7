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

  /** Four indices of two heads of two channels each, told as one axis and as two. */
  @Test
  void aLabelMayStandForSeveralChannels() {
    int[] flat = sets.fresh(4);
    links.couple(new int[] {flat[3]});
    sets.keepWhole(flat[0], "why");
    int[] heads = links.along(2);
    int[] widths = links.along(2);
    int[] both = {
      links.all(heads[0], widths[0]),
      links.all(heads[0], widths[1]),
      links.all(heads[1], widths[0]),
      links.all(heads[1], widths[1])
    };
    assertThat(links.all(heads[1], widths[1])).as("the same label").isEqualTo(both[3]);
    assertThat(links.all(heads[1])).isEqualTo(heads[1]);
    links.tie(flat, both);
    assertThat(sets.channels(flat[2])).containsExactly(heads[1], widths[0]);
    assertThat(sets.reason(heads[0])).isEqualTo("why");
    assertThat(sets.reason(widths[0])).isEqualTo("why");
    assertThat(sets.reason(heads[1])).isNull();
    assertThat(sets.isSum(heads[1]) && sets.isSum(widths[1])).isTrue();
    assertThat(sets.isSum(heads[0])).isFalse();
    assertThat(sets.isAlong(heads[1])).isTrue();
    assertThat(sets.isAlong(flat[1])).isFalse();
  }

  @Test
  void channelsThatBothHaveAreLeftAside() {
    int[] h = sets.fresh(2);
    int[] w = sets.fresh(2);
    sets.join(links.all(h[0], w[0]), links.all(h[0], w[1]));
    assertThat(sets.root(w[1])).isEqualTo(w[0]);
    assertThat(sets.root(h[1])).isEqualTo(h[1]);
    assertThat(sets.reason(w[0])).isNull();
    int[] other = sets.fresh(2);
    sets.join(links.all(h[1], w[0]), links.all(other[0], other[1]));
    assertThat(sets.root(other[0])).isEqualTo(h[1]);
    assertThat(sets.root(other[1])).isEqualTo(w[0]);
  }

  /** An index that needs a channel, and one that needs it and another: the other must stay. */
  @Test
  void whatOneSideAloneNeedsStays() {
    int[] l = sets.fresh(2);
    sets.join(l[0], links.all(l[0], l[1]));
    assertThat(sets.reason(l[0])).isNull();
    assertThat(sets.reason(l[1])).isEqualTo("it is laid out in two ways that do not fit");
    int[] three = sets.fresh(3);
    int[] two = sets.fresh(2);
    sets.join(links.all(three), links.all(two));
    assertThat(sets.reason(three[0])).isEqualTo(sets.reason(two[1])).isNotNull();
  }

  /** A part that holds (0, 1) and (1, 0) is empty when 0 is left on one axis and 0 on the other. */
  @Test
  void aPartThatIsNotAsWideEverywhereStays() {
    int[] h = sets.fresh(3);
    int[] w = sets.fresh(2);
    links.part(new int[] {links.all(h[0], w[1]), links.all(h[1], w[0])});
    links.part(new int[] {links.all(h[2], w[0]), links.all(h[2], w[1])});
    sets.keepRaggedParts();
    assertThat(sets.reason(h[0])).isEqualTo("it is taken apart unevenly");
    assertThat(sets.reason(w[0])).isEqualTo("it is taken apart unevenly");
    assertThat(sets.reason(h[2])).isNull();
    assertThat(sets.parts().get(h[2])).containsExactly(1);
  }

  @Test
  void aKernelMakesWhatItDoesNotRead() {
    int[] l = sets.fresh(4);
    links.layer(new int[] {links.all(l[0], l[1])}, new int[] {l[2]});
    links.layer(null, null);
    assertThat(sets.role(new int[] {l[1]})).contains(Member.Role.PRODUCER);
    assertThat(sets.role(new int[] {l[2]})).contains(Member.Role.CONSUMER);
    assertThat(sets.role(new int[] {l[3]})).isEmpty();
    links.layer(new int[] {l[2]}, null);
    assertThat(sets.role(new int[] {l[2]})).as("both").isEmpty();
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
