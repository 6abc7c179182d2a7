package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.settings.Named;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

/** What is far from what was asked for is told. */
class RemarksTest {
  private static final Network NETWORK = Pruning.network("resnet20");

  private static List<String> notes(Amount amount) {
    return Pruning.decide("l1-norm", NETWORK, amount).notes();
  }

  @Test
  void aCutOfNothingSaysWhy() {
    assertThat(notes(Amount.ratio(0.1).with(l -> l.roundTo(64))))
        .containsExactly(
            "nothing is cut: a floor of 1 and widths rounded up to 64 leave every group as it is");
    assertThat(notes(Amount.ratio(0.1).with(l -> l.floor(99))))
        .contains(
            "nothing is cut: a floor of 99 and widths rounded up to 1 leave every group as it is");
    assertThat(notes(Amount.macs(1)))
        .containsExactly("nothing is cut: the network meets the target as it is");
    assertThat(notes(Amount.parameters(1e9)))
        .containsExactly("nothing is cut: the network meets the target as it is");
    assertThat(notes(Amount.ratio(1e-6).with(l -> l.scope(Limits.Scope.GLOBAL))))
        .containsExactly("nothing is cut: so small a share is less than one channel");
    assertThat(notes(Amount.ratio(0))).as("nothing was asked for").isEmpty();
    assertThat(notes(Amount.ratio(0.5))).isEmpty();
    assertThat(notes(Amount.macs(0.7))).isEmpty();
  }

  @Test
  void aTargetThatTakesNearlyAllSaysWhoCannotShareTheLoad() {
    long least = Pruning.decide("l1-norm", NETWORK, Amount.ratio(0.9999)).costAfter().macs();
    String remark =
        notes(Amount.macs(least)).stream()
            .filter(n -> n.startsWith("the target takes "))
            .findFirst()
            .orElseThrow();
    assertThat(remark)
        .startsWith(
            "the target takes 98.4 % of the channels of each group that may be cut: of"
                + " 'stage3/block1/conv1', 1 of 64 stay; these cannot share the load: ")
        .contains("'stage3/block1/conv2' with 32 (coupled would cut it), 'stem' with 16 (coupled")
        .endsWith(" (coupled would cut it)") // three, and none more
        .doesNotContain("it is the input");
    assertThat(notes(Amount.macs(0.5)).stream().filter(n -> n.contains("target"))).isEmpty();
    assertThat(
            notes(Amount.macs(least).with(l -> l.scope(Limits.Scope.GLOBAL))).stream()
                .filter(n -> n.startsWith("the target takes ")))
        .as("a global ranking shares as it likes")
        .isEmpty();
  }

  @Test
  void ofTheGroupsThatCannotShareEachHasItsReason() {
    Limits limits =
        Limits.NONE.exclude(
            List.of("stage1/block1/conv1", "stage3/block1/conv2", "stage3/block1/conv1"));
    assertThat(targetOf(NETWORK, new L1Norm(), limits))
        .endsWith(
            "; these cannot share the load: 'stage3/block1/conv1' with 64 (it is excluded),"
                + " 'stage3/block1/conv2' with 32 (it is excluded), 'stem' with 16 (coupled would cut"
                + " it) and 2 more");
    Network vgg = Pruning.narrow("vgg11", 0.25);
    assertThat(targetOf(vgg, new L1Norm(), Limits.NONE))
        .as("all groups share the load")
        .endsWith(" stay");
    assertThat(targetOf(vgg, new Picky(), Limits.NONE))
        .endsWith("; these cannot share the load: 'conv1' with 16 (the method cannot score it)");
  }

  /** Has nothing to say about the first layer. */
  @Named("picky")
  record Picky() implements ScoringMethod {
    @Override
    public Optional<String> unableToScore(ChannelGroup g) {
      return g.id().equals("conv1") ? Optional.of("I will not") : Optional.empty();
    }

    @Override
    public double[] scores(ChannelGroup g, Evidence evidence) {
      return new double[g.channels()];
    }
  }

  /** The remark on the least MACs that can be reached. */
  private static String targetOf(Network network, ScoringMethod method, Limits limits) {
    long least = decide(network, method, Amount.ratio(0.9999), limits).costAfter().macs();
    return decide(network, method, Amount.macs(least), limits).notes().stream()
        .filter(n -> n.startsWith("the target takes "))
        .findFirst()
        .orElseThrow();
  }

  private static Decision decide(
      Network network, ScoringMethod method, Amount amount, Limits limits) {
    return Pruning.decide(method, network, network.initialise(1), amount.with(l -> limits));
  }

