package org.espalier.graphs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.junit.jupiter.api.Test;

/** A masked network with fresh weights. */
class ModelTest {
  private static final String WIDE = "conv3/kernel"; // [3, 3, 32, 64]

  private final Network plain = Graphs.network("vgg11", 0.25);

  private Model masked(Map<String, ShapedArray> masks) {
    Model model = new Model(plain, plain.initialise(1)).rewritten(new InsertMasks(masks.keySet()));
    return new Model(model.network(), new Masks(masks).put(model.network(), model.weights()));
  }

  /** Keeps a random share. */
  private ShapedArray mask(String kernel, double share) {
    Shape shape = plain.parameter(kernel).shape();
    RandomStream random = RandomStream.of(4, kernel);
    float[] mask = new float[(int) shape.elements()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextDouble() < share ? 1 : 0;
    }
    return new ShapedArray(shape, mask);
  }

  /** A limit or a divisor is no weight: another seed draws none. */
  @Test
  void constantsStayWhatTheyAre() {
    SmallGraph g = new SmallGraph();
    Initializer zeros = Initializer.zeros();
    for (ParameterKind kind : new ParameterKind[] {ParameterKind.CONSTANT, ParameterKind.OTHER}) {
      g.nodes.parameter(new Parameter(kind.label(), Shape.of(4), kind, zeros));
    }
    String x = g.conv("images", "a", 3, 4);
    x = g.nodes.addFloat("RealDiv", "d", x, GraphBuilder.readName("constant"));
    x = g.nodes.addFloat("Mul", "m", x, GraphBuilder.readName("other"));
    Network network = g.end(g.conv(x, "b", 4, 5));
    ShapedArray values = new ShapedArray(Shape.of(4), new float[] {1, 2, 3, 4});
    Weights weights = network.initialise(1).with("constant", values).with("other", values);
    Model fresh = new Model(network, weights).fresh(2);
    assertThat(fresh.weights().get("constant")).isEqualTo(values);
    assertThat(fresh.weights().get("other").values()).containsOnly(0f);
    assertThat(network.parameters(ParameterKind::isTrained))
        .extracting(Parameter::name)
        .containsExactlyInAnyOrder("a/kernel", "b/kernel", "other");
    assertThat(Graphs.WIRED.costs().of(network).parameters()).isEqualTo(27 * 4 + 36 * 5 + 4);
  }

  private static long left(ShapedArray mask) {
    long left = 0;
    for (float m : mask.values()) {
      left += (long) m;
    }
    return left;
  }

  @Test
  void freshWeightsOfAMaskedKernelHaveTheSpreadOfItsDensity() {
    ShapedArray mask = mask(WIDE, 0.1);
    Model fresh = masked(Map.of(WIDE, mask)).fresh(7);
    assertThat(fresh.masks()).containsExactly(Map.entry(WIDE, mask));
    float[] drawn = fresh.weights().get(WIDE).values();
    double squares = 0;
    for (int i = 0; i < drawn.length; i++) {
      squares += (double) drawn[i] * drawn[i];
      assertThat(drawn[i] != 0).isEqualTo(mask.values()[i] == 1);
    }
    long left = left(mask);
    double std = Math.sqrt(2.0 / ((double) left / plain.parameter(WIDE).shape().dim(2)));
    // Of n normal numbers the mean square is off by about sqrt(2 / n) of itself.
    assertThat(squares / left).isCloseTo(std * std, within(5 * Math.sqrt(2.0 / left) * std * std));
    assertThat(fresh.weights().filter(n -> !n.startsWith(WIDE)))
        .isEqualTo(plain.initialise(7).filter(n -> !n.equals(WIDE)));
  }

  /** The same draws, three times as wide: a ninth of the weights is left. */
  @Test
  void bothScalesAreTheSameDrawsAtTheirOwnSpread() {
    Shape shape = plain.parameter(WIDE).shape();
    float[] ninth = new float[(int) shape.elements()];
    for (int i = 0; i < ninth.length; i += 9) {
      ninth[i] = 1;
    }
    Model model = masked(Map.of(WIDE, new ShapedArray(shape, ninth)));
    float[] dense = model.fresh(7, FreshScale.DENSE).weights().get(WIDE).values();
    float[] density = model.fresh(7, FreshScale.DENSITY).weights().get(WIDE).values();
    float[] whole = plain.initialise(7).get(WIDE).values();
    assertThat(plain.parameter(WIDE).initializer()).isEqualTo(new Initializer.He(true));
    for (int i = 0; i < dense.length; i++) {
      assertThat(dense[i]).isEqualTo(i % 9 == 0 ? whole[i] : 0);
      assertThat((double) density[i]).isCloseTo(3.0 * dense[i], within(1e-6));
    }
  }

  /** A dense layer keeps its own initialiser: a quarter is left, so twice as wide. */
  @Test
  void denseLayersAreSpreadByTheirOwnInitialiser() {
    Parameter dense = plain.parameters(k -> k == ParameterKind.DENSE_KERNEL).get(0);
    float[] quarter = new float[(int) dense.shape().elements()];
    for (int i = 0; i < quarter.length; i += 4) {
      quarter[i] = 1;
    }
    Model model = masked(Map.of(dense.name(), new ShapedArray(dense.shape(), quarter)));
    float[] density = model.fresh(7, FreshScale.DENSITY).weights().get(dense.name()).values();
    float[] whole = plain.initialise(7).get(dense.name()).values();
    for (int i = 0; i < whole.length; i++) {
      assertThat(density[i]).isCloseTo(i % 4 == 0 ? 2 * whole[i] : 0, within(1e-6f));
    }
  }

  @Test
  void aKernelOfWhichNothingIsLeftIsZero() {
    ShapedArray none = ShapedArray.filled(plain.parameter(WIDE).shape(), 0f);
    for (FreshScale scale : FreshScale.values()) {
      assertThat(masked(Map.of(WIDE, none)).fresh(1, scale).weights().get(WIDE)).isEqualTo(none);
    }
  }

  @Test
  void withoutMasksFreshWeightsAreThoseOfTheNetwork() {
    Model model = new Model(plain, plain.initialise(1));
    assertThat(model.fresh(5).weights()).isEqualTo(plain.initialise(5));
    assertThat(model.silenced()).isEqualTo(model);
    assertThat(model.masks()).isEmpty();
  }

  @Test
  void whatIsMaskedIsSilenced() {
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    masks.put(WIDE, mask(WIDE, 0.5));
    masks.put("conv1/bn/scale", mask("conv1/bn/scale", 0.5));
    Model model = masked(masks);
    Model silenced = model.silenced();
    masks.forEach(
        (name, mask) -> {
          float[] before = model.weights().get(name).values();
          float[] after = silenced.weights().get(name).values();
          for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isEqualTo(before[i] * mask.values()[i]);
          }
        });
    assertThat(silenced.weights().filter(n -> !masks.containsKey(n)))
        .isEqualTo(model.weights().filter(n -> !masks.containsKey(n)));
  }
}
