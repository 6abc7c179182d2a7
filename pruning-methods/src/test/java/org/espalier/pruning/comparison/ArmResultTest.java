package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.framework.runs.RunSummary;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.cost.Cost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results are checked as they are made, and are read as they were written. */
class ArmResultTest {
  private static final Cost.Effective LEFT = new Cost.Effective(5, 6, 7);
  private static final RunSummary SUMMARY =
      new RunSummary(0.75, 1.5, 2, 10, 20, 40, 60, 3.0, "digest", true, LEFT);

  @TempDir Path folder;

  private static ArmResult of(double accuracy, int epochs, long... costs) {
    return new ArmResult(
        "a", 7, accuracy, null, epochs, costs[0], costs[1], costs[2], costs[3], null, null, null,
        null, null, null);
  }

  @Test
  void anArmIsWhatItsRunSays() {
    ArmResult arm = ArmResult.of("pruned", 7, SUMMARY, "runs/x");
    assertThat(arm)
        .isEqualTo(
            new ArmResult(
                "pruned", 7, 0.75, 1.5, 2, 10, 20, 40, 60, 3.0, "runs/x", null, null, null, null,
                true, LEFT));
    assertThat(arm.timed(9.0)).as("it is known").isEqualTo(arm);
    assertThat(of(0.5, 1, 1, 2, 3, 4).timed(9.0).trainingSeconds()).isEqualTo(9.0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.001, 1.001, Double.NaN})
  void anAccuracyIsAShare(double accuracy) {
    assertThatThrownBy(() -> of(accuracy, 1, 1, 1, 1, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessage("expected an accuracy from 0 to 1 of a, seed 7, found " + accuracy);
    assertThat(of(0, 0, 0, 0, 0, 0).accuracy()).isZero();
    assertThat(of(1, 0, 0, 0, 0, 0).accuracy()).isEqualTo(1);
  }

  @Test
  void noCostIsNegative() {
    assertThatThrownBy(() -> of(1, -1, 0, 0, 0, 0)).isInstanceOf(BadInputException.class);
    for (int i = 0; i < 4; i++) {
      long[] costs = new long[4];
      costs[i] = -1;
      assertThatThrownBy(() -> of(1, 0, costs))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("expected sizes and costs of a, seed 7, of at least 0");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void anArmHasAName(String name) {
    assertThatThrownBy(() -> ArmResult.of(name, 1, SUMMARY, "x"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("expected the name of an arm, found none");
  }

  private static ArmResult ticket(Integer round, Double density, Double rate, String initial) {
    return new ArmResult(
        "ticket", 1, 0.5, null, 1, 1, 1, 1, 1, null, null, round, density, rate, initial);
  }

  @Test
  void aTicketIsToldFromTheOthers() {
    assertThat(ticket(null, null, null, null).label()).isEqualTo("ticket");
    assertThat(ticket(3, 0.512, 0.1, "random").label())
        .isEqualTo("ticket, random, learning rate 0.1, round 3");
    assertThat(ticket(3, 0.513, 0.1, "random").label())
        .as("seeds may differ in what is left")
        .isEqualTo(ticket(3, 0.512, 0.1, "random").label());
    assertThat(ticket(0, 1.0, 0.1, null).label()).isEqualTo("ticket, learning rate 0.1");
    assertThat(ticket(null, 0.512, null, null).label()).isEqualTo("ticket, 51.2 % of weights");
    assertThat(ticket(3, null, null, null).label()).isEqualTo("ticket, round 3");
  }

  @Test
  void armsAreSummedUpByLabel() {
    List<ArmSummary> sums =
        ArmSummary.of(
            List.of(
                ArmResult.of("a", 1, SUMMARY, "x"),
                ticket(1, null, null, null),
                of(0.25, 4, 30, 40, 80, 100)));
    assertThat(sums).extracting(ArmSummary::arm).containsExactly("a", "ticket, round 1");
    ArmSummary a = sums.get(0);
    assertThat(List.of(a.mean(), a.epochs(), a.parameters(), a.macs(), a.trainingMacs()))
        .containsExactly(0.5, 3.0, 20.0, 30.0, 80.0);
    assertThat(a.accuracies()).containsExactly(0.75, 0.25);
    assertThat(a.std()).isEqualTo(Math.sqrt(0.125));
    assertThat(a.trainingSeconds()).as("of one seed it is not known").isNull();
    assertThat(a.atLeast()).isTrue();
    assertThat(sums.get(1).atLeast()).isFalse();
    assertThat(ArmSummary.of(List.of(ArmResult.of("a", 1, SUMMARY, "x"))).get(0).trainingSeconds())
        .isEqualTo(3.0);
  }

  @Test
  void resultsAreReadAsTheyWereWritten() throws IOException {
    List<ArmResult> arms =
        List.of(ArmResult.of("a", 1, SUMMARY, "x"), of(0.25, 4, 30, 40, 80, 100));
    ComparisonResult result =
        new ComparisonResult(
            "n",
            "d",
            "s",
            List.of("read"),
            List.of("warned"),
            List.of("again"),
            arms,
            ArmSummary.of(arms));
    result.write(folder);
    assertThat(ComparisonResult.read(folder)).isEqualTo(result);
    assertThat(Files.readAllLines(folder.resolve("results.csv")))
        .containsExactly(
            "arm,seed,accuracy,loss,epochs,parameters,macs,flops,trainingMacs,trainingSeconds,run",
            "a,1,0.75,1.5,2,10,20,40,60,3.0,x",
            "a,7,0.25,,4,30,40,80,100,,");
  }

  /** In both files, and by how much; what was published keeps its place beside it. */
  @Test
  void whatWasScaledSaysSo() throws IOException {
    List<ArmResult> arms = List.of(ArmResult.of("a", 1, SUMMARY, "x"));
    PublishedRow row =
        new PublishedRow(
            "row",
            "somewhere",
            List.of(new PublishedArm("a", 0.9, 0.01, null), PublishedArm.parse("b", "-1 of 71.03")),
            List.of("a note"),
            List.of("scaled down by images=0.1"));
    ComparisonResult result =
        new ComparisonResult(
            "n",
            "d",
            "s",
            List.of(),
            List.of(),
            List.of(),
            arms,
            ArmSummary.of(arms),
            "images=0.1,width=0.5",
            row);
    result.write(folder);
    assertThat(ComparisonResult.read(folder)).isEqualTo(result);
    assertThat(Files.readAllLines(folder.resolve("results.csv")))
        .containsExactly(
            "arm,seed,accuracy,loss,epochs,parameters,macs,flops,trainingMacs,trainingSeconds,run,scaled",
            "a,1,0.75,1.5,2,10,20,40,60,3.0,x,\"images=0.1,width=0.5\"");
    assertThat(Files.readString(folder.resolve("results.json")))
        .contains("\"scaled\" : \"images=0.1,width=0.5\"", "\"singleRun\" : true");
  }

  @Test
  void whatOthersLeftOutIsNotKnown() throws IOException {
    Files.writeString(
        folder.resolve("results.json"), "{\"arms\":[{\"arm\":\"a\",\"seed\":2,\"accuracy\":0.5}]}");
    ComparisonResult read = ComparisonResult.read(folder);
    assertThat(read.arms()).hasSize(1);
    assertThat(read.arms().get(0).macs()).isZero();
    assertThat(read.arms().get(0).trainingSeconds()).isNull();
    assertThat(read.name()).isEmpty();
    assertThat(read.reading()).isEmpty();
    Files.writeString(folder.resolve("results.json"), "{\"arms\":[]}");
    assertThatThrownBy(() -> ComparisonResult.read(folder))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected at least one arm, found none");
  }
}
