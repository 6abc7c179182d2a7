package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the paper's tables, by name. */
class NamedComparisonsTest {
  private static final NamedComparisons ROWS = Tables.COMPARISONS;

  @TempDir Path store;

  private static Comparison byL1(NamedComparison row) {
    Map<String, Object> l1 =
        row.settings().containsKey("method") ? Map.of("method", "l1-norm") : Map.of();
    return new SettingsReader(Tables.WORDS)
        .read(Comparison.class, List.of(row.source(l1)), Set.of());
  }

  private static Train arm(Plan plan, String name) {
    return (Train)
        plan.arms().stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow().task();
  }

  static List<NamedComparison> rows() {
    return ROWS.all();
  }

  /** The size of each table: 7, 6, 2, 11, 3 and 16 rows, and the three that only version 2 has. */
  @Test
  void everyRowIsThere() {
    int[] sizes = new int[7];
    rows().forEach(row -> sizes[row.tableNumber()]++);
    assertThat(sizes).containsExactly(3, 7, 6, 2, 11, 3, 16);
    assertThat(NamedComparisons.names()).doesNotHaveDuplicates().hasSize(48 + 5);
  }

  /**
   * A row whose method and data are bound is a comparison with a plan; another says what it needs.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void aRowIsAComparisonWhereNothingIsMissing(NamedComparison row) {
    assertThat(Tables.ARCHITECTURES.names())
        .contains(row.settings().get("architecture").toString());
    if (!ROWS.needs(row).isEmpty()) {
      assertThatThrownBy(() -> ROWS.comparison(row))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith(row.name() + " needs " + ROWS.needs(row).get(0));
      return;
    }
    Comparison comparison = ROWS.comparison(row);
    comparison.check(Tables.ARCHITECTURES);
    assertThat(comparison.seeds())
        .hasSize(row.settings().get("dataset").equals("imagenet") ? 1 : 5);
    assertThat(comparison.plan(row.name()).arms()).isNotEmpty();
    assertThat(ROWS.beside(row, comparison).isFaithful()).isTrue();
  }

  /** Branch scales are one number each: a row whose networks have such was an exception. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void aRowCanBeNarrower(NamedComparison row) {
    Comparison whole = byL1WhereKnown(row);
    if (whole == null) {
      return;
    }
    Comparison half = whole.scaled(Scale.parse("width=0.5"));
    half.check(Tables.ARCHITECTURES);
    assertThat((double) flops(half, row) / flops(whole, row))
        .as("half the width is about a quarter of the computation")
        .isBetween(0.24, 0.35);
    assertThatThrownBy(() -> whole.scaled(Scale.parse("width=0.01")).check(Tables.ARCHITECTURES))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("width must be at least");
  }

  private long flops(Comparison comparison, NamedComparison row) {
    Workshop shop = Tables.shop(store);
    Train large = arm(comparison.plan(row.name()), "unpruned");
    return shop.costs().of(large.preview(shop).orElseThrow().network()).flops();
  }

  /** The authors' schedule: a tenth of the rate in the first epoch, then a fifth each time. */
  @ParameterizedTest
  @CsvSource({"0, 0.01", "1, 0.1", "59, 0.1", "60, 0.02", "120, 0.004", "160, 0.0008"})
  void softFilterPruningHasTheRatesOfItsAuthors(int epoch, double rate) {
    Plan plan = ROWS.comparison(ROWS.get("sfp-resnet56-70-cifar10")).plan("sfp");
    assertThat(arm(plan, "unpruned").recipe().learningRateAt(epoch, 1))
        .isCloseTo(rate, within(1e-12));
  }

