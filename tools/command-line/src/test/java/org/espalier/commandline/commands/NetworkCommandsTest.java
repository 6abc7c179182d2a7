package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.Test;

/** The JSON that scripts rely on. */
class NetworkCommandsTest {
  private static final Set<String> KINDS =
      Set.of(
          "conv-kernel",
          "depthwise-kernel",
          "dense-kernel",
          "bias",
          "bn-scale",
          "bn-offset",
          "bn-mean",
          "bn-variance",
          "branch-scale",
          "selection",
          "other");

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static List<String> texts(JsonNode array, String field) {
    List<String> texts = new ArrayList<>();
    array.forEach(e -> texts.add(e.path(field).asText()));
    return texts;
  }

  @Test
  void architecturesAreRowsWithCosts() {
    JsonNode rows = UserOfEspalier.types("architectures --json").json();
    assertThat(texts(rows, "name"))
        .contains("vgg16", "vgg16-a", "resnet56", "resnet110-b", "vgg19-slimming");
    for (JsonNode row : rows) {
      assertThat(names(row))
          .containsExactly("classes", "family", "flops", "input", "macs", "name", "parameters");
      assertThat(row.path("input")).hasSize(3);
      assertThat(row.path("macs").asLong()).isPositive();
    }
    JsonNode vgg = rows.get(texts(rows, "name").indexOf("vgg16"));
    assertThat(vgg.path("flops").asLong()).isEqualTo(627_880_970L);
    assertThat(vgg.path("input").toString()).isEqualTo("[32,32,3]");
  }

  @Test
  void inspectSaysParametersLayersAndGroups() {
    JsonNode i = UserOfEspalier.types("inspect resnet20 --width 0.25 --json").json();
    assertThat(names(i))
        .containsExactly("groups", "inputs", "layers", "name", "outputs", "parameters", "totals");
    assertThat(names(i.path("inputs").get(0))).containsExactly("name", "shape");
    assertThat(i.path("inputs").get(0).path("name").asText()).isEqualTo("images");
    assertThat(i.path("outputs").get(0).path("name").asText()).isEqualTo("logits");
    long elements = 0;
    for (JsonNode p : i.path("parameters")) {
      assertThat(names(p)).containsExactly("kind", "name", "shape");
      assertThat(p.path("kind").asText()).isIn(KINDS);
      assertThat(p.path("shape").size()).isPositive();
    }
    JsonNode first = i.path("parameters").get(0);
    assertThat(first.path("shape").toString()).isEqualTo("[3,3,3,4]");
    assertThat(first.path("kind").asText()).isEqualTo("conv-kernel");
    for (JsonNode layer : i.path("layers")) {
      assertThat(names(layer)).containsExactly("macs", "name", "nodes", "op", "parameters");
      elements += layer.path("macs").asLong();
    }
    assertThat(names(i.path("totals")))
        .containsExactly("flops", "macs", "parameters", "statistics");
    // Batch norm behind 7 convolutions of 4, 6 of 8 and 6 of 16 channels; mean and variance each.
    assertThat(i.path("totals").path("statistics").asLong())
        .isEqualTo(2 * (7 * 4 + 6 * 8 + 6 * 16));
    assertThat(i.path("totals").path("macs").asLong()).isEqualTo(elements);
  }

  @Test
  void everyMemberOfAGroupIsAnAxisOfThatManyChannels() {
    JsonNode i = UserOfEspalier.types("inspect resnet20 --width 0.25 --json").json();
    List<String> parameters = texts(i.path("parameters"), "name");
    for (JsonNode group : i.path("groups")) {
      assertThat(names(group))
          .containsExactly("channels", "coupled", "id", "members", "prunable", "reason");
      assertThat(group.path("prunable").isBoolean()).isTrue();
      for (JsonNode member : group.path("members")) {
        assertThat(names(member)).containsExactly("axis", "parameter");
        JsonNode p =
            i.path("parameters").get(parameters.indexOf(member.path("parameter").asText()));
        int size = p.path("shape").get(member.path("axis").asInt()).asInt();
        assertThat(size % group.path("channels").asInt()).as(member.toString()).isZero();
      }
    }
    assertThat(i.path("groups").findValuesAsText("prunable")).contains("true", "false");
  }

  @Test
  void optionsAdaptANetwork() {
    JsonNode i = UserOfEspalier.types("inspect vgg11 --classes 7 --input 64x64x1 --json").json();
    assertThat(i.path("inputs").get(0).path("shape").get(3).asInt()).isEqualTo(1);
    assertThat(i.path("outputs").get(0).path("shape").get(1).asInt()).isEqualTo(7);
  }

  @Test
  void whatIsAskedForGoesToStdoutAlone() {
    for (String line : List.of("architectures", "inspect vgg11")) {
      UserOfEspalier.Outcome outcome = UserOfEspalier.types(line);
      assertThat(outcome.code()).isZero();
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.out()).contains("parameters").doesNotContain("\u001b");
    }
  }

  /**
   * 108 + 864 + 3,168 + 12,672 in kernels, 344 of batch norm, 170 at the end; LeNet has no batch
   * norm.
   */
  @Test
  void whatKerasCountsIsToldToo() {
    assertThat(UserOfEspalier.types("inspect resnet20 --width 0.25").out())
        .contains("17.33 k parameters", "Keras counts 344 means and variances", "17.67 k in all");
    assertThat(UserOfEspalier.types("inspect lenet-300-100").out()).doesNotContain("Keras");
  }

  /** A default that something else comes before says so; what is refused is not offered. */
  @Test
  void helpShowsTheDefaultsThatHold() {
    String train = UserOfEspalier.types("train --help").out().replaceAll("\\s+", " ");
    assertThat(train).contains("(default: as --recipe says, else 160)", "(default: 64)");
    String finetune = UserOfEspalier.types("finetune --help").out().replaceAll("\\s+", " ");
    assertThat(finetune)
        .contains("(default: as it was trained, else 64)", "--fine-tune-epochs")
        .doesNotContain("--epochs", "--milestones");
    String scratch = UserOfEspalier.types("scratch --help").out().replaceAll("\\s+", " ");
    assertThat(scratch).contains("--epochs=INTEGER", "(default: as it was trained, else 160)");
  }

  /** Help that a person can act on: every option is a sentence, required ones say so. */
  @Test
  void everyOptionIsExplainedInASentence() {
    for (String command :
        List.of(
            "quickstart",
            "inspect",
            "train",
            "evaluate",
            "prune",
            "finetune",
            "scratch",
            "compare",
            "export",
            "import",
            "predict",
            "bench",
            "data fetch",
            "data verify")) {
      String help = UserOfEspalier.types(command + " --help").out();
      String options = help.substring(help.indexOf("Options:")).replaceAll("\\n {9,}", " ");
      options
          .lines()
          .skip(1)
          .filter(line -> !line.isBlank())
          .forEach(
              line ->
                  assertThat(line)
                      .as(command)
                      .matches(
                          " +(-[hq], )?--\\S+ +[A-Z].*\\.( \\((required|default: [^)]*)\\))?"));
    }
    assertThat(UserOfEspalier.types("train --help").out())
        .containsPattern("--dataset=TEXT[^(]*\\(required\\)")
        .containsPattern("--dataset=TEXT(.|\\n)*?\\(required\\)");
  }
}
