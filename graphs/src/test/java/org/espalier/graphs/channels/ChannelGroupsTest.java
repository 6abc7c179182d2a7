package org.espalier.graphs.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.architectures.Architecture;
import org.espalier.graphs.architectures.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which channels go together in the networks of the paper. */
class ChannelGroupsTest {
  private static final List<String> NORM =
      List.of("bn/scale[axis 0]", "bn/offset[axis 0]", "bn/mean[axis 0]", "bn/variance[axis 0]");

  private static final int COLOURS = 3;

  /** A ResNet whose blocks read a selection of the trunk. */
  private static final String SELECTING = "resnet50-2x";

  static List<String> architectures() {
    return Graphs.WIRED.architectures().names();
  }

  /** As in the paper, but for coloured images. */
  private static Network network(String name) {
    Architecture architecture = Graphs.WIRED.architectures().get(name);
    Options paper = architecture.defaults();
    return architecture.build(paper.withInput(paper.height(), paper.width(), COLOURS));
  }

  private static List<ChannelGroup> groups(String name) {
    return Graphs.analysis(network(name)).groups();
  }

  /** A layer, its batch norm, and one reader. */
  private static List<String> chain(String layer, String reader) {
    List<String> members = new ArrayList<>(List.of(layer + "/kernel[axis 3]"));
    NORM.forEach(n -> members.add(layer + "/" + n));
    members.add(reader);
    return members;
  }

  private static List<String> members(ChannelGroup group) {
    return group.members().stream().map(Member::toString).toList();
  }

  @Test
  void vggIsAChainOfGroups() {
    List<ChannelGroup> groups = groups("vgg16");
    assertThat(groups).extracting(ChannelGroup::id).hasSize(16).startsWith("conv1:in", "conv1");
    int[] widths = {64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512};
    for (int i = 1; i <= 13; i++) {
      ChannelGroup group = groups.get(i);
      assertThat(group.id()).isEqualTo("conv" + i);
      assertThat(group.channels()).isEqualTo(widths[i - 1]);
      assertThat(group.prunable()).isTrue();
      assertThat(group.isCoupled()).isFalse();
      String reader = i == 13 ? "dense1/kernel[axis 0]" : "conv" + (i + 1) + "/kernel[axis 2]";
      assertThat(members(group)).isEqualTo(chain("conv" + i, reader));
    }
    assertThat(members(groups.get(14)))
        .containsExactly(
            "dense1/kernel[axis 1]",
            "dense1/bias[axis 0]",
            "dense1/bn/scale[axis 0]",
            "dense1/bn/offset[axis 0]",
            "dense1/bn/mean[axis 0]",
            "dense1/bn/variance[axis 0]",
            "dense2/kernel[axis 0]");
    assertThat(groups.get(15).id()).isEqualTo("dense2");
  }

  @ParameterizedTest
  @CsvSource({"resnet20, 3", "resnet56, 9"})
  void aResNetHasInnerGroupsAndATrunkThatGrowsAtStageBorders(String name, int blocks) {
    Map<String, ChannelGroup> groups = new HashMap<>();
    groups(name).forEach(g -> groups.put(g.id(), g));
    assertThat(groups).hasSize(3 * blocks + 3 + 2);
    for (int stage = 1; stage <= 3; stage++) {
      for (int b = 1; b <= blocks; b++) {
        String block = "stage" + stage + "/block" + b;
        ChannelGroup inner = groups.get(block + "/conv1");
        assertThat(inner.channels()).isEqualTo(8 << stage);
        assertThat(inner.prunable()).isTrue();
        assertThat(members(inner))
            .isEqualTo(chain(block + "/conv1", block + "/conv2/kernel[axis 2]"));
      }
    }
    // The first 16 channels run through the whole network, the next 16 from stage 2 on, and so on.
    trunk(groups.get("stem"), 16, 1 + 3 * blocks, 0);
    trunk(groups.get("stage2/block1/conv2"), 16, 2 * blocks, 16);
    trunk(groups.get("stage3/block1/conv2"), 32, blocks, 32);
  }

