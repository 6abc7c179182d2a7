package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertSelections;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that go through a network group by group and let the next layers make up for the cut. */
@Tag("slow")
class LayerByLayerTest {
  private static final Amount HALF = Amount.ratio(0.5);

  private static ThiNet thinet(int images, ThiNet.Variant variant, boolean rescale) {
    return new ThiNet(images, 10, 1, variant, rescale);
  }

  private static final ThiNet GREEDY = thinet(200, ThiNet.Variant.GREEDY, true);
  private static final ThiNet ADDITIVE = thinet(200, ThiNet.Variant.ADDITIVE, true);
  private static final Regression REGRESSION = new Regression(200, 10, 1, true);

  private static final List<PruningMethod> METHODS = List.of(GREEDY, ADDITIVE, REGRESSION);

  /** Of few images: quick, and as exact. */
  private static final List<PruningMethod> QUICK =
      List.of(new ThiNet(30, 4, 1, ThiNet.Variant.GREEDY, true), new Regression(30, 10, 1, true));

  /** Straight after the cut, without any training. */
  @Test
  void lessIsLostThanByScores() {
    lessIsLostThanByScores(Trained.model("conv4", 0.125));
  }

  @Test
  void lessIsLostInResidualBranches() {
    lessIsLostThanByScores(Trained.model("resnet8", 0.5));
  }

  private static void lessIsLostThanByScores(Model model) {
    double l1 = error(new L1Norm(), model);
    double plain = error(thinet(200, ThiNet.Variant.GREEDY, false), model);
    assertThat(error(GREEDY, model)).isLessThan(l1).isLessThan(plain);
    assertThat(error(ADDITIVE, model)).isLessThan(l1);
    assertThat(error(REGRESSION, model)).isLessThan(0.5 * l1);
  }

  /** Each layer that reads a trunk makes up for it. */
  @Test
  void trunksAreMadeUpForToo() {
    Model model = Trained.model("resnet8", 0.5);
    Amount coupled = HALF.with(l -> l.coupled(true));
    double l1 = error(new L1Norm(), model, coupled);
    assertThat(error(ADDITIVE, model, coupled)).isLessThan(l1);
    assertThat(error(REGRESSION, model, coupled)).isLessThan(0.5 * l1);
  }

  private static double error(PruningMethod method, Model model) {
    return error(method, model, HALF);
  }

