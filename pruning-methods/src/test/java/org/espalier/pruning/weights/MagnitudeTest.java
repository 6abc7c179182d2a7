package org.espalier.pruning.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.cost.Cost;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Decision;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.Limits;
import org.espalier.pruning.Pruning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MagnitudeTest {
  private static final Magnitude CONV = new Magnitude(KernelKind.CONV);
  private static final Magnitude ALL = new Magnitude(KernelKind.ALL);

  private final Model model = Small.model(Small.resNet());

  private static List<Parameter> kernels(Network network) {
    return network.parameters(k -> k == ParameterKind.CONV_KERNEL);
  }

  private static List<Float> absolute(Weights weights, List<Parameter> of) {
    List<Float> values = new ArrayList<>();
    for (Parameter p : of) {
      for (float v : weights.get(p.name()).values()) {
        values.add(Math.abs(v));
      }
    }
    Collections.sort(values);
    return values;
  }

  /** What a plain sort says. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.37, 0.5, 0.9})
  void globallyTheSmallestOfAllGo(double ratio) {
    Model masked = Small.prune(CONV, model, Small.globally(ratio)).after();
    List<Parameter> kernels = kernels(model.network());
    List<Float> sorted = absolute(model.weights(), kernels);
    int gone = (int) (sorted.size() * ratio);
    assertThat(masked.masks().keySet())
        .containsExactlyElementsOf(kernels.stream().map(Parameter::name).toList());
    assertThat(Small.total(masked)).isEqualTo(sorted.size() - gone);
    for (Parameter p : kernels) {
      float[] before = model.weights().get(p.name()).values();
      float[] after = masked.weights().get(p.name()).values();
      for (int i = 0; i < before.length; i++) {
        boolean stays = Math.abs(before[i]) >= sorted.get(gone);
        assertThat(after[i]).isEqualTo(stays ? before[i] : 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.37, 0.9})
  void locallyTheSmallestOfEachGo(double ratio) {
    Model masked = Small.prune(ALL, model, Amount.ratio(ratio)).after();
    for (Parameter p : model.network().parameters(ParameterKind::isKernel)) {
      List<Float> sorted = absolute(model.weights(), List.of(p));
      int gone = (int) (sorted.size() * ratio);
      float[] after = masked.weights().get(p.name()).values();
      List<Float> left = new ArrayList<>();
      for (int i = 0; i < after.length; i++) {
        if (masked.masks().get(p.name()).values()[i] == 1) {
          left.add(Math.abs(after[i]));
        }
      }
      Collections.sort(left);
      assertThat(left).isEqualTo(sorted.subList(gone, sorted.size()));
    }
  }

  @Test
  void ofEqualWeightsTheFirstGoes() {
    Network network = Small.conv2();
    Weights even = network.initialise(1);
    for (Parameter p : kernels(network)) {
      even = even.with(p.name(), ShapedArray.filled(p.shape(), -0.5f));
    }
    Model flat = new Model(network, even);
    Model masked = Small.prune(CONV, flat, Small.globally(0.6)).after(); // 151 of 108 + 144
    assertThat(Small.left(masked))
        .containsEntry("conv1/kernel", 1)
        .containsEntry("conv2/kernel", 100);
    // The floor keeps the last of the first kernel, so the next one loses 44 and not 43.
    assertThat(Small.kept(masked.masks().get("conv1/kernel"))).containsExactly(107);
    assertThat(Small.kept(masked.masks().get("conv2/kernel")).get(0)).isEqualTo(44);
    Model local = Small.prune(CONV, flat, Amount.ratio(0.5)).after();
    assertThat(Small.kept(local.masks().get("conv1/kernel")).get(0)).isEqualTo(54);
    assertThat(Small.left(local))
        .containsEntry("conv1/kernel", 54)
        .containsEntry("conv2/kernel", 72);
  }

  @Test
  void roundsAreNestedAndTakeSharesOfWhatIsLeft() {
    int all = absolute(model.weights(), kernels(model.network())).size();
    Model last = model;
    int left = all;
    for (int round = 1; round <= 4; round++) {
      Model next = Small.prune(CONV, last, Small.globally(0.2)).after();
      left -= (int) (left * 0.2);
      assertThat(Small.total(next)).isEqualTo(left);
      if (round > 1) {
        Small.assertNested(next, last);
        assertThat(next.network()).isNotSameAs(last.network());
        assertThat(next.network().graph()).isEqualTo(last.network().graph());
      }
      last = next;
    }
  }

  /** Weights that grew again under their masks, as in a training, do not come back. */
  @Test
  void anotherScopeOnAMaskedNetworkIsNestedToo() {
    Model first = Small.prune(ALL, model, Amount.ratio(0.7)).after();
    Model second = Small.prune(CONV, first, Small.globally(0.5)).after();
    Small.assertNested(second, first);
    assertThat(Small.left(second))
        .containsEntry("dense/kernel", Small.left(first).get("dense/kernel"));
    assertThat(second.masks().keySet()).isEqualTo(first.masks().keySet());
  }

  @Test
  void theFloorHoldsAndIsTold() {
    Weights weights = model.weights();
    ShapedArray stem = weights.get("stem/kernel");
    float[] tiny = new float[stem.values().length];
    RandomStream random = RandomStream.root(1);
    for (int i = 0; i < tiny.length; i++) {
      tiny[i] = (float) (1e-6 * (1 + random.nextDouble()));
    }
    Model faint =
        new Model(
            model.network(), weights.with("stem/kernel", new ShapedArray(stem.shape(), tiny)));
    int all = absolute(weights, kernels(model.network())).size();
    Decision one = Small.prune(CONV, faint, Small.globally(0.5));
    assertThat(Small.left(one.after())).containsEntry("stem/kernel", 1);
    assertThat(Small.total(one.after())).isEqualTo(all - all / 2);
    assertThat(one.notes())
        .containsExactly(
            "'stem/kernel' keeps 1 of 18 weights, the fewest that a floor of 1 leaves");
    Decision five = Small.prune(CONV, faint, Small.globally(0.5).with(l -> l.floor(5)));
    assertThat(Small.left(five.after())).containsEntry("stem/kernel", 5);
    assertThat(Small.total(five.after())).isEqualTo(all - all / 2);
    float[] kept = five.after().weights().get("stem/kernel").values();
    float[] sorted = tiny.clone();
    java.util.Arrays.sort(sorted);
    for (float v : kept) {
      assertThat(v == 0 || v >= sorted[13]).isTrue();
    }
    Decision local = Small.prune(CONV, faint, Amount.ratio(0.9).with(l -> l.floor(5)));
    assertThat(Small.left(local.after())).containsEntry("stem/kernel", 5);
    Decision most = Small.prune(CONV, faint, Small.globally(0.999999));
    assertThat(Small.left(most.after()).values()).containsOnly(1);
  }

  @Test
  void aKernelThatIsEmptyAlreadyIsTold() {
    ShapedArray none = ShapedArray.filled(model.weights().get("stem/kernel").shape(), 0f);
    Model empty = new Model(model.network(), model.weights().with("stem/kernel", none));
    Decision decision = Small.prune(CONV, empty, Amount.ratio(0.5));
    assertThat(decision.notes()).containsExactly("'stem/kernel' had no weight left before");
    assertThat(Small.left(decision.after())).containsEntry("stem/kernel", 0);
    assertThat(Small.prune(CONV, model, Amount.ratio(0.0001)).notes())
        .containsExactly(
            "nothing is masked: so small a share is less than one weight that is left");
    assertThat(Small.prune(CONV, model, Amount.ratio(0)).notes()).isEmpty();
    assertThat(Small.prune(CONV, model, Amount.macs(1)).notes())
        .containsExactly("nothing is masked: the network meets the target as it is");
  }

  @Test
  void kernelsAreExcludedAndHaveRatiosByTheirOwnNameOrTheLayers() {
    Amount amount =
        Amount.ratio(0.5).with(l -> l.exclude(List.of("stem", "stage1/block1/conv1/kernel")));
    Model masked = Small.prune(CONV, model, amount).after();
    assertThat(masked.masks()).doesNotContainKeys("stem/kernel", "stage1/block1/conv1/kernel");
    assertThat(masked.masks()).containsKey("stage1/block1/conv2/kernel");
    Model some = Small.prune(CONV, model, Amount.ratios(Map.of("stem", 0.5))).after();
    assertThat(Small.left(some)).isEqualTo(Map.of("stem/kernel", 9));
    Amount both =
        new Amount(
            java.util.Optional.empty(),
            java.util.Optional.of(0.25),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            List.of(new Amount.GroupShare("stem", 0.5)),
            Limits.NONE);
    Map<String, Integer> left = Small.left(Small.prune(CONV, model, both).after());
    int size = model.weights().get("stage1/block1/conv1/kernel").values().length;
    assertThat(left).containsEntry("stem/kernel", 9);
    assertThat(left).containsEntry("stage1/block1/conv1/kernel", size - size / 4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void targetsAreMetWithTheLastWeight(boolean global) {
    Limits.Scope scope = global ? Limits.Scope.GLOBAL : Limits.Scope.LOCAL;
    Cost dense = Pruning.WIRED.costs().of(model.network());
    for (double share : new double[] {0.3, 0.5, 0.9}) {
      Cost.Effective parameters =
          Small.prune(CONV, model, Amount.parameters(share).with(l -> l.scope(scope)))
              .costAfter()
              .spent();
      assertThat(parameters.parameters()).isEqualTo((long) (share * dense.parameters()));
      Cost.Effective macs =
          Small.prune(CONV, model, Amount.macs(share).with(l -> l.scope(scope)))
              .costAfter()
              .spent();
      assertThat((double) macs.macs()).isLessThanOrEqualTo(share * dense.macs());
      assertThat((double) macs.macs()).isGreaterThan(share * dense.macs() - 100); // 10 x 10 pixels
    }
  }

  /** A local target takes the same share of each kernel, as far as whole weights can. */
  @Test
  void aLocalTargetIsAShareOfEachKernel() {
    Model masked = Small.prune(CONV, model, Amount.parameters(0.5)).after();
    double most = 0;
    double next = 1;
    for (Map.Entry<String, Integer> left : Small.left(masked).entrySet()) {
      int size = model.weights().get(left.getKey()).values().length;
      most = Math.max(most, (double) (size - left.getValue()) / size);
      next = Math.min(next, (size - left.getValue() + 1.0) / size);
    }
    assertThat(most).isBetween(0.4, next);
  }

  /** A share of what is left: of a network that is masked already, half of half. */
  @Test
  void aTargetCountsWhatWasMaskedBefore() {
    Decision half = Small.prune(CONV, model, Amount.macs(0.5));
    Decision quarter = Small.prune(CONV, half.after(), Amount.macs(0.5));
    assertThat(quarter.costBefore()).isEqualTo(half.costAfter());
    assertThat((double) quarter.costAfter().spent().macs() / half.costBefore().macs())
        .isBetween(0.24, 0.25);
    assertThat(quarter.macFraction()).isBetween(0.49, 0.5);
    // What was masked counts where nothing more may be masked, too.
    List<String> stem = List.of("stem/kernel");
    Cost.Effective left = half.costAfter().spent();
    Amount others = Amount.macs(0.5).with(l -> l.exclude(stem));
    long macs = Small.prune(CONV, half.after(), others).costAfter().spent().macs();
    assertThat((double) macs).isBetween(0.5 * left.macs() - 100, 0.5 * left.macs());
    Amount fewer = Amount.parameters(left.parameters() - 7).with(l -> l.exclude(stem));
    assertThat(Small.prune(CONV, half.after(), fewer).costAfter().spent().parameters())
        .isEqualTo(left.parameters() - 7);
    long before = quarter.costBefore().spent().parameters();
    Decision some = Small.prune(ALL, half.after(), Amount.parameters(before - 10));
    assertThat(some.costAfter().spent().parameters()).isEqualTo(before - 10);
  }

  /** Channels of a masked network go with their masks, ranked by what is left of them. */
  @Test
  void aMaskedNetworkCanBeCut() {
    Model masked = Small.prune(CONV, model, Small.globally(0.7)).after();
    Model grown = new Model(masked.network(), masked.weights().with(model.weights()));
    Decision cut = Small.prune(new L1Norm(), grown, Amount.ratio(0.5));
    assertThat(cut.cut().orElseThrow().groups())
        .isEqualTo(
            Small.prune(new L1Norm(), masked, Amount.ratio(0.5)).cut().orElseThrow().groups());
    cut.after()
        .masks()
        .forEach(
            (name, mask) ->
                assertThat(mask.shape()).isEqualTo(cut.after().network().parameter(name).shape()));
    assertThat(cut.costAfter().spent().macs()).isLessThan(cut.costAfter().macs() * 3 / 4);
    CutCheck.proof(
        cut.analysis(),
        cut.repaired().weights(),
        cut.pruned().cut().orElseThrow(),
        cut.after(),
        Machine.threads(1));
  }

  @Test
  void whatSaysNothingOfWeightsIsRefused() {
    refused(Amount.preset("resnet56-a"), "preset names widths of channels");
    refused(Amount.ratio(0.5).with(l -> l.coupled(true)), "coupled says nothing of single weights");
    refused(Amount.ratio(0.5).with(l -> l.roundTo(8)), "round-to rounds widths");
    refused(
        Amount.ratio(0.5).with(l -> l.exclude(List.of("stemm"))),
        "unknown kernel 'stemm'; nearest: stem/kernel");
    refused(Amount.ratios(Map.of("conv9", 0.5)), "unknown kernel 'conv9'");
    refused(
        new Amount(
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            List.of(new Amount.GroupShare("stem", 0.5), new Amount.GroupShare("stem/kernel", 0.25)),
            Limits.NONE),
        "ratios name kernel 'stem/kernel' twice");
    refused(Amount.parameters(1), "target-parameters asks for at most");
    refused(Amount.macs(1e-9), "target-macs asks for at most");
    Network dense = Pruning.network("lenet-300-100");
    assertThatThrownBy(() -> Small.prune(CONV, Small.model(dense), Amount.ratio(0.5)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "lenet-300-100 has no kernel of a convolution; kernels all adds those of dense layers");
    assertThat(Small.left(Small.prune(ALL, Small.model(dense), Amount.ratio(0.5)).after()))
        .hasSize(3);
    List<String> every = kernels(model.network()).stream().map(Parameter::name).toList();
    refused(Amount.ratio(0.5).with(l -> l.exclude(every)), "nothing to mask in resnet8");
  }

  private void refused(Amount amount, String message) {
    if (amount.targetParameters().isPresent()) {
      // One parameter for the whole network: biases and batch norm alone are more.
      amount = Amount.parameters(2);
    }
    Amount asked = amount;
    assertThatThrownBy(() -> Small.prune(CONV, model, asked))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void weightsThatAreNoNumbersAreRefused() {
    ShapedArray nan = ShapedArray.filled(model.weights().get("stem/kernel").shape(), Float.NaN);
    Model diverged = new Model(model.network(), model.weights().with("stem/kernel", nan));
    assertThatThrownBy(() -> Small.prune(CONV, diverged, Amount.ratio(0.5)))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "'stem/kernel', weight 0: expected a finite magnitude score, found NaN; check the weights");
  }
}
