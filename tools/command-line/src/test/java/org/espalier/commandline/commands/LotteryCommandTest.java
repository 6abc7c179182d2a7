package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.commandline.UserOfEspalier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lotteries from the command line on. */
class LotteryCommandTest {
  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("tiny.yaml");
    Files.writeString(
        file,
        """
        architecture: lenet-300-100
        width: 0.05
        dataset: fashion-mnist-small
        train-images: 60
        test-images: 20
        batch-size: 20
        epochs: 2
        kernels: all
        ratio: 0.5
        rounds: 2
        rewind: 1it
        learning-rates: [0.1, 0.01]
        controls: [random-reinit]
        seeds: [1, 2]
        threads: 1
        """);
  }

  @Test
  void aLotteryIsRunToldAndFoundAgain() throws IOException {
    Path out = folder.resolve("out");
    String line = "lottery " + file + " --out " + out;
    UserOfEspalier.Outcome dry = UserOfEspalier.types(line + " --dry-run");
    assertThat(dry.code()).isZero();
    // Of two rates and two seeds: one whole training, and a pruning and two trainings a round.
    assertThat(dry.out()).contains("tiny: 28 runs, 0 done, 40 epochs to train, about ");
    assertThat(out.resolve("runs")).doesNotExist();
    UserOfEspalier.Outcome run = UserOfEspalier.types(line);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).startsWith("tiny: 28 runs, 0 done, 40 epochs to train, about ");
    assertThat(run.out())
        .contains("learning rate", "weights left", "winning-ticket", "25.0 %")
        .contains("Learning rate 0.01, winning ticket against random-reinit: ")
        .contains("2 seeds are too few for the exact test")
        .contains("Learning rate 0.1: masks of different seeds share ");
    JsonNode results = new ObjectMapper().readTree(out.resolve("results.json").toFile());
    assertThat(results.path("arms")).hasSize(2 * 2 * 5);
    JsonNode ticket = results.path("arms").get(3);
    assertThat(ticket.path("arm").asText()).isEqualTo("winning-ticket");
    assertThat(ticket.path("round").asInt()).isEqualTo(2);
    assertThat(ticket.path("density").asDouble()).isBetween(0.249, 0.252);
    assertThat(ticket.path("learningRate").asDouble()).isEqualTo(0.1);
    assertThat(ticket.path("initialisation").asText()).isEqualTo("weights of step 1it");
    assertThat(results.path("commands").get(0).asText()).startsWith("espalier lottery ");
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("Accuracy against density", "chart-lottery-0.01", "25.0 %");
    UserOfEspalier.Outcome again = UserOfEspalier.types(line + " --dry-run");
    assertThat(again.out()).contains("tiny: 28 runs, 28 done, 0 epochs to train");
    UserOfEspalier.Outcome more =
        UserOfEspalier.types(line + " --dry-run --rounds 3 --controls random-reinit,signs");
    assertThat(more.out()).as("what is there is shared").contains(", 28 done, ");
    assertThat(UserOfEspalier.types("report " + out).code()).isZero();
  }

  /** Tickets are read back by other processes; what they make does not depend on how many. */
  @Test
  void severalProcessesMakeTheSame() throws IOException {
    String line = "lottery " + file + " --learning-rates 0.1 --seeds 1 --json --out ";
    JsonNode one = UserOfEspalier.types(line + folder.resolve("one")).json();
    UserOfEspalier.Outcome two =
        UserOfEspalier.types(line + folder.resolve("two") + " --jobs 2 --threads 2");
    assertThat(two.code()).as(two.err()).isZero();
    assertThat(two.json().path("arms")).hasSize(5);
    for (int i = 0; i < 5; i++) {
      for (String field : new String[] {"arm", "accuracy", "loss", "density", "run"}) {
        assertThat(two.json().path("arms").get(i).path(field))
            .isEqualTo(one.path("arms").get(i).path(field));
      }
    }
  }

  @Test
  void whatIsThereIsListed() {
    JsonNode all = UserOfEspalier.types("lottery --list --json").json();
    assertThat(all.get(0).path("name").asText()).isEqualTo("demo");
    assertThat(all).extracting(l -> l.path("name").asText()).contains("vgg16-bn", "resnet110-b");
    assertThat(UserOfEspalier.types("lottery --list").out()).contains("lenet-300-100");
  }

  private void assertRefused(String line, int code, String message) {
    UserOfEspalier.Outcome outcome = UserOfEspalier.types(line);
    assertThat(outcome.err()).startsWith("espalier: ").contains(message).hasLineCount(1);
    assertThat(outcome.code()).isEqualTo(code);
  }

  @Test
  void whatMakesNoSenseIsToldInASentence() {
    assertRefused("lottery", 2, "lottery --list gives the names");
    assertRefused("lottery demmo", 2, "unknown lottery 'demmo'; nearest: demo");
    assertRefused("lottery no.yaml", 3, "no.yaml: expected a file with settings, found none");
    assertRefused("lottery --list demo", 2, "--list names the lotteries; give it alone");
    assertRefused("lottery " + file + " --learning-rate 0.1", 2, "give learning-rates");
    assertRefused("lottery " + file + " --rounds 0", 2, "rounds must be at least 1, found 0");
    assertRefused(
        "lottery " + file + " --rewind 2ep", 2, "rewind: no step is left after 2ep of 2 epochs");
    assertRefused("lottery " + file + " --controls luck", 2, "luck");
    assertRefused(
        "lottery " + file + " --rewind 6it", 2, "begin: no step is left after 6it of 6 steps");
    assertThat(folder.resolve("runs")).doesNotExist();
  }
}
