package org.espalier.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.espalier.graphs.BadInputException;

/**
 * {@code results.json} of a comparison folder; the lists may be missing, their rows may not lie.
 */
record ResultsJson(
    String name,
    JsonNode reading,
    JsonNode warnings,
    JsonNode commands,
    JsonNode dataset,
    JsonNode scale,
    List<Arm> arms,
    List<Summary> summary) {
  static final String FILE = "results.json";

  ResultsJson {
    if (arms == null || arms.isEmpty()) {
      throw new BadInputException("no \"arms\"");
    }
    summary = summary == null ? List.of() : summary;
  }

  static ResultsJson read(Path folder) {
    return JsonFile.read(
        folder.resolve(FILE), ResultsJson.class, "the results of a comparison as JSON");
  }

  /** One arm with one seed. A lottery result says in addition which round and density it is of. */
  record Arm(
      String arm,
      long seed,
      Double accuracy,
      int epochs,
      long parameters,
      long macs,
      double trainingMacs,
      Double trainingSeconds,
      String run,
      Integer round,
      Double density,
      Double learningRate,
      String initialisation) {

    Arm {
      if (arm == null || arm.isBlank()) {
        throw new BadInputException("a row without \"arm\"");
      }
      if (accuracy == null || !(accuracy >= 0 && accuracy <= 1)) {
        throw new BadInputException(
            "\"accuracy\" " + accuracy + " of " + arm + ", seed " + seed + ", not in 0 to 1");
      }
      if (epochs < 0 || parameters < 0 || macs < 0 || !(trainingMacs >= 0)) {
        throw new BadInputException("a negative size or cost of " + arm + ", seed " + seed);
      }
    }

    /** What tells this arm from the others: its name and, for a ticket, which ticket. */
    String label() {
      StringBuilder label = new StringBuilder(arm);
      if (initialisation != null) {
        label.append(", ").append(initialisation);
      }
      if (learningRate != null) {
        label.append(", learning rate ").append(learningRate);
      }
      if (round != null) {
        label.append(", round ").append(round);
      }
      if (density != null) {
        label.append(", ").append(Numbers.fixed(100 * density, 1)).append(" % of weights");
      }
      return label.toString();
    }

    ArmRow row(OptionalDouble measuredSeconds) {
      OptionalDouble seconds =
          trainingSeconds == null ? measuredSeconds : OptionalDouble.of(trainingSeconds);
      return new ArmRow(label(), seed, accuracy, epochs, parameters, macs, trainingMacs, seconds);
    }
  }

  record Summary(String arm, double mean, double std, int n) {}
}