  private static double error(PruningMethod method, Model model, Amount amount) {
    Decision decision = Trained.decide(method, model, amount);
    return Trained.error(decision.after(), model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet8", "densenet7", "lenet5"})
  void maskedEqualsRemovedAfterTheRepair(String architecture) {
    Network network = Trained.network(architecture, 0.25);
    proof(new Model(network, network.initialise(1)), HALF.with(l -> l.coupled(true)));
  }

  /** A branch may read fewer of the channels of a trunk that keeps its width. */
  @Test
  void alsoWithSelections() {
    Network network = Trained.network("preresnet11", 0.125);
    Model selecting =
        new Model(network, network.initialise(1))
            .rewritten(new InsertSelections(Pruning.WIRED.rules()));
    Decision decision = proof(selecting, HALF);
    assertThat(Pruning.byId(decision).keySet()).anyMatch(id -> id.endsWith(":in"));
  }

  private static Decision proof(Model model, Amount amount) {
    Decision last = null;
    for (PruningMethod method : QUICK) {
      last = Trained.decide(method, model, amount);
      Cut cut = Pruning.cut(last);
      assertThat(cut.changed()).isNotEmpty();
      assertThat(
              CutCheck.of(
                      last.analysis(), last.repaired().weights(), cut, last.after(), 4, Trained.ONE)
                  .holds())
          .isTrue();
      assertThat(last.repaired().weights()).isNotEqualTo(model.weights());
    }
    return last;
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    Network network = Trained.network("conv4", 0.125);
    Model model = new Model(network, network.initialise(1));
    for (PruningMethod method : QUICK) {
      Decision one = Trained.decide(method, model, HALF);
      Decision two = Trained.decide(method, model, HALF);
      assertThat(two.after().weights()).isEqualTo(one.after().weights());
      assertThat(Pruning.cut(two)).isEqualTo(Pruning.cut(one));
    }
    Decision one = Trained.decide(QUICK.get(1), model, HALF);
    Decision other = Trained.decide(new Regression(30, 10, 2, true), model, HALF);
    assertThat(other.after().weights()).isNotEqualTo(one.after().weights());
  }

  /**
   * Every other channel is half of the one before it, in all that makes it; so is what the next
   * layer makes of it.
   */
  private static Model doubled(Model model, String id) {
    ChannelGroup group = Pruning.group(model.network(), id);
    Weights weights = model.weights();
    for (Member member : group.members()) {
      String name = member.parameter().name();
      ShapedArray array = weights.get(name);
      float[] values = array.values().clone();
      boolean reads = member.role() == Member.Role.CONSUMER;
      int inner = reads ? array.shape().last() : 1;
      for (int i = 0; i < values.length; i++) {
        int channel = member.channelAt()[i / inner % member.channelAt().length];
        if (channel % 2 == 1) {
          values[i] = values[i - inner] * (reads ? 0.5f : 1f);
        }
      }
      weights = weights.with(name, new ShapedArray(array.shape(), values));
    }
    return new Model(model.network(), weights);
  }

  /** Half of the channels are copies: nothing is lost without them. */
  @ParameterizedTest
  @CsvSource({"resnet8, stage2/block1/conv1, 0.5", "conv4, conv2, 0.125", "lenet5, conv2, 0.4"})
  void copiesAreMadeUpFor(String architecture, String group, double width) {
    Network network = Trained.network(architecture, width);
    Model model = doubled(new Model(network, network.initialise(1)), group);
    Amount amount = Amount.ratios(Map.of(group, 0.5));
    for (PruningMethod method : List.of(ADDITIVE, REGRESSION)) {
      Decision decision = Trained.decide(method, model, amount);
      assertThat(Pruning.byId(decision)).containsOnlyKeys(group);
      assertThat(Pruning.byId(decision).get(group).kept()).allMatch(k -> k % 2 == 0);
      assertThat(Trained.error(decision.after(), model)).as("%s", method).isLessThan(1e-8);
    }
    assertThat(
            Trained.error(
                Trained.decide(thinet(200, ThiNet.Variant.ADDITIVE, false), model, amount).after(),
                model))
        .isGreaterThan(1e-4);
  }

  @Test
  void widthsAreThoseOfScores() {
    Model model = Trained.model("conv4", 0.125);
    List<Amount> amounts =
        List.of(
            HALF,
            Amount.ratio(0.3).with(l -> l.roundTo(4)),
            Amount.ratio(0.9).with(l -> l.floor(3)),
            Amount.macs(0.6),
            Amount.parameters(0.4),
            Amount.ratios(Map.of("conv2", 0.25)));
    for (Amount amount : amounts) {
      Decision l1 = Pruning.decide("l1-norm", model.network(), model.weights(), amount);
      for (PruningMethod method : METHODS) {
        Decision outline =
            Pruning.WIRED
                .pruner()
                .outline(
                    method, Evidence.of(Pruning.analyse(model.network()), model.weights()), amount);
        assertThat(Pruning.widths(outline)).isEqualTo(Pruning.widths(l1));
        assertThat(outline.notes()).isEqualTo(l1.notes());
      }
    }
    Decision decision =
        Trained.decide(thinet(20, ThiNet.Variant.GREEDY, true), model, Amount.macs(0.6));
    Decision l1 = Pruning.decide("l1-norm", model.network(), model.weights(), Amount.macs(0.6));
    assertThat(decision.costAfter()).isEqualTo(l1.costAfter());
    assertThat(Pruning.cut(decision).method()).isEqualTo("thinet");
    assertThat(Pruning.cut(decision).settings()).containsEntry("images", 20L);
  }

  /** As a plan does that trains between two groups. */
  @Test
  void oneGroupOfANetworkThatIsPrunedAlready() {
    Model model = Trained.model("conv4", 0.125);
    for (PruningMethod method : METHODS) {
      Model first = Trained.decide(method, model, Amount.ratios(Map.of("conv1", 0.5))).after();
      Decision second = Trained.decide(method, first, Amount.ratios(Map.of("conv3", 0.5)));
      assertThat(Pruning.widths(second)).containsExactly(Map.entry("conv3", 8));
      List<String> changed = new ArrayList<>();
      for (String name : first.weights().names()) {
        if (!second.repaired().weights().get(name).equals(first.weights().get(name))) {
          changed.add(name);
        }
      }
      assertThat(changed)
          .containsExactlyElementsOf(
              method instanceof ThiNet
                  ? List.of("conv4/kernel")
                  : List.of("conv4/kernel", "conv4/bias"));
    }
  }

  @Test
  void whatASampleLacksIsTold() {
    Model model = Trained.model("conv4", 0.125);
    Amount amount = Amount.ratios(Map.of("conv3", 0.5));
    assertThat(
            Trained.decide(new ThiNet(900, 1, 1, ThiNet.Variant.GREEDY, true), model, amount)
                .notes())
        .containsExactly("900 images were to be looked at, and fashion-mnist-small/train has 800");
    assertThat(Trained.decide(new Regression(4, 2, 1, true), model, amount).notes())
        .hasSize(2)
        .contains(
            "a sample of 4 images has none of 6 of the 10 classes, of class 4 for one",
            "the sample does not determine the weights of 'conv4/kernel' (fewer rows than unknowns,"
                + " or channels that are sums of others); of those that fit, the ones nearest to the"
                + " old were taken");
    assertThat(Trained.decide(REGRESSION, model, amount).notes()).isEmpty();
  }

  /** A search among numbers that are none would not end. */
  @Test
  @Timeout(120)
  void weightsThatAreNoNumbersAreRefused() {
    Network network = Trained.network("densenet7", 0.25);
    Weights weights = network.initialise(1);
    for (Parameter p : network.parameters(k -> k == ParameterKind.CONV_KERNEL)) {
      float[] values = weights.get(p.name()).values().clone();
      values[0] = Float.NaN;
      weights = weights.with(p.name(), new ShapedArray(p.shape(), values));
    }
    Model broken = new Model(network, weights);
    for (PruningMethod method : QUICK) {
      assertThatThrownBy(() -> Trained.decide(method, broken, HALF))
          .isInstanceOf(BadInputException.class)
          .hasMessageEndingWith("reads or makes of the sample is not finite; check the weights");
    }
  }

  /** A ratio that takes nothing changes nothing. */
  @Test
  void whereNothingGoesNothingIsFitted() {
    Network network = Trained.network("conv4", 0.125);
    Model model = new Model(network, network.initialise(1));
    Amount one = Amount.ratios(Map.of("conv1", 0.0, "conv2", 0.5));
    for (PruningMethod method : QUICK) {
      Decision decision = Trained.decide(method, model, one);
      assertThat(decision.repaired().weights().get("conv2/kernel"))
          .isEqualTo(model.weights().get("conv2/kernel"));
      assertThat(decision.repaired().weights().get("conv3/kernel"))
          .isNotEqualTo(model.weights().get("conv3/kernel"));
    }
  }

  @Test
  void whatCannotBeDoneIsRefused() {
    Model model = Trained.model("conv4", 0.125);
    assertThatThrownBy(
            () -> Trained.decide(GREEDY, model, HALF.with(l -> l.scope(Limits.Scope.GLOBAL))))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "thinet goes through the network group by group and ranks no channels of one against"
                + " those of another; leave out scope");
    assertThatThrownBy(() -> Pruning.decide(REGRESSION, model.network(), model.weights(), HALF))
        .isInstanceOf(UsageException.class)
        .hasMessage("this pruning method looks at images, and no data set was given; give dataset");
    assertThatThrownBy(() -> new Regression(0, 1, 1, true))
        .isInstanceOf(UsageException.class)
        .hasMessage("a sample has at least 1 image, found 0");
    assertThatThrownBy(() -> thinet(0, ThiNet.Variant.GREEDY, true))
        .isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> new ThiNet(1, 0, 1, ThiNet.Variant.GREEDY, true))
        .isInstanceOf(UsageException.class)
        .hasMessage("positions must be at least 1 of each image, found 0");
  }

  /** Dense layers behind large maps have more inputs than can be fitted. */
  @Test
  void aLayerThatIsTooLargeLeavesItsGroupWhole() {
    Network network = Pruning.network("vgg16-imagenet");
    Evidence evidence = Evidence.of(Pruning.analyse(network), Weights.empty());
    Pruned regression = REGRESSION.outline(evidence, HALF);
    assertThat(regression.notes())
        .containsExactly(
            "group 'conv13' stays whole: 'dense1/kernel' reads patches of 25088 values, and at most"
                + " 8192 can be fitted");
    assertThat(regression.cut().orElseThrow().groups())
        .extracting(Cut.Group::id)
        .contains("conv12", "dense1")
        .doesNotContain("conv13");
    assertThat(GREEDY.outline(evidence, HALF).notes()).isEmpty();
  }
}