  private static void trunk(ChannelGroup trunk, int channels, int makers, int start) {
    assertThat(trunk.channels()).isEqualTo(channels);
    assertThat(trunk.prunable()).isTrue();
    assertThat(trunk.isCoupled()).isTrue();
    assertThat(trunk.members(Member.Role.PRODUCER)).hasSize(makers);
    assertThat(trunk.members()).extracting(Member::toString).contains("dense/kernel[axis 0]");
    for (Member m : trunk.members()) {
      for (int i = 0; i < m.channelAt().length; i++) {
        boolean own = i >= start && i < start + channels;
        assertThat(m.channelAt()[i]).isEqualTo(own ? i - start : -1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void imageChannelsAndClassesStay(String name) {
    List<ChannelGroup> stay = groups(name).stream().filter(g -> !g.prunable()).toList();
    if (name.equals(SELECTING)) { // its trunk stays too
      stay = List.of(stay.get(0), stay.get(stay.size() - 1));
    }
    assertThat(stay).hasSize(2);
    assertThat(stay.get(0).id()).endsWith(":in");
    assertThat(stay.get(0).channels()).isEqualTo(COLOURS);
    assertThat(stay.get(0).reason()).isEqualTo("it is the input 'images'");
    assertThat(stay.get(1).channels())
        .isEqualTo(Graphs.WIRED.architectures().get(name).defaults().classes());
    assertThat(stay.get(1).reason()).isEqualTo("it is the output 'logits'");
  }

  /** What selections read stays as wide as it is; inside the blocks channels can go. */
  @Test
  void aTrunkThatIsSelectedFromStays() {
    List<ChannelGroup> groups = groups(SELECTING);
    assertThat(groups)
        .filteredOn(g -> g.members(Member.Role.PRODUCER).size() > 1)
        .hasSize(4)
        .extracting(ChannelGroup::reason)
        .allMatch(r -> r.endsWith("/select' selects from it, so that it can stay"));
    assertThat(groups)
        .filteredOn(g -> g.id().matches(".*/conv[12]"))
        .hasSize(2 * 16)
        .allMatch(ChannelGroup::prunable);
  }

  /** Every index of every channel axis of every parameter is one channel of exactly one group. */
  @ParameterizedTest
  @MethodSource("architectures")
  void groupsDivideTheChannelAxes(String name) {
    Network network = network(name);
    List<ChannelGroup> groups = Graphs.analysis(network).groups();
    assertThat(groups).extracting(ChannelGroup::id).doesNotHaveDuplicates();
    Map<String, int[]> owners = new HashMap<>();
    for (ChannelGroup g : groups) {
      assertThat(g.prunable()).isEqualTo(g.reason().isEmpty());
      for (Member m : g.members()) {
        assertThat(m.channelAt()).hasSize(m.parameter().shape().dim(m.axis()));
        assertThat(IntStream.of(m.channelAt()).filter(c -> c >= 0).distinct().sorted())
            .containsExactlyElementsOf(IntStream.range(0, g.channels()).boxed().toList());
        int[] count = owners.computeIfAbsent(m.toString(), k -> new int[m.channelAt().length]);
        for (int i = 0; i < count.length; i++) {
          count[i] += m.channelAt()[i] >= 0 ? 1 : 0;
        }
      }
    }
    assertThat(owners.values()).allSatisfy(count -> assertThat(count).containsOnly(1));
    Stream<String> expected =
        network.parameters().stream()
            .flatMap(
                p ->
                    IntStream.range(p.shape().rank() == 4 ? 2 : 0, p.shape().rank())
                        .mapToObj(a -> p.name() + "[axis " + a + "]"));
    assertThat(owners.keySet()).containsExactlyInAnyOrderElementsOf(expected.toList());
  }
}
