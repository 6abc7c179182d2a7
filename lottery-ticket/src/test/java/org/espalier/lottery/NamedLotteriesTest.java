package org.espalier.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NamedLotteriesTest {
  static List<String> names() {
    return NamedLotteries.names();
  }

  private static Lottery read(String name) {
    NamedLottery named = NamedLotteries.find(name).orElseThrow();
    return new SettingsReader(TinyLottery.words())
        .read(Lottery.class, List.of(named.source()), Set.of());
  }

  /** Each can be read, drawn, and its network built. */
  @ParameterizedTest
  @MethodSource("names")
  void eachIsALottery(String name) {
    Lottery lottery = read(name);
    ArchitectureSpec network = lottery.network();
    assertThat(network.build(TinyLottery.architectures()).parameters()).isNotEmpty();
    int arms = 1 + lottery.rounds() * (1 + (lottery.method().masksWeights() ? 4 : 3));
    assertThat(lottery.drawn().size())
        .isEqualTo(
            name.equals("demo")
                ? 2 * 6 * (1 + 4 * 3)
                : lottery.learningRates().size() * lottery.seeds().size() * arms);
    assertThat(lottery.learningRates()).containsExactly(0.1, 0.01);
  }

  @Test
  void thoseOfThePaperFollowItsRecipe() {
    Lottery unstructured = read("vgg16-bn");
    assertThat(unstructured.recipe().epochs()).isEqualTo(160);
    assertThat(unstructured.amount().ratio()).contains(0.2);
    assertThat(read("resnet56-b").amount().preset()).contains("resnet56-b");
    assertThat(Math.pow(0.8, read("lenet-300-100").rounds())).isBetween(0.02, 0.023);
    assertThat(NamedLotteries.find("nothing")).isEmpty();
    assertThat(names()).doesNotHaveDuplicates().hasSizeGreaterThan(10);
  }
}
