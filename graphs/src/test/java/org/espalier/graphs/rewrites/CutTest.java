package org.espalier.graphs.rewrites;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.junit.jupiter.api.Test;

/** A cut that does not fit is refused with the name of the group. */
class CutTest {
  private final ChannelAnalysis analysis = Graphs.analysis(Graphs.network("vgg11", 0.25));

  private static void fails(Runnable work, String message) {
    assertThatThrownBy(work::run).isInstanceOf(BadInputException.class).hasMessage(message);
  }

  private static Cut.Group group(String id, int channels, Integer... kept) {
    return new Cut.Group(id, channels, List.of(kept), List.of());
  }

  private void resolving(Cut.Group group, String message) {
    Cut cut = new Cut("test", Map.of(), List.of(group));
    fails(() -> cut.resolve(analysis), message);
    fails(() -> new RemoveChannels(cut, Graphs.WIRED.rules()).apply(analysis), message);
    fails(() -> Masks.silencing(cut, analysis), message);
  }

  @Test
  void keptChannelsAscendAndExist() {
    String rule = "group 'a': expected kept channels that ascend and lie below 4, found ";
    fails(() -> group("a", 4, 1, 0), rule + "0 after 1");
    fails(() -> group("a", 4, 1, 1), rule + "1 after 1");
    fails(() -> group("a", 4, 2, 4), rule + "4 after 2");
    fails(() -> group("a", 4, -1), rule + "-1 after -1");
    fails(() -> group("a", 4), "group 'a': a cut may not remove every channel");
  }

  @Test
  void groupsExistOnceInTheirSize() {
    resolving(group("conv99", 4, 0), "the cut names group 'conv99', which vgg11 lacks");
    resolving(group("conv1", 4, 0), "group 'conv1' has 16 channels, the cut expects 4");
    fails(
        () -> new Cut("test", Map.of(), List.of(group("a", 2, 0), group("a", 2, 1))),
        "the cut names group 'a' twice");
  }

  @Test
  void whatMustStayStays() {
    resolving(group("dense2", 10, 0, 1), "group 'dense2' cannot be cut: it is the output 'logits'");
    resolving(group("conv1:in", 3, 0), "group 'conv1:in' cannot be cut: it is the input 'images'");
  }
}
