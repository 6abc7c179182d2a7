package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Scaling;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.Subset;
import org.espalier.framework.experiments.TinyTasks.Failing;
import org.espalier.framework.experiments.TinyTasks.Nothing;
import org.espalier.framework.files.Json;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.framework.training.Adam;
import org.espalier.framework.training.Intervention;
import org.espalier.framework.training.Penalty;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.SoftFilterPruning;
import org.espalier.framework.training.Step;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.FreshScale;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A task that was written down is read back as the same task, or refused in one sentence. */
class TaskReaderTest {
  private static final String FILE = "/runs/a/run.json";

  @TempDir Path folder;

  /** Changes nothing; as a plug-in might bring one along. */
  @Named("nudge")
  record Nudge(@Setting("How far.") double far, @Setting("") List<Long> at)
      implements Intervention {
    @Override
    public boolean actsAfter(long step, int stepsPerEpoch) {
      return false;
    }

    @Override
    public void act(Live live) {}
  }

  private static TaskReader reader() {
    Set<Kind> kinds = new HashSet<>(ExperimentsModule.kinds());
    kinds.addAll(Kind.all(Nothing.class, Failing.class, Nudge.class));
    return new TaskReader(new Vocabulary(kinds, Map.of()));
  }

  private static Train afterItself() {
    Train first = TinyTasks.train(1, 1).keeping(List.of(Step.parse("3it")));
    Train second = TinyTasks.train(Result.of(first, Step.parse("3it")), Recipe.SHORT, 5);
    return second.minimising(new Objective.Teacher(Result.of(first), 2.5));
  }

  /** Every setting has another value than its default. */
  private static Train withEverySetting() {
    Given given =
        new Given(
            Path.of("/models/a model"),
            new ReadOptions(
                Optional.of("serve"),
                List.of("x:0"),
                List.of("y:0"),
                List.of("keep=1"),
                Optional.of("32x48"),
                true),
            "aa",
            "bb");
    Recipe recipe =
        TinyJobs.recipe(7, 12, 1.0 / 3)
            .withOptimiser(new Adam(0.8, 0.99, 1e-7))
            .withWeightDecay(1e-17)
            .withPenalties(List.of(Penalty.parse("l1:bn-scale:1.0E-4")))
            .withInterventions(
                List.of(
                    new Nudge(0.1, List.of(1L, 9_000_000_000L)),
                    new SoftFilterPruning(0.8, 2, true, true, List.of("stem", "conv1"))))
            .withAugmentation(Recipe.Variation.NONE);
    DataSpec images =
        new DataSpec(
            "tiny",
            new Subset(
                Optional.of(Path.of("/data")),
                Optional.of(20),
                Optional.of(10),
                Optional.of(Scaling.UNIT),
                Optional.of(0.3)));
    return new Train(
        given,
        Optional.of(-3L),
        FreshScale.DENSE,
        images,
        recipe,
        new Objective.Teacher(TinyTasks.fresh(2), 4),
        true,
        Optional.of(2.5),
        Long.MAX_VALUE,
        Step.parse("2ep3it"),
        List.of(Step.parse("0it"), Step.parse("1ep")),
        7,
        List.of("insert-branch-scales"),
        Step.ofEpochs(0));
  }

  private static Predefined predefined() {
    return new Predefined(ArchitectureSpec.of("vgg16-a").withWidth(0.5), "vgg16", 4);
  }

  static List<Task> tasks() {
    return List.of(
        TinyTasks.train(1, 1),
        withEverySetting(),
        afterItself(),
        TinyTasks.train(predefined(), Recipe.CIFAR, 3),
        TinyTasks.train(Result.of(afterItself()), Recipe.CIFAR, 6),
        Nothing.named("a \"name\", (with) [all] = sorts\nof signs é"),
        Nothing.named("after", afterItself(), Failing.saying("no"), TinyTasks.train(2, 2)));
  }

