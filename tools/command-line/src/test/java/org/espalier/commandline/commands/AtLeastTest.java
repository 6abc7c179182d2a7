package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** A cost that is known in part is never printed as if it were the whole. */
class AtLeastTest {
  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  @TempDir Path temp;
  private Path model;

  private static void conv(GraphBuilder g, String name, String in, int from, int to) {
    g.constant(name + "/kernel", ShapedArray.filled(Shape.of(3, 3, from, to), 0.01f));
    g.add(
        "Conv2D",
        name,
        Map.of(
            "T",
            FLOAT,
            "strides",
            Attributes.numbers(1, 1, 1, 1),
            "padding",
            Attributes.text("SAME")),
        in,
        name + "/kernel");
  }

  /** Between two convolutions, images become of a size that is fed. */
  @BeforeEach
  void write() throws IOException {
    GraphBuilder g = new GraphBuilder();
    g.placeholder("x", DataType.DT_FLOAT, Shape.of(-1, 8, 8, 3));
    g.placeholder("size", DataType.DT_INT32, Shape.of(2));
    conv(g, "first", "x", 3, 4);
    conv(g, "wide", "first", 4, 8);
    g.add("ResizeBilinear", "resized", Map.of("T", FLOAT), "wide", "size");
    conv(g, "second", "resized", 8, 5);
    g.constant("axes", Shape.of(2), 1, 2);
    g.add("Mean", "scores", Map.of("T", FLOAT, "Tidx", INT), "second", "axes");
    model = Files.write(temp.resolve("model.pb"), g.build().def().toByteArray());
  }

  @Test
  void inspectSaysSoAndNamesTheNode() {
    var text = UserOfEspalier.types("inspect", model.toString());
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out() + text.err())
        .contains("at least 25.70 k MACs for one image (at least ")
        .contains("not counted: the size of what 'second' (Conv2D) works on is known only at run");
    JsonNode json = UserOfEspalier.types("inspect", model.toString(), "--json").json();
    assertThat(json.at("/totals/atLeast").asBoolean()).isTrue();
    assertThat(json.at("/totals/macs").asLong()).isEqualTo(64 * 9 * (12 + 32) + 9 * 40);
    assertThat(json.at("/totals/open")).hasSize(1);
  }

  @Test
  void pruneTellsNoShareOfIt() {
    Path out = temp.resolve("small");
    var text =
        UserOfEspalier.types(
            "prune", model.toString(), "--ratio", "0.5", "--no-proof", "--out", out.toString());
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out() + text.err())
        .contains("multiply-accumulates at least 25.70 k -> at least ")
        .contains("multiply-accumulates are at least what is told: the size of what 'second'")
        .containsOnlyOnce("% remain)");
    var refused =
        UserOfEspalier.types(
            "prune",
            model.toString(),
            "--target-macs",
            "0.5",
            "--out",
            temp.resolve("no").toString());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("target-macs needs the multiply-accumulates of the whole");

    Path page =
        Path.of(
            UserOfEspalier.types("report", out.toString(), "--json")
                .json()
                .path("report")
                .asText());
    assertThat(page).content().contains("at least 25.70 k to at least ");
  }
}
