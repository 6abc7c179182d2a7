package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.rewrites.Cut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutFileTest {
  private static final String GOOD =
      """
      {"method":"l1-norm","settings":{"ratio":0.5},"groups":[\
      {"id":"conv1","channels":4,"kept":[0,3],"members":[{"parameter":"conv1/kernel","axis":3}]}]}""";

  @TempDir Path folder;

  @Test
  void comesBackAsItWent() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("seed", 7L);
    settings.put("ratio", 0.25);
    settings.put("coupled", false);
    settings.put("exclude", List.of("conv2"));
    Cut cut =
        new Cut(
            "random",
            settings,
            List.of(
                new Cut.Group("b", 3, List.of(2), List.of(new Cut.MemberAxis("b/kernel", 3))),
                new Cut.Group("a", 2, List.of(0, 1), List.of())));
    Path file = folder.resolve("new/cut.json");
    CutFile.write(file, cut);
    Cut read = CutFile.read(file);
    assertThat(read).isEqualTo(cut);
    assertThat(read.settings().keySet()).containsExactly("seed", "ratio", "coupled", "exclude");
  }

  @Test
  void keepsTheContract() throws IOException {
    Path file = write(GOOD);
    CutFile.write(file, CutFile.read(file));
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(Files.readString(file))).isEqualTo(json.readTree(GOOD));
    assertThat(json.readTree(Files.readString(file)).toString()).isEqualTo(GOOD);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void newFieldsArePassedOver() throws IOException {
    Cut cut = CutFile.read(write(GOOD));
    assertThat(CutFile.read(write(GOOD.replace("\"id\"", "\"score\":[1],\"id\"")))).isEqualTo(cut);
    assertThat(CutFile.read(write(GOOD.replaceFirst("\\{", "{\"version\":2,")))).isEqualTo(cut);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{ | [ | expected a cut (JSON), found a mistake in line 1",
        "{ | {} { | expected a cut (JSON), found a mistake in line 1",
        "\"l1-norm\" | 3 | method: expected a text, found 3",
        "\"settings\" | \"s\" | settings: expected a value, found nothing",
        "[0,3] | {} | groups[0].kept: expected a list, found {}",
        "[0,3] | [0,\"3\"] | groups[0].kept[1]: expected an integer, found \"3\"",
        "[0,3] | [0,2.5] | groups[0].kept[1]: expected an integer, found 2.5",
        "[0,3] | [3,0] | groups[0]: group 'conv1': expected kept channels that ascend",
        "[0,3] | [-1] | groups[0]: group 'conv1': expected kept channels that ascend",
        "[0,3] | [0,4] | groups[0]: group 'conv1': expected kept channels that ascend and lie below 4",
        "[0,3] | [] | groups[0]: group 'conv1': a cut may not remove every channel",
        "\"axis\":3 | \"axis\":null | groups[0].members[0].axis: expected an integer, found null",
        "\"channels\":4 | \"channels\":99999999999 | groups[0].channels: expected an integer",
      })
  void saysWhatIsWrong(String good, String bad, String message) throws IOException {
    int at = GOOD.indexOf(good);
    Path file = write(GOOD.substring(0, at) + bad + GOOD.substring(at + good.length()));
    assertThatThrownBy(() -> CutFile.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(file + ": " + message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aGroupStandsThereOnce() throws IOException {
    String group = GOOD.substring(GOOD.indexOf("{\"id\""), GOOD.length() - 2);
    Path file = write(GOOD.replace(group, group + "," + group));
    assertThatThrownBy(() -> CutFile.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessage(file + ": the cut names group 'conv1' twice");
  }

  @Test
  void emptyTextAndOtherJsonAreNoCuts() throws IOException {
    for (String text : List.of("", "[]", "null", "3")) {
      Path file = write(text);
      assertThatThrownBy(() -> CutFile.read(file))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith(file + ": expected ");
    }
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("none.json");
    assertThatThrownBy(() -> CutFile.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessage(file + ": expected a cut (JSON), found no such file");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("cut.json"), text);
  }
}
