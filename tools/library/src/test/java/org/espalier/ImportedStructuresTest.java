package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.RandomInputs;
import org.espalier.framework.training.Extent;
import org.espalier.framework.training.SoftFilterPruning;
import org.espalier.framework.training.Trainer;
import org.espalier.graphs.Model;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.ops.rules.StandardRules;
import org.espalier.graphs.rewrites.InsertBranchScales;
import org.espalier.graphs.rewrites.InsertChannelScales;
import org.espalier.graphs.rewrites.RemoveBranches;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Decision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What acts during a training can act on models that others wrote, and what is left is exact. */
class ImportedStructuresTest {
  private static final Path MODELS = Path.of("../../saved-models/src/test/resources/imports");

  private final Espalier espalier = Espalier.create();

  private Model read(String name) {
    Path frozen = MODELS.resolve(name).resolve("model.pb");
    return espalier.read(Files.exists(frozen) ? frozen : MODELS.resolve(name));
  }

  private double difference(Model before, Model after) {
    Map<String, ShapedArray> inputs = RandomInputs.of(before.network(), 3, 5);
    return Agreement.of(
            before.network().name(),
            espalier.predict(before, inputs),
            espalier.predict(after, inputs))
        .relative();
  }

  private static Model withZeroFilters(Model model) {
    Model changed = model;
    for (Parameter p : model.network().parameters(k -> k == ParameterKind.CONV_KERNEL)) {
      float[] values = changed.weights().get(p.name()).values().clone();
      int filters = p.shape().last();
      int[] order = RandomStream.of(3, p.name()).permutation(filters);
      for (int i = 0; i < values.length; i++) {
        for (int gone = 0; gone < filters * 0.4; gone++) {
          values[i] = i % filters == order[gone] ? 0f : values[i];
        }
      }
      changed =
          new Model(
              model.network(),
              changed.weights().with(p.name(), new ShapedArray(p.shape(), values)));
    }
    return changed;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "residual",
        "keras2_residual",
        "dense",
        "inception",
        "mobile",
        "squeeze_excite",
        "nchw",
        "flatten_dense",
        "grouped",
        "split",
        "prelu",
        "pads",
        "resize",
        "shared",
        "two_outputs",
        "attention_gate",
        "tf1_slim_frozen"
      })
  void filtersOfZerosGoExactly(String name) {
    Model model = withZeroFilters(read(name));
    Decision decision = espalier.prune(model, "zero-filters", Amount.ofZeros());
    assertThat(difference(model, decision.after())).isLessThan(1e-5);
    assertThat(espalier.prove(decision).holds()).isTrue();
    assertThat(decision.costAfter().macs()).isLessThanOrEqualTo(decision.costBefore().macs());
    SoftFilterPruning.keeping(0.7).prepared(model, new Extent(1, 1, 1));
  }

  @ParameterizedTest
  @CsvSource({"residual, 1", "keras2_residual, 1", "nested, 0", "dense, 0"})
  void branchesOfZeroGoExactly(String name, int branches) {
    Model model = read(name).rewritten(new InsertBranchScales(StandardRules.create()));
    List<String> scales = RemoveBranches.scaled(model.network(), StandardRules.create());
    assertThat(scales).hasSize(branches);
    for (String scale : scales) {
      Model zero = new Model(model.network(), model.weights().with(scale, ShapedArray.scalar(0f)));
      Decision decision = espalier.prune(zero, "sss", Amount.ofZeros());
      assertThat(decision.cut().orElseThrow().branches()).containsExactly(scale);
      assertThat(difference(zero, decision.after())).isLessThan(1e-5);
      assertThat(difference(zero, model)).isGreaterThan(1e-3);
      assertThat(decision.macFraction()).isLessThan(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"residual", "inception", "mobile", "nchw", "squeeze_excite"})
  void channelsOfZeroGoExactly(String name) {
    // As a training takes it: batch norm that is written out is one op then.
    Model read = Trainer.trainable(read(name), StandardRules.create());
    Model model = read.rewritten(new InsertChannelScales(StandardRules.create()));
    assertThat(difference(read, model)).isLessThan(1e-6);
    for (Parameter p : model.network().parameters(k -> k == ParameterKind.BRANCH_SCALE)) {
      float[] values = new float[(int) p.shape().elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i % 3 == 1 ? 0f : 0.5f + 0.1f * i;
      }
      ShapedArray scales = new ShapedArray(p.shape(), values);
      model = new Model(model.network(), model.weights().with(p.name(), scales));
    }
    Decision decision = espalier.prune(model, "sss", Amount.ofZeros());
    assertThat(decision.cut().orElseThrow().changed()).isNotEmpty();
    assertThat(difference(model, decision.after())).isLessThan(1e-5);
    assertThat(decision.macFraction()).isLessThan(1);
  }
}
