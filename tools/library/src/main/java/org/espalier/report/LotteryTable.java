package org.espalier.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.ArmSummary;

/** The results of a lottery: a line for each learning rate and round, a column for each arm. */
public final class LotteryTable {
  private LotteryTable() {}

  /**
   * Test accuracies after the last epoch, in percent.
   *
   * @param arms those of a lottery, which know their round, density and learning rate
   */
  public static TextTable of(List<ArmResult> arms) {
    List<String> names = arms.stream().map(ArmResult::arm).distinct().toList();
    List<String> header = new ArrayList<>(List.of("learning rate", "weights left"));
    header.addAll(names);
    TextTable table = new TextTable(header.toArray(String[]::new)).withWholeNames();
    Map<String, List<ArmResult>> lines = new LinkedHashMap<>();
    arms.stream()
        .sorted(
            java.util.Comparator.comparing(ArmResult::learningRate)
                .reversed()
                .thenComparing(ArmResult::round))
        .forEach(
            a ->
                lines
                    .computeIfAbsent(a.learningRate() + " " + a.round(), k -> new ArrayList<>())
                    .add(a));
    lines.values().forEach(line -> table.row(cells(line, names)));
    return table;
  }

  private static String[] cells(List<ArmResult> line, List<String> names) {
    double density = line.stream().mapToDouble(ArmResult::density).average().orElseThrow();
    List<String> cells = new ArrayList<>();
    cells.add(line.get(0).learningRate().toString());
    cells.add(String.format(Locale.ROOT, "%.1f %%", 100 * density));
    for (String name : names) {
      List<ArmResult> own = line.stream().filter(a -> a.arm().equals(name)).toList();
      cells.add(own.isEmpty() ? "" : accuracy(ArmSummary.of(own).get(0)));
    }
    return cells.toArray(String[]::new);
  }

  private static String accuracy(ArmSummary arm) {
    return Numbers.accuracy(arm.mean(), arm.std(), arm.n());
  }
}
