package org.espalier.framework.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.junit.jupiter.api.Test;

/** Settings that are one of several things, and settings that name what stands elsewhere. */
class ChoicesTest {
  interface Glue {}

  @Named(value = "paste", description = "holds paper")
  record Paste(
      @Setting(value = "how thick", defaultValue = "1") int coats,
      @Setting("colours") List<String> colours)
      implements Glue {}

  @Named("epoxy")
  record Epoxy(@Setting(value = "of the hardener", defaultValue = "0.5") double share)
      implements Glue {
    Epoxy {
      if (share <= 0) {
        throw new IllegalArgumentException("share must be above 0, found " + share);
      }
    }
  }

  record Tree(String key) implements Keyed {}

  record Job(
      @Setting(value = "what holds", standard = Paste.class, inline = true) Glue glue,
      @Setting(value = "what holds the rest: {colours}", standard = Epoxy.class) Glue rest,
      @Setting("more of it") List<Glue> layers,
      @Setting("grown from") Optional<Tree> tree) {}

  private static final Vocabulary WORDS =
      new Vocabulary(
          Set.of(new Kind(Paste.class), new Kind(Epoxy.class)),
          Map.of("colours", () -> List.of("red", "blue")));

  @Named("sandwich")
  record Sandwich(@Setting("what is inside") Glue inside) implements Glue {}

