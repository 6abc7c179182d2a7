package org.espalier.report;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.espalier.pruning.comparison.MeasuredRow;
import org.espalier.pruning.comparison.NamedComparison;
import org.espalier.pruning.comparison.PublishedArm;

/** The comparisons of the paper by name, as a table of each of its tables. */
public final class ComparisonList {
  private static final Map<String, String> SHORT =
      Map.of(
          "unpruned", "full",
          "fine-tuned", "tuned",
          "pruned", "cut",
          "scratch-e", "E",
          "scratch-b", "B");

  private final List<NamedComparison> all;
  private final Function<NamedComparison, List<String>> needs;
  private final Charset charset;

  /**
   * @param needs what a comparison needs that there is not
   * @param charset what the terminal can show
   */
  public ComparisonList(
      List<NamedComparison> all, Function<NamedComparison, List<String>> needs, Charset charset) {
    this.all = List.copyOf(all);
    this.needs = needs;
    this.charset = charset;
  }

  /** With spreads if they fit, else without; 80 columns are enough. */
  public String render(int columns) {
    String wide = render(true);
    return wide.lines().allMatch(line -> line.length() <= columns) ? wide : render(false);
  }

  private String render(boolean wide) {
    StringBuilder text = new StringBuilder();
    text.append("Published test accuracy in %, of five runs on CIFAR and of a single one on\n");
    text.append("ImageNet: the unpruned network, fine-tuned, Scratch-E and Scratch-B.\n");
    Map<String, List<NamedComparison>> tables =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    NamedComparison::table, LinkedHashMap::new, Collectors.toList()));
    for (List<NamedComparison> rows : tables.values()) {
      NamedComparison first = rows.get(0);
      String number = first.tableNumber() == 0 ? "" : "Table " + first.tableNumber() + ": ";
      text.append('\n').append(number).append(first.table()).append('\n');
      text.append(table(rows, wide));
      if (rows.stream().flatMap(r -> r.published().stream()).anyMatch(a -> a.of() != null)) {
        text.append("* of the method's authors, whose unpruned network is another one\n");
      }
    }
    return text.append('\n').append(closing()).toString();
  }

  private String table(List<NamedComparison> rows, boolean wide) {
    List<String> arms = rows.get(0).published().stream().map(PublishedArm::arm).toList();
    List<String> header = new ArrayList<>(List.of("name"));
    arms.forEach(arm -> header.add(wide ? arm : SHORT.getOrDefault(arm, arm)));
    header.add("needs");
    TextTable table = new TextTable(header.toArray(String[]::new)).withWholeNames().endingInText();
    for (NamedComparison row : rows) {
      table.row(cells(row.name(), arms, row.published(), missing(needs.apply(row), wide), wide));
      for (MeasuredRow here : row.measured()) {
        table.row(cells(measured(here), arms, here.arms(), "", wide));
      }
    }
    return table.render(charset);
  }

  /** All of it or, where columns are few, the first and how many more. */
  private static String missing(List<String> needs, boolean wide) {
    if (needs.isEmpty()) {
      return Numbers.NONE;
    }
    return wide || needs.size() == 1
        ? String.join(", ", needs)
        : needs.get(0) + " +" + (needs.size() - 1);
  }

  private static String measured(MeasuredRow here) {
    return "  run here"
        + (here.scale().isEmpty() ? "" : ", scaled down")
        + (here.seeds() == 1 ? ", 1 seed" : ", " + here.seeds() + " seeds");
  }

  private static String[] cells(
      String name, List<String> arms, List<PublishedArm> numbers, String last, boolean wide) {
    Map<String, PublishedArm> byArm =
        numbers.stream().collect(Collectors.toMap(PublishedArm::arm, Function.identity()));
    List<String> cells = new ArrayList<>(List.of(name));
    arms.forEach(arm -> cells.add(number(byArm.get(arm), wide)));
    cells.add(last);
    return cells.toArray(String[]::new);
  }

  private static String number(PublishedArm arm, boolean wide) {
    if (arm == null) {
      return Numbers.NONE;
    }
    String spread =
        wide && !arm.isSingleRun() ? String.format(Locale.ROOT, " ±%.2f", 100 * arm.std()) : "";
    return Numbers.fixed(100 * arm.accuracy(), 2) + spread + (arm.of() == null ? "" : "*");
  }

  private String closing() {
    boolean none = all.stream().allMatch(row -> row.measured().isEmpty());
    return (none
            ? "None of them was run here.\n"
            : "Those without a line 'run here' were not run here.\n")
        + "needs: what this build has not; --json tells all of it, with sources and notes.\n"
        + "'espalier compare NAME' runs a row, '--scale 0.05' makes it small.\n";
  }
}
