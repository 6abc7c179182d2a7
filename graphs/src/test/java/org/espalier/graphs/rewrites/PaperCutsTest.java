package org.espalier.graphs.rewrites;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.Cost;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Cutting the large network to the widths of a paper gives the architecture that is built with
 * those widths.
 */
class PaperCutsTest {
  @ParameterizedTest
  @CsvSource({
    "vgg16, vgg16-a",
    "resnet56, resnet56-a",
    "resnet56, resnet56-b",
    "resnet110, resnet110-a",
    "resnet110, resnet110-b",
    "resnet34, resnet34-a",
    "resnet34, resnet34-b",
    "resnet50, thinet-resnet50-30",
    "resnet50, thinet-resnet50-50",
    "resnet50, thinet-resnet50-70",
    "vgg16-imagenet, thinet-conv",
    "vgg16-imagenet, vgg16-5x",
  })
  void givesTheSmallArchitecture(String large, String small) {
    Network target = Graphs.network(small);
    ChannelAnalysis analysis = Graphs.analysis(Graphs.network(large));
    ChannelAnalysis wanted = Graphs.analysis(target);
    List<Cut.Group> groups = new ArrayList<>();
    analysis
        .prunable()
        .forEach(
            g -> {
              int keep = Graphs.group(wanted, g.id()).channels();
              groups.add(Cut.Group.of(g, IntStream.range(0, keep).toArray()));
            });
    Cut cut = new Cut("widths", Map.of("of", small), groups);
    Network network = new RemoveChannels(cut, Graphs.WIRED.rules()).apply(analysis).network();
    Cost found = Graphs.WIRED.costs().of(network);
    Cost expected = Graphs.WIRED.costs().of(target);
    assertThat(found).isEqualTo(expected);
    assertThat(network.parameters())
        .extracting(Parameter::name, Parameter::shape)
        .isEqualTo(
            target.parameters().stream()
                .map(p -> org.assertj.core.groups.Tuple.tuple(p.name(), p.shape()))
                .toList());
  }
}
