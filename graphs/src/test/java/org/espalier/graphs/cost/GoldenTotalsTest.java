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
    "vgg16-bn, 14728266, 14774436, 627632138, 313.20",
    "vgg19-bn, 20040522, 20086692, 797607946, 398.14",
    "resnet56, 853018, 858868, 252572938, 125.49",
    "resnet56-a, 773336, , 226390090, 112.44",
    "resnet56-b, 735712, , 183137866, 90.91",
    "resnet110, 1727962, 1733812, 508925194, 252.89",
    "resnet110-a, 1688522, , 428291338, 212.78",
    "resnet110-b, 1168424, , 312745738, 155.12",
    "resnet20-sfp, 269722, , 81489162, 40.55",
    "resnet32-sfp, 464154, , 138341642, 68.86",
    "resnet56-sfp, 853018, , 252046602, 125.49",
    "resnet110-sfp, 1727962, , 507882762, 252.89",
    "resnet50-cifar, 758554, 764404, 224638218, 111.59",
    "preresnet110, 1146842, 1169972, 341230602, 167.43",
    "preresnet164, 1703258, 1726388, 504759306, 247.65",
    "densenet40, 1059298, 1100428, 573052330, 282.92",
    "densenet-bc-100, 769162, 800032, 588711106, 287.93",
  })
  void matchesTheReference(
      String name, long parameters, Long parametersOf100, long flops, double megaMacs) {
    matches(name, parameters, flops, megaMacs);
    if (parametersOf100 != null) {
      Network of100 =
          Graphs.WIRED.architectures().get(name).build(Options.CIFAR10.withClasses(100));
      assertThat(Graphs.WIRED.costs().of(of100).parameters()).isEqualTo(parametersOf100);
    }
  }

  /** Of 224x224 pixels and 1000 classes. */
  @ParameterizedTest
  @CsvSource({
    "vgg16-imagenet, 138357544, 30973762536, 15470.26",
    "vgg16-bn-imagenet, 138365992, 31000857576, 15470.26",
    "thinet-conv, 131452552, 9599388648, 4791.21",
    "thinet-gap, 8322696, 9353028584, 4668.08",
    "thinet-tiny, 1325368, 2017487848, 1004.58",
    "vgg16-5x, 130879294, 7043492200, 3515.28",
    "vgg11-slimming-imagenet, 132885224, 15254023144, 7609.09",
    "resnet18, 11689512, 3637254632, 1814.07",
    "resnet34, 21797672, 7340393960, 3663.76",
    "resnet34-a, 20151764, 6212499416, 3100.18",
    "resnet34-b, 19469372, 5576203448, 2782.27",
    "resnet50, 25557032, 8212112872, 4089.18",
    "resnet101, 44549160, 15651909096, 7801.41",
    "preresnet50-imagenet, 25549480, 8209704424, 4089.18",
    "resnet41-sss, 25351080, 6968149480, 3472.62",
    "resnet32-sss, 14261928, 5658856936, 2817.52",
    "resnet26-sss, 14915496, 4574001640, 2278.03",
  })
  void matchesTheReferenceOnImageNet(String name, long parameters, long flops, double megaMacs) {
    assertThat(Graphs.WIRED.architectures().get(name).defaults()).isEqualTo(Options.IMAGENET);
    matches(name, parameters, flops, megaMacs);
  }

  /**
   * The reference gives the projections of these a bias: one parameter and, a pixel, one FLOP for
   * each of 256, 512, 1024 and 2048 channels.
   */
  @ParameterizedTest
  @CsvSource({
    "thinet-resnet50-30, 8669158, 2360886113, 1166.28",
    "thinet-resnet50-50, 12385704, 3674383592, 1822.03",
    "thinet-resnet50-70, 16949086, 5235013502, 2601.39",
    "resnet50-2x, 19710544, 5493782306, 2730.13",
  })
  void matchesTheReferenceButForTheBiasesOfProjections(
      String name, long parameters, long flops, double megaMacs) {
    long biases = 256 + 512 + 1024 + 2048;
    long sums = 256 * 56 * 56 + 512 * 28 * 28 + 1024 * 14 * 14 + 2048 * 7 * 7;
    // The reference holds a number for each channel that a block of resnet50-2x could select.
    long selections = name.equals("resnet50-2x") ? 64 + 3 * 256 + 4 * 512 + 6 * 1024 + 2 * 2048 : 0;
    matches(name, parameters - biases - selections, flops - sums, megaMacs);
  }

  /**
   * Of Frankle and Carbin 2019, figure 2, which rounds; MACs are counted by hand. Conv-6 is larger
   * than the figure says.
   */
  @ParameterizedTest
  @CsvSource({
    "lenet-300-100, 266610, 266200",
    "lenet5, 431080, 2293000",
    "conv2, 4301642, 43780608",
    "conv4, 2425930, 98306560",
    "conv6, 2262602, 153881088",
  })
  void lotteryNetworks(String name, long parameters, long macs) {
    Cost cost = Graphs.WIRED.costs().of(Graphs.network(name));
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat(cost.macs()).isEqualTo(macs);
  }

  @Test
  void aScaleForEachBranchIsAParameterMore() {
    Cost plain = Graphs.WIRED.costs().of(Graphs.network("preresnet50-imagenet"));
    Cost scaled = Graphs.WIRED.costs().of(Graphs.network("preresnet50-sss"));
    assertThat(scaled.parameters()).isEqualTo(plain.parameters() + 16);
    assertThat(scaled.macs()).isEqualTo(plain.macs());
    assertThat(scaled.flops()).isEqualTo(plain.flops());
  }

  private static void matches(String name, long parameters, long flops, double megaMacs) {
    Cost cost = Graphs.WIRED.costs().of(Graphs.network(name));
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat(cost.flops()).isEqualTo(flops);
    assertThat(String.format("%.2f", cost.macs() / 1e6)).isEqualTo(String.format("%.2f", megaMacs));
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
