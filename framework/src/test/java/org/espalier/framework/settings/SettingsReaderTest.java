package org.espalier.framework.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.training.Step;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
  @TempDir Path folder;

  private static Example flags(Map<String, ?> flags) {
    Map<String, Object> all = new HashMap<>(flags);
    all.putIfAbsent("architecture", "resnet56");
    return SettingsReader.read(Example.class, all, "");
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(folder.resolve("run.yaml"), text);
  }

  private Example read(String text) throws IOException {
    return SettingsReader.read(Example.class, List.of(SettingsSource.yaml(yaml(text))));
  }

  @Test
  void flagsAndYamlGiveTheSameRecord() throws IOException {
    Example fromYaml =
        read(
            """
            architecture: vgg16
            epochs: 40
            seed: 9000000000
            learningRate: 1e-2     # camel case is read too
            augment: true
            method: slimming
            out: runs/a
            rewind: 500it
            ratio: 0.5
            milestones: [10, 20]
            tags: [a, "b c"]
            optimizer:
              momentum: 0
              nesterov: true
            batch-size: 128
            """);
    Map<String, String> flags = new HashMap<>();
    flags.put("architecture", "vgg16");
    flags.put("epochs", "40");
    flags.put("seed", "9000000000");
    flags.put("learning-rate", "0.01");
    flags.put("augment", "true");
    flags.put("method", "Slimming");
    flags.put("out", "runs/a");
    flags.put("rewind", "500it");
    flags.put("ratio", ".5");
    flags.put("milestones", "10, 20");
    flags.put("tags", "a,b c");
    flags.put("optimizer.momentum", "0");
    flags.put("optimizer.nesterov", "true");
    flags.put("batch-size", "128");
    assertThat(fromYaml).isEqualTo(flags(flags));
    assertThat(fromYaml.rewind()).isEqualTo(Step.ofIterations(500));
    assertThat(fromYaml.loader().batchSize()).isEqualTo(128);
  }

  /** As people write them: a part in percent, a number in thousands, millions, billions. */
  @ParameterizedTest
  @CsvSource({
    "50%, 0.5",
    "12.5 %, 0.125",
    "0.1%, 0.001",
    "0.9M, 900000",
    "100K, 100000",
    "1.2G, 1.2e9",
    "2k, 2000",
    "7, 7"
  })
  void numbersHaveUnits(String text, double number) {
    assertThat(flags(Map.of("learning-rate", text)).learningRate()).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({"2k, 2000", "1.5k, 1500", "0.01M, 10000", "12, 12"})
  void wholeNumbersHaveUnits(String text, int number) {
    assertThat(flags(Map.of("epochs", text)).epochs()).isEqualTo(number);
  }

  @Test
  void defaultsFillTheRest() {
    Example example = flags(Map.of());
    assertThat(example.epochs()).isEqualTo(160);
    assertThat(example.milestones()).containsExactly(80, 120);
    assertThat(example.tags()).isEmpty();
    assertThat(example.ratio()).isEmpty();
    assertThat(example.augment()).isFalse();
    assertThat(example.optimizer().momentum()).isEqualTo(0.9);
  }

  @Test
  void flagsOverrideYaml() throws IOException {
    Path file = yaml("architecture: vgg16\nepochs: 40\noptimizer: {momentum: 0.5}\n");
    Example example =
        SettingsReader.read(
            Example.class,
            List.of(
                SettingsSource.yaml(file),
                SettingsSource.flags(Map.of("epochs", "2", "optimizer.momentum", "0.8"))));
    assertThat(example.architecture()).isEqualTo("vgg16");
    assertThat(example.epochs()).isEqualTo(2);
    assertThat(example.optimizer().momentum()).isEqualTo(0.8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          epochs | many | --epochs: expected an integer, found 'many'
          epochs | 1.5 | --epochs: expected an integer, found '1.5'
          epochs | 1.0001k | --epochs: expected an integer, found '1.0001k'
          epochs | 1000% | --epochs: expected an integer, found '1000%'
          epochs | 5G | --epochs: expected an integer between -2147483648 and 2147483647, found '5G'
          learning-rate | % | --learning-rate: expected a number, found '%'
          learning-rate | 1m | --learning-rate: expected a number, found '1m'
          epochs | 3000000000 | --epochs: expected an integer between -2147483648 and 2147483647, found '3000000000'
          epochs | -1 | --epochs must not be negative, found -1
          learning-rate | NaN | --learning-rate: expected a number, found 'NaN'
          learning-rate | 1e999 | --learning-rate: expected a number that a double can hold, found '1e999'
          learning-rate | 1f | --learning-rate: expected a number, found '1f'
          augment | yes | --augment: expected true or false, found 'yes'
          method | l1norm | --method: unknown value 'l1norm'; nearest: l1-norm, slimming
          rewind | 5 | --rewind: expected a step such as 160ep, 500it or 2ep10it, found '5'
          milestones | 1,x | --milestones: expected an integer, found 'x'
          milestones | 1,,2 | --milestones: expected an integer, found ''
          optimizer.momentum | -1 | --optimizer.momentum must not be negative, found -1
          architecture | resnet5 | --architecture: unknown architecture 'resnet5'; nearest: resnet56
          epoch | 3 | unknown setting 'epoch'; nearest: epochs
          optimizer | sgd | --optimizer: expected nested keys, found a single value
          """)
  void aBadFlagIsWrongUse(String name, String value, String message) {
    assertThatThrownBy(() -> flags(Map.of(name, value)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void whatMustBeGivenIsNamedWithItsHelp() {
    assertThatThrownBy(() -> Settings.defaults(Example.class))
        .isInstanceOf(UsageException.class)
        .hasMessage("missing --architecture TEXT: the network to train");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          epochs: many | 2: epochs: expected an integer, found 'many'
          epochs: 1.5 | 2: epochs: expected an integer, found 1.5
          epochs: | 2: epochs: expected an integer, found nothing
          epochs: [1] | 2: epochs: expected an integer, found a list
          epochs: {a: 1} | 2: epochs: expected an integer, found nested keys
          epochs: -1 | 2: epochs must not be negative, found -1
          tags: [1.10] | 2: tags: expected text, found 1.10; put it in quotes
          learning-rate: .nan | 2: expected YAML, found: Malformed numeric value '.nan'
          epohcs: 3 | 2: unknown setting 'epohcs'; nearest: epochs
          optimizer: {moment: 1} | 2: unknown setting 'optimizer.moment'; nearest: optimizer.momentum
          optimizer: {momentum: -1} | 2: optimizer.momentum must not be negative, found -1
          optimizer: sgd | 2: optimizer: expected nested keys, found a single value
          architecture: b | 2: expected each key once, found 'architecture' also in line 1
          batchSize: 1, batch-size: 2 | 2: expected YAML, found:
          epochs: *x | 2: expected
          epochs: [1 | 2: expected YAML, found: while parsing a flow sequence, expected ',' or ']'
          """)
  void aBadFileIsBadInput(String second, String message) {
    assertThatThrownBy(() -> read("architecture: a\n" + second + "\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(folder.resolve("run.yaml") + ":" + message);
  }

  @Test
  void aKeyInBothSpellingsIsGivenTwice() {
    assertThatThrownBy(() -> read("architecture: a\nbatchSize: 1\nbatch-size: 2\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith(":3: batch-size: given twice");
  }

  @Test
  void onlyOneMappingIsAccepted() throws IOException {
    assertThatThrownBy(() -> read("- a\n- b\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected keys and values such as 'epochs: 160', found a list");
    assertThatThrownBy(() -> read("architecture: a\n---\nepochs: 1\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected one document");
    assertThat(SettingsReader.readYaml(yaml("# nothing\n"))).isEmpty();
  }

  @Test
  void aFileThatIsNotTextIsBadInput() throws IOException {
    Path file = Files.write(folder.resolve("x.yaml"), new byte[] {(byte) 0xff, 0x41, 0x3a, 0x20});
    assertThatThrownBy(() -> SettingsReader.readYaml(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(file + "");
  }

  @Test
  void aMissingFileIsNamed() {
    Path none = folder.resolve("none.yaml");
    assertThatThrownBy(() -> SettingsReader.readYaml(none))
        .isInstanceOf(BadInputException.class)
        .hasMessage(none + ": expected settings in YAML, found no such file");
  }

  @Test
  void textOutsideAsciiSurvives() throws IOException {
    Path file = folder.resolve("u.yaml");
    Files.write(file, "architecture: \"Bäume\"\n".getBytes(StandardCharsets.UTF_8));
    assertThat(SettingsReader.readYaml(file)).containsEntry("architecture", "Bäume");
  }

  @Test
  void whatWouldBePassedOverIsRefusedWithItsPlace() throws IOException {
    SettingsSource file = SettingsSource.yaml(yaml("architecture: vgg16\nlearningRate: 1\n"));
    file.refuse("epochs", "says nothing");
    assertThatThrownBy(() -> file.refuse("learning-rate", "says nothing here"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(folder.resolve("run.yaml") + ":2: learning-rate says nothing here");
    assertThatThrownBy(() -> SettingsSource.flags(Map.of("epochs", 1)).refuse("epochs", "is not"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--epochs is not");
  }

  @Test
  void aSourceWithoutSomeSettingsKeepsThePlacesOfTheOthers() throws IOException {
    SettingsSource file =
        SettingsSource.yaml(yaml("learningRate: 1\narchitecture: vgg16\nepochs: x\n"))
            .without(Set.of("learning-rate"));
    assertThat(file.values()).containsOnlyKeys("architecture", "epochs");
    assertThatThrownBy(() -> SettingsReader.read(Example.class, List.of(file)))
        .hasMessageStartingWith(folder.resolve("run.yaml") + ":3: epochs: expected");
    assertThat(new SettingsSource("", Map.of("learningRate", 1)).without(Set.of("learning-rate")))
        .isEqualTo(new SettingsSource("", Map.of()));
  }
}
