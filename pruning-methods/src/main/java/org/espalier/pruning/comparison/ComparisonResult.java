package org.espalier.pruning.comparison;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.Csv;
import org.espalier.framework.files.Json;
import org.espalier.graphs.BadInputException;

/**
 * What came of an experiment: {@code results.json}, and the arms once more as {@code results.csv}.
 *
 * @param scale how far this is from the paper's protocol
 * @param reading what the numbers mean, in sentences
 * @param warnings what the reader should know before trusting them: where a floor acted, and the
 *     like
 * @param commands how to run it again
 */
public record ComparisonResult(
    String name,
    String dataset,
    String scale,
    List<String> reading,
    List<String> warnings,
    List<String> commands,
    List<ArmResult> arms,
    List<ArmSummary> summary) {
  public static final String FILE = "results.json";

  private static final String TABLE = "results.csv";

  /** What results may lack that others wrote. */
  private static final Map<String, Object> OTHERWISE = new HashMap<>();

  static {
    List.of("name", "dataset", "scale").forEach(text -> OTHERWISE.put(text, ""));
    List.of("reading", "warnings", "commands").forEach(list -> OTHERWISE.put(list, List.of()));
    List.of("parameters", "macs", "flops", "trainingMacs", "epochs")
        .forEach(count -> OTHERWISE.put("arms/" + count, 0));
    OTHERWISE.put("arms/atLeast", false);
    List.of(
            "loss",
            "trainingSeconds",
            "run",
            "round",
            "density",
            "learningRate",
            "initialisation",
            "effective")
        .forEach(unknown -> OTHERWISE.put("arms/" + unknown, null));
  }

  public ComparisonResult {
    if (arms.isEmpty()) {
      throw new BadInputException("expected at least one arm, found none");
    }
  }

  /** Writes both files into a folder, or replaces them. */
  public void write(Path folder) {
    Json.write(folder.resolve(FILE), this);
    List<String> names =
        List.of(
            "arm",
            "seed",
            "accuracy",
            "loss",
            "epochs",
            "parameters",
            "macs",
            "flops",
            "trainingMacs",
            "trainingSeconds",
            "run");
    List<List<Object>> rows = arms.stream().map(ComparisonResult::row).toList();
    AtomicFiles.writeText(folder.resolve(TABLE), Csv.text(names, rows));
  }

  private static List<Object> row(ArmResult a) {
    return Arrays.asList(
        a.arm(),
        a.seed(),
        a.accuracy(),
        a.loss(),
        a.epochs(),
        a.parameters(),
        a.macs(),
        a.flops(),
        a.trainingMacs(),
        a.trainingSeconds(),
        a.run());
  }

  /**
   * Reads the results in a folder. What sums up the arms is counted anew.
   *
   * @throws BadInputException naming the file, what was expected and what was found
   */
  public static ComparisonResult read(Path folder) {
    return Json.read(folder.resolve(FILE), Read.class, "the results of a comparison", OTHERWISE)
        .whole();
  }

  /** The fields that are read. */
  private record Read(
      String name,
      String dataset,
      String scale,
      List<String> reading,
      List<String> warnings,
      List<String> commands,
      List<ArmResult> arms) {
    ComparisonResult whole() {
      return new ComparisonResult(
          name, dataset, scale, reading, warnings, commands, arms, ArmSummary.of(arms));
    }
  }
}
