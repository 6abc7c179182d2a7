package org.espalier.framework.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.espalier.graphs.settings.Setting;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static Example example(String... flags) {
    Map<String, String> all = new HashMap<>(Map.of("architecture", "resnet56"));
    for (int i = 0; i < flags.length; i += 2) {
      all.put(flags[i], flags[i + 1]);
    }
    return SettingsReader.read(Example.class, all, "");
  }

  /**
   * A run's folder is named by this hash. If one of these changes, every run that anyone has made
   * is orphaned: it is trained again instead of being found. So change neither the canonical form
   * nor the way to hash it, and mend whatever made this test fail.
   */
  @Test
  void knownHashesNeverChange() {
    assertThat(Settings.hash(new Example.Loader(64))).isEqualTo("44136fa355b3");
    assertThat(Settings.hash(new Example.Loader(128))).isEqualTo("21aaf4b18bfb");
    assertThat(Settings.hash(example())).isEqualTo("fa077fbc2c18");
    assertThat(
            Settings.hash(
                example(
                    "learning-rate", "1e-4",
                    "seed", "12345678901",
                    "augment", "true",
                    "method", "slimming",
                    "rewind", "2ep10it",
                    "ratio", "0.30000000000000004",
                    "milestones", "1,2,3",
                    "tags", "Bäume,\"x\"",
                    "optimizer.momentum", "100000")))
        .isEqualTo("9b4f2c36c805");
  }

  @Test
  void canonicalFormHoldsOnlyWhatDiffersFromDefaults() {
    assertThat(Settings.canonical(example())).containsOnlyKeys("architecture");
    assertThat(
            Settings.canonical(
                    example("epochs", "160", "learning-rate", "1e-1", "optimizer.nesterov", "true"))
                .toString())
        .isEqualTo("{architecture=resnet56, optimizer.nesterov=true}");
  }

  @Test
  void whereToWriteIsNoPartOfTheIdentity() {
    assertThat(Settings.hash(example("out", "a"))).isEqualTo(Settings.hash(example("out", "b")));
    assertThat(Settings.all(example("out", "a"))).containsEntry("out", "a");
  }

  record Before(@Setting(value = "n", defaultValue = "1") int n) {}

  record After(
      @Setting(value = "more", defaultValue = "0.5") double more,
      @Setting(value = "n", defaultValue = "1") int n,
      @Setting("maybe") java.util.Optional<String> maybe) {}

  @Test
  void aNewSettingWithADefaultLeavesOldHashesValid() {
    Map<String, String> old = Map.of("n", "7");
    assertThat(Settings.hash(SettingsReader.read(After.class, old, "")))
        .isEqualTo(Settings.hash(SettingsReader.read(Before.class, old, "")));
  }

  @Test
  void equalNumbersHashEquallyHoweverWritten() {
    assertThat(Settings.hash(example("learning-rate", "0.010")))
        .isEqualTo(Settings.hash(example("learning-rate", "1E-2")));
    assertThat(Settings.hash(example("optimizer.momentum", "-0.0")))
        .isEqualTo(Settings.hash(example("optimizer.momentum", "0")));
    assertThat(Settings.canonical(example("learning-rate", "2e-3")).get("learning-rate"))
        .hasToString("0.002");
  }

  @Test
  void allValuesReadBackAsTheSameRecord() {
    Example one = example("ratio", "0.25", "tags", "a,b", "rewind", "3it", "out", "x/y");
    assertThat(SettingsReader.read(Example.class, Settings.all(one), "run.json")).isEqualTo(one);
  }

  @Test
  void descriptionsSayNameTypeDefaultAndHelp() {
    var described = Settings.describe(Example.class);
    assertThat(described)
        .extracting(SettingDescription::name)
        .startsWith("architecture", "epochs", "seed", "learning-rate", "augment", "method")
        .endsWith("tags", "optimizer.momentum", "optimizer.nesterov", "batch-size");
    assertThat(described.get(0).required()).isTrue();
    assertThat(described.get(3).defaultValue()).contains("0.1");
    assertThat(described.get(4).isSwitch()).isTrue();
    assertThat(described.get(5).type()).isEqualTo("l1-norm|slimming");
    assertThat(described.get(5).choices()).containsExactly("l1-norm", "slimming");
    assertThat(described.get(9).type()).isEqualTo("INTEGER,…");
    assertThat(described.get(9).defaultValue()).contains("80,120");
  }

  record Undeclared(int n) {}

  record Twice(
      @Setting("") @SuppressWarnings("unused") int batchSize,
      @Setting(value = "", inline = true) Example.Loader loader) {}

  record Unreadable(@Setting("") Thread thread) {}

  @Test
  void aWrongDeclarationIsFoundAtOnce() {
    assertThatThrownBy(() -> Settings.describe(Undeclared.class)).hasMessageContaining("@Setting");
    assertThatThrownBy(() -> Settings.describe(Twice.class)).hasMessageContaining("batch-size");
    assertThatThrownBy(() -> Settings.describe(Unreadable.class)).hasMessageContaining("Thread");
  }

  @Test
  void namesFollowTheJavaNames() {
    assertThat(Names.kebab("learningRate")).isEqualTo("learning-rate");
    assertThat(Names.kebab("useBNFolding")).isEqualTo("use-bn-folding");
    assertThat(Names.kebab("L1_NORM")).isEqualTo("l1-norm");
    assertThat(Names.kebab("learning-rate")).isEqualTo("learning-rate");
  }
}
