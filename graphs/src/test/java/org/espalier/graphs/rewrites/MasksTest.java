package org.espalier.graphs.rewrites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.junit.jupiter.api.Test;

class MasksTest {
  private final Network network = Graphs.network("resnet20", 0.25);
  private final Rewritten masked = InsertMasks.onKernels(network).apply(network);

  @Test
  void everyKernelGetsAMaskOfOnes() {
    List<Parameter> kernels = network.parameters(ParameterKind::isKernel);
    List<Parameter> masks = masked.network().parameters(k -> k == ParameterKind.MASK);
    assertThat(masks)
        .extracting(Parameter::name, Parameter::shape)
        .isEqualTo(
            kernels.stream()
                .map(k -> org.assertj.core.groups.Tuple.tuple(k.name() + "/mask", k.shape()))
                .toList());
    Weights weights = network.initialise(1);
    Weights carried = masked.carry().apply(weights);
    assertThat(carried.filter(n -> !n.endsWith("/mask"))).isEqualTo(weights);
    masks.forEach(
        m -> assertThat(carried.get(m.name())).isEqualTo(ShapedArray.filled(m.shape(), 1f)));
  }

  /** Zero where the mask is, even where a number is none; and nothing but what is masked. */
  @Test
  void appliedMasksAreSeenInTheWeights() {
    Weights weights =
        Weights.of(
            Map.of(
                "a",
                new ShapedArray(Shape.of(3), new float[] {1, Float.NaN, -3}),
                "b",
                ShapedArray.scalar(5)));
    Masks masks = new Masks(Map.of("a", new ShapedArray(Shape.of(3), new float[] {0, 0, 1})));
    ShapedArray seen = new ShapedArray(Shape.of(3), new float[] {0, 0, -3});
    assertThat(masks.seen(weights).asMap()).containsExactly(Map.entry("a", seen));
    assertThat(masks.applied(weights)).isEqualTo(weights.with("a", seen));
    assertThat(weights.get("a").values()[0]).as("a copy").isEqualTo(1f);
  }

  @Test
  void insertingTwiceIsInsertingOnce() {
    Rewritten twice = masked.then(InsertMasks.onKernels(network));
    assertThat(twice.network().graph()).isEqualTo(masked.network().graph());
    Weights mask =
        Weights.empty().with("stem/kernel/mask", ShapedArray.filled(Shape.of(3, 3, 3, 4), 0f));
    Weights carried = masked.carry().apply(network.initialise(1)).with(mask);
    assertThat(InsertMasks.onKernels(network).apply(masked.network()).carry().apply(carried))
        .isEqualTo(carried);
  }

  @Test
  void masksCostNothingAndChangeNoGroup() {
    assertThat(Graphs.WIRED.costs().of(masked.network()))
        .isEqualTo(Graphs.WIRED.costs().of(network));
    ChannelAnalysis before = Graphs.analysis(network);
    ChannelAnalysis after = Graphs.analysis(masked.network());
    before
        .groups()
        .forEach(
            g -> {
              assertThat(Graphs.group(after, g.id()).channels()).isEqualTo(g.channels());
              assertThat(Graphs.group(after, g.id()).prunable()).isEqualTo(g.prunable());
              assertThat(Graphs.group(after, g.id()).members()).containsAll(g.members());
            });
  }

  @Test
  void aMaskedNetworkCanBeSilencedAgain() {
    ChannelAnalysis analysis = Graphs.analysis(masked.network());
    Masks masks = Masks.silencing(Graphs.randomCut(analysis, 4), analysis);
    assertThat(masks.byParameter().keySet()).noneMatch(n -> n.endsWith("/mask"));
  }

  @Test
  void silencingMarksExactlyTheRowsAndColumnsOfTheCut() {
    ChannelAnalysis analysis = Graphs.analysis(Graphs.network("vgg11", 0.25));
    Cut cut =
        new Cut(
            "test",
            Map.of(),
            List.of(
                Cut.Group.of(Graphs.group(analysis, "conv1"), new int[] {0, 2}),
                Cut.Group.of(Graphs.group(analysis, "conv2"), new int[] {1})));
    Masks masks = Masks.silencing(cut, analysis);
    assertThat(masks.byParameter().keySet())
        .containsExactlyInAnyOrder(
            "conv1/kernel",
            "conv1/bn/scale",
            "conv1/bn/offset",
            "conv2/kernel",
            "conv2/bn/scale",
            "conv2/bn/offset",
            "conv3/kernel");
    ShapedArray both = masks.byParameter().get("conv2/kernel");
    int in = both.shape().dim(2);
    int out = both.shape().dim(3);
    for (int i = 0; i < both.values().length; i++) {
      boolean stays = ((i / out) % in == 0 || (i / out) % in == 2) && i % out == 1;
      assertThat(both.values()[i]).isEqualTo(stays ? 1f : 0f);
    }
  }

  @Test
  void densityIsTheShareKept() {
    ShapedArray half = new ShapedArray(Shape.of(4), new float[] {1, 0, 0, 1});
    ShapedArray none = ShapedArray.filled(Shape.of(4), 0f);
    assertThat(new Masks(Map.of("a", half, "b", none)).density()).isEqualTo(0.25);
    assertThat(new Masks(Map.of()).density()).isEqualTo(1);
  }

  @Test
  void whatIsNoMaskIsRefused() {
    ShapedArray half = ShapedArray.filled(Shape.of(2), 0.5f);
    ShapedArray small = ShapedArray.filled(Shape.of(2), 1f);
    refused(() -> new Masks(Map.of("a", half)), "the mask of 'a' holds 0.5");
    refused(
        () -> new Masks(Map.of("stem/kernel", small)).put(masked.network(), Weights.empty()),
        "the mask of 'stem/kernel' should have shape [3,3,3,4], found [2]");
    refused(
        () -> new Masks(Map.of("stem/bn/mean", small)).put(masked.network(), Weights.empty()),
        "resnet20 has no parameter named 'stem/bn/mean/mask'");
    refused(
        () -> new InsertMasks(Set.of("nothing")).apply(network),
        "resnet20 has no parameter named 'nothing'");
    SmallGraph g = new SmallGraph();
    g.nodes.add(
        org.espalier.graphs.GraphBuilder.variable(
            new Parameter(
                "w",
                Shape.of(1),
                ParameterKind.OTHER,
                new org.espalier.graphs.Initializer.Constant(0))));
    refused(
        () -> new InsertMasks(Set.of("w")).apply(g.end("images")),
        "parameter 'w' is not read by a 'w/read'");
  }

  private static void refused(Runnable work, String message) {
    assertThatThrownBy(work::run).isInstanceOf(BadInputException.class).hasMessage(message);
  }
}
