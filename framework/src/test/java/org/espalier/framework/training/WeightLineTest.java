package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;

/** The line between two sets of weights. */
class WeightLineTest {
  private static final Dataset DATA = TinyJobs.data(40, 20);

  private static Evaluator.Score at(double share, Model one, Model other) {
    try (WeightLine line =
        new WeightLine(one, other, DATA, TestNetworks.WIRED.rules(), Machine.threads(1))) {
      return line.at(share);
    }
  }

  private static ShapedArray array(float... values) {
    return new ShapedArray(org.espalier.graphs.Shape.of(values.length), values);
  }

  @Test
  void weightsOnTheLineAreThoseOfItsEndsThere() {
    Weights one = Weights.empty().with("a", array(1f, 0.1f, 3f));
    Weights other = Weights.empty().with("a", array(5f, 0.1f, 0.7f));
    assertThat(WeightLine.between(one, other, 0)).isEqualTo(one);
    assertThat(WeightLine.between(one, other, 1)).isEqualTo(other);
    assertThat(WeightLine.between(one, other, 0.25).get("a").values())
        .containsExactly(2f, 0.1f, 3f + 0.25f * (0.7f - 3f));
  }

  /** What the moving statistics were before does not matter: they are measured where one stands. */
  @Test
  void statisticsOfBatchNormAreMeasuredAnew() {
    Network network = TinyJobs.network();
    Model model = new Model(network, network.initialise(1));
    Model spoiled = new Model(network, spoil(network, model.weights(), 3f));
    Evaluator.Score clean = at(0, model, model);
    assertThat(at(1, model, spoiled).loss()).isCloseTo(clean.loss(), within(1e-3));
    assertThat(at(0.5, model, spoiled).loss()).isCloseTo(clean.loss(), within(1e-3));
    assertThat(Evaluator.score(spoiled, DATA.test(), DATA.normalisation(), 20, Machine.threads(1)))
        .extracting(Evaluator.Score::loss)
        .satisfies(loss -> assertThat(loss).isNotCloseTo(clean.loss(), within(0.02)));
  }

  private static Weights spoil(Network network, Weights weights, float by) {
    Weights spoiled = weights;
    for (Parameter p : network.parameters()) {
      if (p.kind() == ParameterKind.BN_MEAN || p.kind() == ParameterKind.BN_VARIANCE) {
        spoiled = spoiled.with(p.name(), ShapedArray.filled(p.shape(), by));
      }
    }
    return spoiled;
  }

  @Test
  void aLineBetweenTwoNetworksIsRefused() {
    Network network = TinyJobs.network();
    Network other = TestNetworks.network("resnet14", 8, 3, 0.25);
    assertThatThrownBy(
            () ->
                at(
                    0,
                    new Model(network, network.initialise(1)),
                    new Model(other, other.initialise(1))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("found two networks");
  }
}
