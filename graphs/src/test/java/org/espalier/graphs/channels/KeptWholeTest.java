package org.espalier.graphs.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.Signature;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.TensorRef;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

/** What stays whatever a method thinks of it. */
class KeptWholeTest {
  @Test
  void whatAnotherSignatureTakesOrGives() {
    SmallGraph g = new SmallGraph();
    String inner = g.conv(g.conv("images", "conv1", 3, 4), "conv2", 4, 5);
    String logits = g.conv(inner, "conv3", 5, 2);
    g.nodes.placeholder("more", DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 8, 8, 6));
    String result = g.conv("more", "conv4", 6, 7);
    Network network =
        g.end(logits)
            .withOthers(
                List.of(
                    new Signature(
                        "inner",
                        Map.of("images", TensorRef.of("images")),
                        Map.of("features", TensorRef.of(inner))),
                    new Signature(
                        "beside",
                        Map.of("more", TensorRef.of("more")),
                        Map.of("result", TensorRef.of(result)))));
    ChannelAnalysis analysis = Graphs.analysis(network);
    assertThat(analysis.prunable()).extracting(ChannelGroup::id).containsExactly("conv1");
    assertThat(Graphs.group(analysis, "conv2").reason())
        .isEqualTo("it is the output 'features' of the signature 'inner'");
    assertThat(Graphs.group(analysis, "conv4:in").reason())
        .isEqualTo("it is the input 'more' of the signature 'beside'");
    assertThat(Graphs.group(analysis, "conv4").reason())
        .isEqualTo("it is the output 'result' of the signature 'beside'");
  }

  @Test
  void whatNoLayerMakesOrReads() {
    SmallGraph g = new SmallGraph();
    String sum = g.nodes.addFloat("AddV2", "sum", vector(g, "a/bias"), vector(g, "b/bias"));
    g.nodes.addFloat("Relu", "unused", sum);
    ChannelAnalysis analysis = Graphs.analysis(g.end(g.conv("images", "conv1", 3, 4)));
    ChannelGroup group = Graphs.group(analysis, "a:in");
    assertThat(group.members()).hasSize(2).allMatch(m -> m.role() == Member.Role.FOLLOWER);
    assertThat(group.prunable()).isFalse();
    assertThat(group.reason()).isEqualTo("no layer makes or reads these channels");
  }

  @Test
  void whatDependsOnTheImagesIsFed() {
    SmallGraph g = new SmallGraph();
    String bias = g.nodes.addFloat("Relu", "relu", vector(g, "a/bias"));
    String sum = g.nodes.addFloat("AddV2", "sum", g.conv("images", "conv1", 3, 4), bias);
    ChannelAnalysis analysis = Graphs.analysis(g.end(sum));
    assertThat(List.of("images", "conv1", "sum")).allMatch(analysis::isFed);
    assertThat(List.of("conv1/kernel", "a/bias", "relu")).noneMatch(analysis::isFed);
  }

  private static String vector(SmallGraph g, String name) {
    return g.nodes.parameter(
        new Parameter(name, Shape.of(4), ParameterKind.OTHER, Initializer.ones()));
  }

  private static Member member(String name, ParameterKind kind, int axis, int... channelAt) {
    return new Member(
        new Parameter(name, Shape.of(3, 3, 2, 2), kind, Initializer.ones()), axis, channelAt);
  }

  @Test
  void aMemberIsItsParameterItsAxisAndItsChannels() {
    Member one = member("a", ParameterKind.CONV_KERNEL, 3, 0, 1);
    Member same = member("a", ParameterKind.CONV_KERNEL, 3, 0, 1);
    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo("a[axis 3]");
    for (Member other :
        List.of(
            member("b", ParameterKind.CONV_KERNEL, 3, 0, 1),
            member("a", ParameterKind.CONV_KERNEL, 2, 0, 1))) {
      assertThat(one).isNotEqualTo(other);
      assertThat(one.hashCode()).isNotEqualTo(other.hashCode());
    }
    assertThat(one).isNotEqualTo(member("a", ParameterKind.CONV_KERNEL, 3, 1, 0));
    assertThat(one.isWholeAxis()).isTrue();
    assertThat(member("a", ParameterKind.CONV_KERNEL, 3, 0, -1).isWholeAxis()).isFalse();
    assertThat(one.role()).isEqualTo(Member.Role.PRODUCER);
    assertThat(member("a", ParameterKind.DENSE_KERNEL, 3, 0).role())
        .isEqualTo(Member.Role.PRODUCER);
    assertThat(member("a", ParameterKind.CONV_KERNEL, 2, 0).role()).isEqualTo(Member.Role.CONSUMER);
    assertThat(member("a", ParameterKind.OTHER, 3, 0).role()).isEqualTo(Member.Role.FOLLOWER);
  }

  /** A gate that multiplies the channels of a layer is no second maker of them. */
  @Test
  void onlyAddedChannelsOfSeveralMakersAreATrunk() {
    Member one = member("a", ParameterKind.CONV_KERNEL, 3, 0, 1);
    Member two = member("b", ParameterKind.CONV_KERNEL, 3, 0, 1);
    Member read = member("c", ParameterKind.CONV_KERNEL, 2, 0, 1);
    assertThat(new ChannelGroup("g", 2, true, "", true, List.of(one, two)).isCoupled()).isTrue();
    assertThat(new ChannelGroup("g", 2, true, "", false, List.of(one, two)).isCoupled()).isFalse();
    assertThat(new ChannelGroup("g", 2, true, "", true, List.of(one, read)).isCoupled()).isFalse();
  }
}