  @Test
  void halfOfTwoIsMuchMoreThanATenth() {
    Network narrow = Pruning.narrow("resnet20", 0.125);
    assertThat(Pruning.decide("l1-norm", narrow, Amount.ratio(0.1)).notes())
        .containsExactly(
            "much more goes than was asked for, because widths are whole numbers:"
                + " 'stage1/block1/conv1' keeps 1 of 2, 'stage1/block2/conv1' keeps 1 of 2,"
                + " 'stage1/block3/conv1' keeps 1 of 2");
  }

  /** Of 64 channels, one more or less stays. */
  @Test
  void whatIsFarFromWhatWasAskedFor() {
    assertThat(keeping(Amount.ratio(0.25), 38)) // 0.406 go, 0.156 more
        .containsExactly(
            "much more goes than was asked for, because widths are whole numbers:"
                + " 'stage3/block1/conv1' keeps 38 of 64");
    assertThat(keeping(Amount.ratio(0.25), 39)).isEmpty(); // 0.141 more
    assertThat(keeping(Amount.macs(0.5), 6)) // 0.906 go
        .singleElement()
        .asString()
        .startsWith("the target takes 90.6 % of the channels of each group that may be cut");
    assertThat(keeping(Amount.macs(0.5), 7)).isEmpty(); // 0.891
  }

  /** What is said where one group of 64 keeps so many, and all others stay whole. */
  private static List<String> keeping(Amount amount, int kept) {
    ChannelAnalysis analysis = Pruning.analyse(NETWORK);
    Selection selection = Selection.of(analysis, amount);
    int[] widths =
        selection.groups().stream()
            .mapToInt(g -> g.id().equals("stage3/block1/conv1") ? kept : g.channels())
            .toArray();
    return new Remarks(analysis, amount, selection).on(new Widths(widths, widths));
  }

  @Test
  void aTargetThatIsMissedByFarSaysSo() {
    ChannelAnalysis analysis = Pruning.analyse(NETWORK);
    Amount amount = Amount.macs(0.5);
    Remarks remarks = new Remarks(analysis, amount, Selection.of(analysis, amount));
    assertThat(remarks.onTarget("MACs", 500, 1000, 449))
        .containsExactly(
            "at most 500 MACs were asked for, and 449 remain: with a floor of 1 and widths rounded to"
                + " 1, nothing lies between");
    assertThat(remarks.onTarget("MACs", 500, 1000, 451)).isEmpty();
    assertThat(remarks.onTarget("MACs", 5000, 1000, 1000)).isEmpty();
  }

  /** A convolution, an op that nobody knows, and two more. */
  private static Network unknown() {
    GraphBuilder g = new GraphBuilder();
    g.placeholder("images", DataType.DT_FLOAT, Shape.of(-1, 8, 8, 3));
    conv(g, "a", "images", 3);
    g.addFloat("Mystery", "riddle", "a");
    conv(g, "b", "riddle", 4);
    conv(g, "c", "b", 4);
    return new Network(
        "odd",
        g.build(),
        Map.of("images", TensorRef.of("images")),
        Map.of("logits", TensorRef.of("c")));
  }

  private static void conv(GraphBuilder g, String name, String in, int from) {
    String kernel =
        g.parameter(
            new Parameter(
                name + "/kernel",
                Shape.of(3, 3, from, 4),
                ParameterKind.CONV_KERNEL,
                Initializer.parse("he-fan-out")));
    g.add(
        "Conv2D",
        name,
        Map.of(
            "T",
            Attributes.type(DataType.DT_FLOAT),
            "strides",
            Attributes.numbers(1, 1, 1, 1),
            "padding",
            Attributes.text("SAME")),
        in,
        kernel);
  }

  @Test
  void aTargetInMacsThatAreNotKnownIsRefused() {
    assertThatThrownBy(() -> Pruning.decide("l1-norm", unknown(), Amount.macs(0.5)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "target-macs needs the multiply-accumulates of the whole network, and they are known in"
                + " part only: the size of what 'b' (Conv2D) works on is known only at run time; give"
                + " target-parameters or ratio");
    Decision half = Pruning.decide("l1-norm", unknown(), Amount.parameters(0.7));
    assertThat(half.costAfter().isAtLeast()).isTrue();
    assertThat(half.notes())
        .contains(
            "multiply-accumulates are at least what is told: the size of what 'b' (Conv2D) works on"
                + " is known only at run time, and so for 1 more");
  }
}
