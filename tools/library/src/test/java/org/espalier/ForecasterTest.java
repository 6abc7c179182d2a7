package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.lottery.Control;
import org.espalier.lottery.Lottery;
import org.espalier.lottery.NamedLotteries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a plan before it is run. */
class ForecasterTest {
  @TempDir Path folder;

  private Espalier espalier() {
    return Espalier.create().store(folder).threads(2);
  }

  private static Plan trainings(ArchitectureSpec network, int seeds) {
    List<Long> all = LongStream.rangeClosed(1, seeds).boxed().toList();
    return Plan.named("many")
        .arm(
            "train",
            all,
            seed -> Train.of(new Fresh(network, seed), TinyPlans.DATA, TinyPlans.recipe(1), seed));
  }

  /** Of twenty trainings with one thread each, two can be made at once. */
  @Test
  void manySmallTrainingsAreMadeByAProcessForEachThread() {
    ArchitectureSpec small = ArchitectureSpec.of("lenet-300-100").withWidth(0.1);
    assertThat(espalier().jobsThatPay(trainings(small, 20))).isEqualTo(2);
    assertThat(espalier().jobsThatPay(trainings(small, 19))).isEqualTo(1);
    assertThat(espalier().threads(1).jobsThatPay(trainings(small, 20))).isEqualTo(1);
    assertThat(espalier().jobsThatPay(trainings(ArchitectureSpec.of("resnet20"), 20))).isEqualTo(1);
    assertThat(espalier().jobsThatPay(Plan.named("none"))).isEqualTo(1);
  }

  /** What is no arm itself is called by the arm that it is for. */
  @Test
  void aPruningIsNamedByItsTicket() {
    Lottery demo =
        espalier()
            .settings()
            .read(
                Lottery.class,
                List.of(NamedLotteries.find("demo").orElseThrow().source()),
                Set.of());
    Lottery two =
        Settings.with(
            demo,
            Map.of(
                "learningRates", List.of(0.1),
                "rounds", 2,
                "controls", List.<Control>of(),
                "seeds", List.of(7L)));
    assertThat(espalier().forecast(two.plan("mine")).tasks())
        .extracting(Forecast.Entry::task)
        .element(3)
        .isEqualTo("prune, for seed 7, rate-0.1/round-2/winning-ticket");
  }
}
