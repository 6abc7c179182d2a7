package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.framework.TestNetworks;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.InsertSelections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks whose branches select from their trunk compute what they did, and are cut as exactly.
 */
class SelectionsTest {
  @ParameterizedTest
  @ValueSource(strings = {"preresnet11", "preresnet20", "densenet7", "densenet-bc-10"})
  void maskedEqualsRemoved(String name) {
    Network network = TestNetworks.network(name, 28, 1, 0.25);
    Rewritten selecting = new InsertSelections(TestNetworks.WIRED.rules()).apply(network);
    Weights weights = TestNetworks.weights(network, 3);
    ShapedArray images = TestNetworks.images(network, 4, 3);
    assertThat(
            TestNetworks.error(
                Removal.logits(selecting.network(), selecting.carry().apply(weights), images),
                Removal.logits(network, weights, images)))
        .isLessThan(1e-6);
    Removal.holds(selecting.network());
  }
}
