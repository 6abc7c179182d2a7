package org.espalier.graphs.cost;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.architectures.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Totals of the reference implementation, counted there by running its own networks. */
class GoldenTotalsTest {
  @ParameterizedTest
  @CsvSource({
    "vgg16, 14987722, 15033892, 627880970, 313.46",
    "vgg16-a, 5397034, , 413364234, 206.28",
    "vgg16-slimming, 14724042, , 627355658, 313.20",
    "vgg19-slimming, 20035018, 20081188, 797304842, 398.14",
    "resnet56, 853018, 858868, 252572938, 125.49",
    "resnet56-a, 773336, , 226390090, 112.44",
    "resnet56-b, 735712, , 183137866, 90.91",
    "resnet110, 1727962, 1733812, 508925194, 252.89",
    "resnet110-a, 1688522, , 428291338, 212.78",
    "resnet110-b, 1168424, , 312745738, 155.12",
    "preresnet110, 1146842, 1169972, 341230602, 167.43",
    "preresnet164, 1703258, 1726388, 504759306, 247.65",
    "densenet40, 1059298, 1100428, 573052330, 282.92",
    "densenet-bc-100, 769162, 800032, 588711106, 287.93",
  })
  void matchesTheReference(
      String name, long parameters, Long parametersOf100, long flops, double megaMacs) {
    Cost cost = Graphs.WIRED.costs().of(Graphs.network(name));
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat(cost.flops()).isEqualTo(flops);
    assertThat(String.format("%.2f", cost.macs() / 1e6)).isEqualTo(String.format("%.2f", megaMacs));
    if (parametersOf100 != null) {
      Network of100 =
          Graphs.WIRED.architectures().get(name).build(Options.CIFAR10.withClasses(100));
      assertThat(Graphs.WIRED.costs().of(of100).parameters()).isEqualTo(parametersOf100);
    }
  }

  @Test
  void layersAddUpToTheTotals() {
    for (String name : Graphs.WIRED.architectures().names()) {
      Cost cost = Graphs.WIRED.costs().of(Graphs.network(name));
      assertThat(cost.layers().stream().mapToLong(Cost.Layer::parameters).sum())
          .isEqualTo(cost.parameters());
      assertThat(cost.layers().stream().mapToLong(Cost.Layer::macs).sum()).isEqualTo(cost.macs());
      assertThat(cost.layers().stream().mapToLong(Cost.Layer::flops).sum()).isEqualTo(cost.flops());
    }
  }
}
