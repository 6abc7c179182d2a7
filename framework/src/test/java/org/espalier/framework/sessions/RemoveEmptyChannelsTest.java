package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.rewrites.RemoveEmptyChannels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels that masks left empty go, and nothing changes. */
class RemoveEmptyChannelsTest {
  private static final RemoveEmptyChannels PASS =
      new RemoveEmptyChannels(TestNetworks.WIRED.rules());

  private static Model model(String architecture, double width) {
    Network network = TestNetworks.network(architecture, 16, 3, width);
    return new Model(network, TestNetworks.weights(network, 3));
  }

  private static ChannelGroup group(Network network, String id) {
    return ChannelAnalysis.of(network, TestNetworks.WIRED.rules()).groups().stream()
        .filter(g -> g.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static int channels(Model model, String id) {
    return group(model.network(), id).channels();
  }

  /** Masks weights of kernels by their place along the last two axes, inputs and outputs. */
  private static Model masked(Model model, Map<String, BiPredicate<Integer, Integer>> gone) {
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    gone.forEach(
        (name, is) -> {
          Parameter p = model.network().parameter(name);
          int outputs = p.shape().last();
          int inputs = p.shape().dim(p.shape().rank() - 2);
          ShapedArray mask = ShapedArray.filled(p.shape(), 1f);
          for (int i = 0; i < mask.values().length; i++) {
            mask.values()[i] = is.test(i / outputs % inputs, i % outputs) ? 0f : 1f;
          }
          masks.put(name, mask);
        });
    Model read = model.rewritten(new InsertMasks(masks.keySet()));
    return new Model(read.network(), new Masks(masks).put(read.network(), read.weights()));
  }

  private static Model with(Model model, String parameter, int at, float value) {
    float[] values = model.weights().get(parameter).values().clone();
    values[at] = value;
    return new Model(
        model.network(),
        model
            .weights()
            .with(parameter, new ShapedArray(model.weights().get(parameter).shape(), values)));
  }

  private static ShapedArray logits(Model model) {
    try (Predictor predictor = new Predictor(model, Machine.threads(1))) {
      return predictor.logits(TestNetworks.images(model.network(), 4, 8));
    }
  }

  private static Model removed(Model before) {
    Model after = before.rewritten(PASS);
    assertThat(TestNetworks.error(logits(after), logits(before))).isLessThan(1e-5);
    return after;
  }

  /** A filter of zeros behind batch norm gives (offset - mean x scale / deviation), rectified. */
  @Test
  void aDeadFilterGoesIfNothingOfItPassesTheRectifier() {
    Model vgg = model("vgg11", 0.25);
    int width = channels(vgg, "conv2");
    Model dead = masked(vgg, Map.of("conv2/kernel", (in, out) -> out == 1 || out == 4));
    Model silent = with(dead, "conv2/bn/offset", 1, -2f);
    Model both = with(silent, "conv2/bn/offset", 4, 2f);
    assertThat(channels(removed(both), "conv2")).isEqualTo(width - 1);
    // The other one gives a constant that conv3 reads less of at the border.
    Model rest = removed(both);
    assertThat(rest.weights().get("conv2/bn/offset").values()[3]).isEqualTo(2f);
    assertThat(channels(removed(with(silent, "conv2/bn/offset", 4, -2f)), "conv2"))
        .isEqualTo(width - 2);
  }

  @Test
  void aChannelThatNobodyReadsGoesWhateverItHolds() {
    Model vgg = model("vgg11", 0.25);
    int width = channels(vgg, "conv2");
    Model unread = masked(vgg, Map.of("conv3/kernel", (in, out) -> in == 2 || in == 5));
    Model after = removed(unread);
    assertThat(channels(after, "conv2")).isEqualTo(width - 2);
    assertThat(after.weights().get("conv2/kernel").shape().last()).isEqualTo(width - 2);
    assertThat(after.masks().get("conv3/kernel").shape().dim(2)).isEqualTo(width - 2);
  }

  /** A 1x1 convolution, and a dense layer, read a constant as a number: batch norm takes it up. */
  @ParameterizedTest
  @ValueSource(
      strings = {"resnet50:stage1/block1/conv2", "lenet5:conv1", "vgg11:conv8", "conv2:dense1"})
  void aConstantGoesIntoWhatFollowsItsReader(String where) {
    String architecture = where.substring(0, where.indexOf(':'));
    String layer = where.substring(where.indexOf(':') + 1);
    Model plain = model(architecture, 0.25);
    int width = channels(plain, layer);
    String offset =
        plain.weights().contains(layer + "/bn/offset") ? layer + "/bn/offset" : layer + "/bias";
    Model dead =
        with(
            with(masked(plain, Map.of(layer + "/kernel", (in, out) -> out < 2)), offset, 0, 3f),
            offset,
            1,
            2.5f);
    assertThat(TestNetworks.error(logits(with(dead, offset, 0, -3f)), logits(dead)))
        .isGreaterThan(1e-3);
    assertThat(channels(removed(dead), layer)).isEqualTo(width - 2);
  }

  /** Without conv3's filter nothing reads channel 1 of conv2, and so on backwards. */
  @Test
  void whatGoesMayLeaveOthersEmpty() {
    Model vgg = model("vgg11", 0.25);
    Map<String, BiPredicate<Integer, Integer>> gone = new LinkedHashMap<>();
    gone.put("conv4/kernel", (in, out) -> in == 3);
    gone.put("conv3/kernel", (in, out) -> in == 1 && out != 3);
    Model after = removed(masked(vgg, gone));
    assertThat(channels(after, "conv3")).isEqualTo(channels(vgg, "conv3") - 1);
    assertThat(channels(after, "conv2")).isEqualTo(channels(vgg, "conv2") - 1);
  }

  @Test
  void oneChannelStaysWhereAllAreEmpty() {
    Model vgg = model("vgg11", 0.25);
    Model none = masked(vgg, Map.of("conv3/kernel", (in, out) -> true));
    ShapedArray low = ShapedArray.filled(vgg.weights().get("conv3/bn/offset").shape(), -9f);
    Model dead = new Model(none.network(), none.weights().with("conv3/bn/offset", low));
    Model after = removed(dead);
    assertThat(channels(after, "conv3")).isEqualTo(1);
    assertThat(channels(after, "conv2")).isEqualTo(1);
  }

  /** A trunk channel goes if every layer that adds to it gives nothing there. */
  @Test
  void aResidualTrunkTakesAllItsLayers() {
    Model resNet = model("resnet8", 0.5);
    ChannelGroup trunk = group(resNet.network(), "stem");
    List<Member> makers = trunk.members(Member.Role.PRODUCER);
    assertThat(makers).hasSizeGreaterThan(1);
    Map<String, BiPredicate<Integer, Integer>> gone = new LinkedHashMap<>();
    makers.forEach(m -> gone.put(m.parameter().name(), (in, out) -> out == 0));
    Model dead = masked(resNet, gone);
    for (Member m : trunk.members()) {
      if (m.parameter().kind() == ParameterKind.BN_OFFSET) {
        dead = with(dead, m.parameter().name(), 0, -3f);
      }
    }
    assertThat(channels(removed(dead), "stem")).isEqualTo(trunk.channels() - 1);
    gone.remove(makers.get(1).parameter().name());
    assertThat(channels(removed(masked(resNet, gone)), "stem")).isEqualTo(trunk.channels());
  }

  /** Nearly empty at random, with offsets of all signs: whatever goes, nothing changes. */
  @ParameterizedTest
  @ValueSource(strings = {"vgg11", "resnet8", "preresnet11", "densenet22", "conv4"})
  void nothingChangesForAnyMasks(String name) {
    Model plain = model(name, 0.25);
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    for (Parameter p : plain.network().parameters(ParameterKind::isKernel)) {
      RandomStream random = RandomStream.of(6, p.name());
      float[] mask = new float[(int) p.shape().elements()];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = random.nextInt(30) == 0 ? 1 : 0;
      }
      masks.put(p.name(), new ShapedArray(p.shape(), mask));
    }
    Model read = plain.rewritten(new InsertMasks(masks.keySet()));
    Weights put = new Masks(masks).put(read.network(), read.weights());
    Model sparse = new Model(read.network(), put);
    Model after = removed(sparse);
    assertThat(TestNetworks.WIRED.costs().of(after.network()).macs())
        .isLessThan(TestNetworks.WIRED.costs().of(sparse.network()).macs());
    assertThat(removed(after).network()).isSameAs(after.network());
  }

  @Test
  void aModelWithoutEmptyChannelsStaysAsItIs() {
    Model resNet = model("resnet8", 0.25);
    assertThat(resNet.rewritten(PASS)).isSameAs(resNet);
    assertThat(PASS.apply(resNet.network()).network()).isSameAs(resNet.network());
  }
}
