package org.espalier.framework.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.framework.TestNetworks;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.junit.jupiter.api.Test;

class CutCheckTest {
  private static final Network NETWORK = TestNetworks.network("resnet8", 12, 1, 0.25);

  private static Agreement proof(Weights before, String changed, float by) {
    ChannelAnalysis analysis = ChannelAnalysis.of(NETWORK, TestNetworks.WIRED.rules());
    Cut cut = TestNetworks.randomCut(analysis, 1);
    Rewritten removed = new RemoveChannels(cut, TestNetworks.WIRED.rules()).apply(analysis);
    Weights after = removed.carry().apply(before);
    float[] values = after.get(changed).values().clone();
    values[0] += by;
    Weights other = after.with(changed, new ShapedArray(after.get(changed).shape(), values));
    Model model = new Model(removed.network(), other);
    return CutCheck.proof(analysis, before, cut, model, Machine.threads(1));
  }

  @Test
  void aNetworkThatDiffersFromTheMaskedOneIsRefused() {
    Weights weights = TestNetworks.weights(NETWORK, 1);
    assertThat(proof(weights, "dense/bias", 0).holds()).isTrue();
    for (String changed : new String[] {"dense/bias", "stem/kernel"}) {
      assertThatThrownBy(() -> proof(weights, changed, 0.5f))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("resnet8: the pruned network differs from the masked one by ")
          .hasMessageEndingWith("exclude groups to find which is at fault");
    }
  }
}
