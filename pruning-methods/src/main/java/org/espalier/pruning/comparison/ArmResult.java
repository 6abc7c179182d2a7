package org.espalier.pruning.comparison;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.runs.RunSummary;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.cost.Cost;

/**
 * One arm of an experiment with one seed. The last four say which ticket of a lottery it is; null
 * for others.
 *
 * @param accuracy on the test images after the last epoch, a fraction
 * @param loss mean cross-entropy on the test images; null where not known
 * @param epochs of this arm's own training; 0 where it did not train
 * @param parameters of the network; 0 where not known
 * @param macs multiply-accumulates for one image; 0 where not known
 * @param flops for one image, reference convention; 0 where not known
 * @param trainingMacs of this arm's own training; see {@link RunSummary}
 * @param trainingSeconds of this arm's own training; null where not known
 * @param atLeast whether macs, flops and trainingMacs are the least that they can be
 * @param effective of a masked network, its costs without the weights that are masked; null for
 *     others
 * @param run the folder, relative to that of the results; null where not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ArmResult(
    String arm,
    long seed,
    Double accuracy,
    Double loss,
    int epochs,
    long parameters,
    long macs,
    long flops,
    long trainingMacs,
    Double trainingSeconds,
    String run,
    Integer round,
    Double density,
    Double learningRate,
    String initialisation,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean atLeast,
    Cost.Effective effective) {

  /** Of a network without masks whose costs are known. */
  public ArmResult(
      String arm,
      long seed,
      Double accuracy,
      Double loss,
      int epochs,
      long parameters,
      long macs,
      long flops,
      long trainingMacs,
      Double trainingSeconds,
      String run,
      Integer round,
      Double density,
      Double learningRate,
      String initialisation) {
    this(
        arm,
        seed,
        accuracy,
        loss,
        epochs,
        parameters,
        macs,
        flops,
        trainingMacs,
        trainingSeconds,
        run,
        round,
        density,
        learningRate,
        initialisation,
        false,
        null);
  }

  public ArmResult {
    if (arm == null || arm.isBlank()) {
      throw new BadInputException("expected the name of an arm, found none");
    }
    if (accuracy == null || !(accuracy >= 0 && accuracy <= 1)) {
      throw new BadInputException(
          "expected an accuracy from 0 to 1 of " + arm + ", seed " + seed + ", found " + accuracy);
    }
    if (epochs < 0 || parameters < 0 || macs < 0 || flops < 0 || trainingMacs < 0) {
      throw new BadInputException(
          "expected sizes and costs of " + arm + ", seed " + seed + ", of at least 0, found less");
    }
  }

  /**
   * How an arm ended.
   *
   * @param run its folder
   */
  static ArmResult of(Arm arm, RunSummary s, String run) {
    return of(arm.name(), arm.seed(), s, run);
  }

  /** The same of an arm by name. */
  public static ArmResult of(String arm, long seed, RunSummary s, String run) {
    return new ArmResult(
        arm,
        seed,
        s.accuracy(),
        s.loss(),
        s.epochs(),
        s.parameters(),
        s.macs(),
        s.flops(),
        s.trainingMacs(),
        s.trainingSeconds(),
        run,
        null,
        null,
        null,
        null,
        s.atLeast(),
        s.effective());
  }

  /** The same as an arm of a lottery. */
  public ArmResult ticket(
      String as, int inRound, double ofWeights, double rate, String startingWith) {
    return new ArmResult(
        as,
        seed,
        accuracy,
        loss,
        epochs,
        parameters,
        macs,
        flops,
        trainingMacs,
        trainingSeconds,
        run,
        inRound,
        ofWeights,
        rate,
        startingWith,
        atLeast,
        effective);
  }

  /** The same with the time that its training took, if it is not known yet. */
  public ArmResult timed(Double seconds) {
    return new ArmResult(
        arm,
        seed,
        accuracy,
        loss,
        epochs,
        parameters,
        macs,
        flops,
        trainingMacs,
        trainingSeconds == null ? seconds : trainingSeconds,
        run,
        round,
        density,
        learningRate,
        initialisation,
        atLeast,
        effective);
  }

  /** What it costs without the weights that are masked: all of it where nothing is masked. */
  Cost.Effective spent() {
    return effective != null ? effective : new Cost.Effective(parameters, macs, flops);
  }

  /** What tells this arm from the others: its name and, for a ticket, which ticket. */
  public String label() {
    StringBuilder label = new StringBuilder(arm);
    if (initialisation != null) {
      label.append(", ").append(initialisation);
    }
    if (learningRate != null) {
      label.append(", learning rate ").append(learningRate);
    }
    if (round != null && round > 0) {
      label.append(", round ").append(round);
    }
    // What is left after a round may differ from seed to seed: it tells no two arms apart.
    if (round == null && density != null) {
      label.append(String.format(Locale.ROOT, ", %.1f %% of weights", 100 * density));
    }
    return label.toString();
  }
}
