package org.espalier.pruning.comparison;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * @param scaled by how much smaller it was run than its settings say; empty if it was not
 * @param published the row of the paper that it was run for; null if it was for none
 */
public record ComparisonResult(
    String name,
    String dataset,
    String scale,
    List<String> reading,
    List<String> warnings,
    List<String> commands,
    List<ArmResult> arms,
    List<ArmSummary> summary,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String scaled,
    @JsonInclude(JsonInclude.Include.NON_NULL) PublishedRow published) {
  public static final String FILE = "results.json";

  private static final String TABLE = "results.csv";

  /** What results may lack that others wrote. */
  private static final Map<String, Object> OTHERWISE = new HashMap<>();

  static {
    List.of("name", "dataset", "scale", "scaled").forEach(text -> OTHERWISE.put(text, ""));
    OTHERWISE.put("published", null);
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

  /** At full scale, and beside no published numbers. */
  public ComparisonResult(
      String name,
      String dataset,
      String scale,
      List<String> reading,
      List<String> warnings,
      List<String> commands,
      List<ArmResult> arms,
      List<ArmSummary> summary) {
    this(name, dataset, scale, reading, warnings, commands, arms, summary, "", null);
  }

  /** Writes both files into a folder, or replaces them. */
  public void write(Path folder) {
    Json.write(folder.resolve(FILE), this);
    List<String> names =
        new ArrayList<>(
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
                "run"));
    if (!scaled.isEmpty()) {
      names.add("scaled");
    }
    List<List<Object>> rows = arms.stream().map(this::row).toList();
    AtomicFiles.writeText(folder.resolve(TABLE), Csv.text(names, rows));
  }

  private List<Object> row(ArmResult a) {
    List<Object> row =
        new ArrayList<>(
            Arrays.asList(
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
                a.run()));
    if (!scaled.isEmpty()) {
      row.add(scaled);
    }
    return row;
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
      List<ArmResult> arms,
      String scaled,
      PublishedRow published) {
    ComparisonResult whole() {
      return new ComparisonResult(
          name,
          dataset,
          scale,
          reading,
          warnings,
          commands,
          arms,
          ArmSummary.of(arms),
          scaled,
          published);
    }
  }
}
