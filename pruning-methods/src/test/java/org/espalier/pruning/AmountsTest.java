package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several amounts in one place come out as they went in. */
class AmountsTest {
  @Test
  void comeBackOneByOne() {
    List<Amount> several =
        List.of(
            Amount.preset("vgg16-a"),
            Amount.ratio(0.25),
            Amount.ratio(0.5),
            Amount.macs(0.5),
            Amount.macs(1e6),
            Amount.parameters(0.5));
    assertThat(Amounts.of(several).all()).isEqualTo(several);
    Amount shares = Amount.ratios(Map.of("conv1", 0.5));
    assertThat(Amounts.of(shares).all()).containsExactly(shares);
    Amount floored = Amount.ratio(0.5).with(l -> l.floor(3));
    assertThat(Amounts.of(floored).all()).containsExactly(floored);
  }

  @Test
  void differInHowMuchAndNotInWhere() {
    for (Amount other :
        List.of(
            Amount.ratio(0.25).with(l -> l.floor(2)),
            Amount.ratio(0.25).with(l -> l.exclude(List.of("conv1"))),
            new Amount(
                Amount.ratio(0.25).preset(),
                Amount.ratio(0.25).ratio(),
                Amount.ratio(0.25).targetMacs(),
                Amount.ratio(0.25).targetParameters(),
                List.of(new Amount.GroupShare("conv1", 0.5)),
                Limits.NONE))) {
      assertThatThrownBy(() -> Amounts.of(List.of(Amount.ratio(0.5), other)))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith(
              "amounts of one comparison differ in how much goes, not in where; found ");
    }
  }

  @Test
  void areGivenOrRefused() {
    Amounts.of(Amount.ratio(0.5)).checkGiven();
    Amounts none =
        new Amounts(List.of(), List.of(), List.of(), List.of(), List.of(), false, Limits.NONE);
    assertThat(none.all()).isEmpty();
    assertThatThrownBy(none::checkGiven)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "give exactly one of preset, ratio, target-macs and target-parameters; found none");
  }

  @Test
  void areAllDifferent() {
    assertThatThrownBy(() -> Amounts.of(List.of(Amount.ratio(0.5), Amount.ratio(0.5))))
        .isInstanceOf(UsageException.class)
        .hasMessage("amounts must all be different; found one twice");
  }

  @Test
  void haveShortTitles() {
    assertThat(Amount.preset("vgg16-a").title()).isEqualTo("vgg16-a");
    assertThat(Amount.ratio(0.5).title()).isEqualTo("ratio 0.5");
    assertThat(Amount.ratio(0).title()).isEqualTo("ratio 0");
    assertThat(Amount.macs(2e9).title()).isEqualTo("macs 2000000000");
    assertThat(Amount.parameters(0.5).title()).isEqualTo("parameters 0.5");
    assertThat(Amount.ratios(Map.of("conv1", 0.5)).title()).isEqualTo("ratios");
  }

  @Test
  void sharesOfGroupsMayBeInPercent() {
    assertThat(Amount.GroupShare.parse("conv3=12.5%"))
        .isEqualTo(new Amount.GroupShare("conv3", 0.125));
  }

  @Test
  void aShareReadsWhatItWrites() {
    Amount.GroupShare share = new Amount.GroupShare("a=b", 0.5);
    assertThat(share).hasToString("a=b=0.5");
    assertThat(Amount.GroupShare.parse("a=b=0.5")).isEqualTo(share);
    for (String wrong : List.of("conv1", "=0.5", "conv1=", "conv1=half")) {
      assertThatThrownBy(() -> Amount.GroupShare.parse(wrong))
          .isInstanceOf(UsageException.class)
          .hasMessage("expected GROUP=SHARE such as conv3=0.5, found '" + wrong + "'");
    }
  }

  @Test
  void aGroupIsNamedOnce() {
    Amount.GroupShare share = new Amount.GroupShare("conv1", 0.5);
    Amount none = Amount.ratio(0.5);
    assertThatThrownBy(
            () ->
                new Amount(
                    none.preset(),
                    none.ratio(),
                    none.targetMacs(),
                    none.targetParameters(),
                    List.of(share, share),
                    Limits.NONE))
        .isInstanceOf(UsageException.class)
        .hasMessage("ratios name group 'conv1' twice");
    assertThatThrownBy(() -> none.with(l -> l.exclude(List.of("a", "a"))))
        .isInstanceOf(UsageException.class)
        .hasMessage("exclude names a group twice; found [a, a]");
  }

  /** A preset and shares name their groups: "coupled" would say nothing. */
  @Test
  void coupledGoesWithARatioOrATarget() {
    for (Amount named : List.of(Amount.preset("vgg16-a"), Amount.ratios(Map.of("conv1", 0.5)))) {
      assertThatThrownBy(() -> named.with(l -> l.coupled(true)))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("coupled says nothing about a preset or ratios");
    }
    for (Amount free : List.of(Amount.ratio(0.5), Amount.macs(0.5), Amount.parameters(0.5))) {
      assertThat(free.with(l -> l.coupled(true)).limits().coupled()).isTrue();
    }
  }

  /** What a flag says in pairs, YAML may say in keys and values. */
  @Test
  void sharesOfGroupsMayBeAMap(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.yaml");
    List<Amount.GroupShare> expected =
        List.of(new Amount.GroupShare("conv1", 0.3), new Amount.GroupShare("b/conv2:in", 0.5));
    for (String text :
        new String[] {
          "ratios: {conv1: 0.3, 'b/conv2:in': 50%}",
          "ratios:\n  conv1: 30%\n  b/conv2:in: 0.5",
          "ratios:\n  - conv1: 0.3\n  - b/conv2:in: 0.5",
          "ratios: [conv1=0.3, 'b/conv2:in=0.5']",
          "ratios: conv1=0.3,b/conv2:in=50%"
        }) {
      Files.writeString(file, text);
      assertThat(read(file).ratios()).as(text).isEqualTo(expected);
    }
    Files.writeString(file, "ratios: {conv1: {share: 0.3}}");
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(file + ":1: ratios: expected a list, each ")
        .hasMessageEndingWith("found nested keys");
    Files.writeString(file, "ratio: 0.5\nratios: {conv1: half}");
    assertThatThrownBy(() -> read(file))
        .hasMessage(
            file + ":2: ratios: expected GROUP=SHARE such as conv3=0.5, found 'conv1=half'");
  }

  private static Amount read(Path file) {
    return new SettingsReader(Vocabulary.NONE)
        .read(Amount.class, List.of(SettingsSource.yaml(file)), Set.of());
  }
}