  private static void assertSame(Task read, Task written) {
    assertThat(read).isEqualTo(written);
    assertThat(read.key()).isEqualTo(written.key());
    assertThat(Settings.all(read.settings())).isEqualTo(Settings.all(written.settings()));
    assertThat(read.needs()).hasSameSizeAs(written.needs());
    for (int i = 0; i < read.needs().size(); i++) {
      assertSame(read.needs().get(i), written.needs().get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void aTaskIsReadBackAsItWas(Task task) {
    RunDescription described = TaskReader.describe(task);
    Json.write(folder.resolve("run.json"), described.asMap());
    assertSame(reader().read(RunDescription.read(folder), "file"), task);
    String line = new String(Json.line(described.asMap()), StandardCharsets.UTF_8);
    assertSame(reader().read(RunDescription.parse(line), "message"), task);
  }

  /** A kind that is added here is to be added above. */
  @Test
  void everyKindIsAmongThem() {
    Set<Object> named = new HashSet<>();
    for (Task task : tasks()) {
      RunDescription described = TaskReader.describe(task);
      named.add(described.task());
      for (Object value : described.settings().values()) {
        named.add(value);
        if (value instanceof List<?> things) {
          things.forEach(thing -> named.add(thing.toString().replaceFirst("\\(.*", "")));
        }
      }
    }
    assertThat(named).containsAll(ExperimentsModule.kinds().stream().map(Kind::name).toList());
  }

  private static ObjectNode described() {
    return (ObjectNode) Json.tree(TaskReader.describe(afterItself()).asMap());
  }

  private static void assertRefused(ObjectNode described, String message) {
    assertThatThrownBy(() -> reader().read(RunDescription.parse(described.toString()), FILE))
        .isInstanceOf(BadInputException.class)
        .hasMessage(FILE + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          start | "frsh" | start: unknown source 'frsh'; nearest: fresh, given, result
          objective | "label" | objective: unknown objective 'label'; nearest: labels, teacher
          optimiser | "sdg" | optimiser: unknown optimiser 'sdg'; nearest: sgd, adam
          wobble | 3 | unknown setting 'wobble'; nearest: begin, beta1, beta2
          epochs | "many" | epochs: expected an integer, found 'many'
          epochs | 1.5 | epochs: expected an integer, found 1.5
          epochs | null | epochs: expected an integer, found nothing
          epochs | 0 | epochs must be at least 1, found 0
          momentum | 1 | momentum must be in [0, 1), found 1
          beta1 | 0.8 | beta1 says nothing about 'sgd'; leave it out
          keep | ["end"] | keep: expected a step such as 160ep, 500it or 2ep10it, found 'end'
          interventions | ["nudge(far=x)"] | interventions: --far: expected a number, found 'x'
          start.of | "0123456789ab" | start.of: expected a known key, found '0123456789ab'
          """)
  void aSettingThatIsWrongIsNamed(String name, String value, String message) throws Exception {
    ObjectNode described = described();
    described
        .withObjectProperty("settings")
        .set(name, Json.parse(value.getBytes(StandardCharsets.UTF_8)));
    assertRefused(described, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"start.of", "dataset", "objective.model"})
  void aSettingThatIsMissingIsNamed(String name) {
    ObjectNode described = described();
    assertThat(described.withObjectProperty("settings").remove(name)).isNotNull();
    assertRefused(described, "expected " + name + ", found none");
  }

  @Test
  void aKindThatIsNotKnownIsNamedWithThoseThatAre() {
    assertRefused(
        described().put("task", "lottery"),
        "expected a task, one of failing, nothing, train; found 'lottery'");
    ObjectNode described = described();
    assertThat(described.remove("task")).isNotNull();
    assertRefused(described, "expected a task, one of failing, nothing, train; found ''");
    ObjectNode needs = described();
    needs.path("needs").forEach(need -> ((ObjectNode) need).put("task", "lottery"));
    assertRefused(needs, "expected a task, one of failing, nothing, train; found 'lottery'");
  }

  /** Its own, and that of what it needs. */
  @Test
  void aValueThatWasAlteredGivesAnotherHash() {
    List<ObjectNode> altered = new ArrayList<>(List.of(described(), described()));
    altered.get(0).withObjectProperty("settings").put("learning-rate", 0.5);
    altered.get(1).path("needs").forEach(n -> ((ObjectNode) n.path("settings")).put("seed", 9));
    String hash = afterItself().key();
    for (ObjectNode described : altered) {
      assertThatThrownBy(() -> reader().read(RunDescription.parse(described.toString()), FILE))
          .isInstanceOf(BadInputException.class)
          .hasMessageMatching(
              FILE
                  + (": expected a task whose hash is " + hash)
                  + ", found that its settings now give (?!"
                  + hash
                  + ")[0-9a-f]{12}; it is of another Espalier");
    }
  }

  @Test
  void aTaskThatNeedsItselfIsRefused() {
    ObjectNode described = described();
    String key = described.path("settings").path("start.of").asText();
    ObjectNode settings = described.withObjectProperty("settings").deepCopy();
    ((ObjectNode) described.path("needs").path(key)).set("settings", settings);
    assertRefused(
        described, "expected tasks one after another, found that " + key + " needs itself");
  }

  @Test
  void whatIsNoDescriptionIsRefused() {
    assertThatThrownBy(() -> RunDescription.parse("{\"task\": "))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("expected the description of a run, found ");
    Json.write(folder.resolve("run.json"), Map.of("task", "train", "stretches", List.of(1)));
    assertThatThrownBy(() -> RunDescription.read(folder))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            folder.resolve("run.json")
                + ": expected the description of a run, found 1 among its stretches");
  }
}