  /**
   * Of what can hold itself nobody could tell all settings: it is told apart, not looked into for
   * ever.
   */
  @Test
  void nothingHoldsItself() {
    Vocabulary words = new Vocabulary(Set.of(new Kind(Sandwich.class)), Map.of());
    assertThatThrownBy(() -> words.describe(Job.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(
            "ChoicesTest$Sandwich can hold itself as 'inside': no end of settings");
  }

  private static Job read(Vocabulary words, Map<String, Object> values) {
    return new SettingsReader(words)
        .read(Job.class, List.of(SettingsSource.flags(values)), Set.of());
  }

  private static Job read(Map<String, Object> values) {
    return read(WORDS, values);
  }

  @Test
  void theNameChoosesAndItsSettingsStandBesideIt() {
    Job job =
        read(
            Map.of(
                "glue", "epoxy",
                "share", "0.25",
                "rest", "paste",
                "rest.coats", 3,
                "layers", "paste(coats=2, colours=[red,blue]),epoxy"));
    assertThat(job.glue()).isEqualTo(new Epoxy(0.25));
    assertThat(job.rest()).isEqualTo(new Paste(3, List.of()));
    assertThat(job.layers()).containsExactly(new Paste(2, List.of("red", "blue")), new Epoxy(0.5));
    assertThat(Settings.all(job))
        .containsEntry("glue", "epoxy")
        .containsEntry("rest.coats", 3L)
        .containsEntry("layers", List.of("paste(coats=2,colours=[red,blue])", "epoxy(share=0.5)"));
    assertThat(read(Settings.all(job))).isEqualTo(job);
  }

  @Test
  void defaultsNeedNoVocabulary() {
    Job job = Settings.defaults(Job.class);
    assertThat(job.glue()).isEqualTo(new Paste(1, List.of()));
    assertThat(job.rest()).isEqualTo(new Epoxy(0.5));
    assertThat(Settings.canonical(job)).isEmpty();
    assertThat(Settings.all(job))
        .containsOnlyKeys("glue", "coats", "colours", "rest", "rest.share", "layers");
  }

  @Test
  void theCanonicalFormSaysWhatDiffers() {
    assertThat(Settings.canonical(read(Map.of("glue", "epoxy")))).hasToString("{glue=epoxy}");
    assertThat(Settings.canonical(read(Map.of("rest.share", 0.25, "layers", "epoxy"))))
        .hasToString("{layers=[epoxy], rest.share=0.25}");
  }

  @Test
  void aSettingOfAnotherThingIsRefused() {
    assertThatThrownBy(() -> read(Map.of("glue", "epoxy", "coats", 2)))
        .isInstanceOf(UsageException.class)
        .hasMessage("--coats says nothing about 'epoxy'; leave it out");
    assertThatThrownBy(() -> read(Map.of("share", 0.5)))
        .hasMessage("--share says nothing about 'paste'; leave it out");
    assertThatThrownBy(() -> read(Map.of("rest.share", -1)))
        .hasMessage("--rest.share must be above 0, found -1");
    assertThatThrownBy(() -> read(Map.of("layers", "epoxy(share=-1)")))
        .hasMessage("--layers: --share must be above 0, found -1");
    assertThatThrownBy(() -> read(Map.of("layers", "paste(coats=2")))
        .hasMessage("--layers: expected a closing bracket, found 'paste(coats=2'");
    assertThatThrownBy(() -> read(Map.of("layers", "paste(2)")))
        .hasMessage("--layers: expected name=value, found '2'");
  }

  /** As where a file chose one thing with its settings, and the command line another. */
  @Test
  void aLaterChoiceDropsTheSettingsOfTheEarlierOne() {
    SettingsSource file = new SettingsSource("f.yaml", Map.of("glue", "epoxy", "share", 0.1));
    SettingsReader reader = new SettingsReader(WORDS);
    Job job =
        reader.read(
            Job.class, List.of(file, SettingsSource.flags(Map.of("glue", "paste"))), Set.of());
    assertThat(job.glue()).isEqualTo(new Paste(1, List.of()));
    assertThatThrownBy(
            () ->
                reader.read(
                    Job.class,
                    List.of(file, new SettingsSource("g.yaml", Map.of("coats", 2))),
                    Set.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessage("g.yaml: coats says nothing about 'epoxy'; leave it out");
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearest() {
    assertThatThrownBy(() -> read(Map.of("glue", "pasta")))
        .isInstanceOf(UsageException.class)
        .hasMessage("--glue: unknown glue 'pasta'; nearest: paste, epoxy");
    assertThatThrownBy(() -> read(Map.of("layers", "epoxi")))
        .hasMessage("--layers: unknown glue 'epoxi'; nearest: epoxy, paste");
    assertThatThrownBy(() -> WORDS.get(Glue.class, "x")).isInstanceOf(UsageException.class);
  }

  @Test
  void helpShowsEveryChoiceWithItsSettings() {
    List<SettingDescription> described = WORDS.describe(Job.class);
    assertThat(described)
        .extracting(SettingDescription::name)
        .containsExactly(
            "glue",
            "share",
            "coats",
            "colours",
            "rest",
            "rest.share",
            "rest.coats",
            "rest.colours",
            "layers",
            "tree");
    assertThat(described.get(0).choices()).containsExactly("epoxy", "paste");
    assertThat(described.get(0).defaultValue()).contains("paste");
    assertThat(described.get(4).help()).isEqualTo("what holds the rest: red, blue");
    assertThat(WORDS.get(Glue.class, "paste").description()).isEqualTo("holds paper");
  }

  @Test
  void whatStandsElsewhereIsNamedByItsKey() {
    Tree oak = new Tree("0a1b");
    Job job = read(WORDS.with(Map.of("0a1b", oak)::get), Map.of("tree", "0a1b"));
    assertThat(job.tree()).contains(oak);
    assertThat(Settings.canonical(job)).containsEntry("tree", "0a1b");
    assertThat(Settings.references(job)).containsExactly(oak);
    assertThatThrownBy(() -> read(Map.of("tree", "ffff")))
        .hasMessage("--tree: expected a known key, found 'ffff'");
  }

  @Test
  void twoThingsOfOneNameAreAMistake() {
    @Named("paste")
    record Other() implements Glue {}
    assertThatThrownBy(
            () -> new Vocabulary(Set.of(new Kind(Paste.class), new Kind(Other.class)), Map.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCopyWithAnotherValue() {
    Job job = Settings.defaults(Job.class);
    assertThat(Settings.with(job, "glue", new Epoxy(1)))
        .isEqualTo(read(Map.of("glue", "epoxy", "share", 1)));
  }
}