  /** The table of computed epochs, to the epoch. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "l1-vgg16-a-cifar10, 160, 243",
    "l1-resnet56-a-cifar10, 160, 178",
    "l1-resnet56-b-cifar10, 160, 220",
    "l1-resnet110-a-cifar10, 160, 190",
    "l1-resnet110-b-cifar10, 160, 260",
    "l1-resnet34-a-imagenet, 90, 106",
    "l1-resnet34-b-imagenet, 90, 118",
    "thinet-vgg16-conv-imagenet, 90, 180",
    "thinet-vgg16-gap-imagenet, 90, 180",
    "thinet-vgg16-tiny-imagenet, 90, 180",
    "thinet-resnet50-30-imagenet, 90, 180",
    "thinet-resnet50-50-imagenet, 90, 180",
    "thinet-resnet50-70-imagenet, 90, 141",
    "regression-vgg16-5x-imagenet, 90, 180",
    "regression-resnet50-2x-imagenet, 90, 134",
    "sss-resnet41-imagenet, 100, 117",
    "sss-resnet32-imagenet, 100, 145",
    "sss-resnet26-imagenet, 100, 179",
  })
  void scratchBHasTheEpochsThatThePaperComputes(String name, int e, int b) {
    Workshop shop = Tables.shop(store);
    Plan plan = byL1(ROWS.get(name)).plan(name);
    Train longer = arm(plan, "scratch-b");
    assertThat(longer.recipe(longer.preview(shop).orElseThrow(), shop).epochs()).isEqualTo(b);
    assertThat(arm(plan, "scratch-e").recipe().epochs()).isEqualTo(e);
  }

  /** Where a cut is made as well, it leaves the widths of the architecture that was published. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void aCutLeavesThePublishedArchitecture(NamedComparison row) {
    Comparison comparison = byL1WhereKnown(row);
    if (comparison == null
        || comparison.prunedArchitecture().isEmpty()
        || comparison.amounts().all().isEmpty()) {
      return;
    }
    Network large = Tables.ARCHITECTURES.get(comparison.network().architecture()).build();
    Network small = Tables.ARCHITECTURES.get(comparison.prunedArchitecture().get()).build();
    Map<String, Integer> before = filters(large);
    Map<String, Integer> after = filters(small);
    Map<String, Double> shares = new HashMap<>();
    comparison.amounts().ratios().forEach(r -> shares.put(r.group(), r.share()));
    before.forEach(
        (layer, width) -> {
          boolean inner = layer.matches("stage.*conv[12]");
          double uniform =
              inner ? comparison.amounts().ratio().stream().findFirst().orElse(0.0) : 0;
          double share = shares.getOrDefault(layer, uniform);
          assertThat(after.get(layer)).as(layer).isEqualTo((int) (width * (1 - share)));
        });
  }

  private static Comparison byL1WhereKnown(NamedComparison row) {
    return row.settings().containsKey("as-trained") ? null : byL1(row);
  }

  private static Map<String, Integer> filters(Network network) {
    Map<String, Integer> filters = new TreeMap<>();
    network
        .parameters(kind -> kind == ParameterKind.CONV_KERNEL)
        .forEach(
            p -> filters.put(p.name().substring(0, p.name().lastIndexOf('/')), p.shape().last()));
    return filters;
  }

  @Test
  void numbersAreFractionsAndChangesAreOfTheirOwnNetwork() {
    List<PublishedArm> l1 = ROWS.get("l1-resnet56-b-cifar10").published();
    assertThat(l1)
        .containsExactly(
            new PublishedArm("unpruned", 0.9314, 0.0012, null),
            new PublishedArm("fine-tuned", 0.9267, 0.0014, null),
            new PublishedArm("scratch-e", 0.9254, 0.0019, null),
            new PublishedArm("scratch-b", 0.9305, 0.0018, null));
    assertThat(l1).noneMatch(PublishedArm::isSingleRun);
    assertThat(ROWS.get("thinet-vgg16-conv-imagenet").published())
        .containsExactly(
            new PublishedArm("unpruned", 0.7151, null, null),
            new PublishedArm("fine-tuned", 0.698, null, 0.7103),
            new PublishedArm("scratch-e", 0.6876, null, null),
            new PublishedArm("scratch-b", 0.7172, null, null));
    assertThat(ROWS.get("sss-resnet26-imagenet").published())
        .extracting(PublishedArm::arm)
        .containsExactly("unpruned", "pruned", "scratch-e", "scratch-b");
    for (String wrong : List.of("", "93,6", "93.63±0.16", "-1.23 of", "about 90", "90 ± x")) {
      assertThatThrownBy(() -> PublishedArm.parse("arm", wrong))
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "arm: expected percents such as '93.63 ± 0.16' or '-1.23 of 71.03', found '"
                  + wrong
                  + "'");
    }
  }

  /** Of every row but those that no version that was read has; all between chance and certainty. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void publishedNumbersArePlausible(NamedComparison row) {
    assertThat(row.published()).hasSize(row.tableNumber() == 0 ? 0 : 4);
    for (PublishedArm arm : row.published()) {
      assertThat(arm.accuracy()).isBetween(0.57, 0.96);
      assertThat(arm.isSingleRun()).isEqualTo(row.settings().get("dataset").equals("imagenet"));
      assertThat(arm.std() == null ? 0.001 : arm.std()).isBetween(0.0003, 0.005);
    }
  }

  @Test
  void olderNamesStandForTheSameRows() {
    assertThat(ROWS.get("l1-vgg16-a")).isSameAs(ROWS.get("l1-vgg16-a-cifar10"));
    assertThat(ROWS.find("nothing")).isEmpty();
    assertThatThrownBy(() -> ROWS.get("l1-vgg61-a"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown comparison 'l1-vgg61-a'; nearest: l1-vgg16-a");
  }

  /** Without any data set, and with a method that is given otherwise. */
  @Test
  void whatIsMissingIsNamedUnlessItIsReplaced() {
    NamedComparisons bare = new NamedComparisons(Tables.WORDS, new Datasets(Set.of()));
    NamedComparison row = ROWS.get("l1-resnet56-b");
    assertThat(bare.needs(row)).containsExactly("cifar10");
    assertThatThrownBy(() -> bare.comparison(row))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "l1-resnet56-b-cifar10 needs cifar10, which this build has not; --dataset can name"
                + " another");
    assertThat(bare.source(row, Set.of("dataset")).values()).doesNotContainKey("dataset");
    NamedComparisons methodless =
        new NamedComparisons(new Vocabulary(Set.of(), Map.of()), new Datasets(Set.of()));
    assertThat(methodless.needs(ROWS.get("slimming-vgg19-70-cifar10")))
        .containsExactly("slimming", "cifar10");
    assertThat(methodless.needs(ROWS.get("sfp-resnet56-70-cifar10")))
        .containsExactly("zero-filters", "soft-filter-pruning", "cifar10");
    assertThat(methodless.needs(ROWS.get("sss-resnet26-imagenet"))).containsExactly("imagenet");
  }

  @Test
  void whatDiffersFromTheRowIsTold() {
    NamedComparison row = ROWS.get("l1-resnet56-b");
    Comparison own = ROWS.comparison(row);
    Comparison other =
        Settings.with(
                own,
                Map.of(
                    "seeds",
                    List.of(1L, 2L),
                    "recipe",
                    own.recipe().withEpochs(8),
                    "images",
                    DataSpec.of("fashion-mnist-small")))
            .scaled(Scale.parse("images=0.5"));
    assertThat(ROWS.beside(row, other).departures())
        .containsExactly(
            "scaled down by images=0.5",
            "dataset: fashion-mnist-small, not cifar10",
            "epochs: 8, not 160",
            "seeds: 1,2, not 1,2,3,4,5");
    NamedComparisons bare = new NamedComparisons(Tables.WORDS, new Datasets(Set.of()));
    assertThat(bare.beside(row, own).departures())
        .as("of what is missing, no default is known")
        .containsExactly("dataset: cifar10, not cifar10");
  }
}
