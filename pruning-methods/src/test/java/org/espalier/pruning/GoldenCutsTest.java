package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Network;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.rewrites.Cut;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every preset keeps the filters that an independent statement of the method keeps. */
class GoldenCutsTest {
  private static final ObjectNode GOLDEN = new ObjectMapper().createObjectNode();

  @BeforeAll
  static void read() throws IOException {
    for (String name : List.of("l1-kept", "l1-kept-imagenet")) {
      String file = "/org/espalier/framework/golden/" + name + ".json";
      try (InputStream in = GoldenCutsTest.class.getResourceAsStream(file)) {
        GOLDEN.setAll((ObjectNode) new ObjectMapper().readTree(in));
      }
    }
  }

  @Test
  void everyPresetHasAGoldenCut() {
    assertThat(GOLDEN.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(Presets.names());
  }

  @ParameterizedTest
  @CsvSource({
    "vgg16-a, vgg16, 5397034, 413364234",
    "resnet56-a, resnet56, 773336, 226390090",
    "resnet56-b, resnet56, 735712, 183137866",
    "resnet110-a, resnet110, 1688522, 428291338",
    "resnet110-b, resnet110, 1168424, 312745738",
    "resnet34-a, resnet34, 20151764, 6212499416",
    "resnet34-b, resnet34, 19469372, 5576203448",
  })
  void keepsTheGoldenFilters(String preset, String architecture, long parameters, long flops) {
    Network network = Pruning.network(architecture);
    Decision decision =
        Pruning.decide("l1-norm", network, GoldenWeights.of(network), Amount.preset(preset));

    assertThat(keptByKernel(Pruning.cut(decision))).isEqualTo(expected(preset));
    assertThat(decision.notes()).isEmpty();

    Cost cost = Pruning.costAfter(network, Pruning.cut(decision));
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat(cost.flops()).isEqualTo(flops);
    Cost published = Pruning.WIRED.costs().of(Pruning.network(preset));
    assertThat(cost.parameters()).isEqualTo(published.parameters());
    assertThat(cost.macs()).isEqualTo(published.macs()).isEqualTo(decision.costAfter().macs());
    assertThat(decision.costBefore().macs()).isEqualTo(Pruning.WIRED.costs().of(network).macs());
  }

  private static Map<String, List<Integer>> keptByKernel(Cut cut) {
    Map<String, List<Integer>> kept = new HashMap<>();
    cut.groups().forEach(g -> kept.put(g.id() + "/kernel", g.kept()));
    return kept;
  }

  private static Map<String, List<Integer>> expected(String preset) {
    Map<String, List<Integer>> kept = new HashMap<>();
    GOLDEN
        .get(preset)
        .properties()
        .forEach(
            layer -> {
              List<Integer> filters = new ArrayList<>();
              layer.getValue().forEach(f -> filters.add(f.asInt()));
              kept.put(layer.getKey(), filters);
            });
    return kept;
  }
}
