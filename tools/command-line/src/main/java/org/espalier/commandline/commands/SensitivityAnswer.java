package org.espalier.commandline.commands;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.commandline.cli.Console;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.runs.SensitivityTable.Point;
import org.espalier.framework.runs.SensitivityTable.Row;
import org.espalier.framework.runs.SensitivityTable.Score;
import org.espalier.pruning.sensitivity.Proposal;
import org.espalier.report.ScanTable;
import org.espalier.report.ShellWords;

/** What {@code sensitivity} tells. */
record SensitivityAnswer(SensitivityTable table, Proposal proposal, Path folder, Path page) {

  void give(Console console) {
    ScanTable texts = new ScanTable(table, proposal);
    console.print(texts.lead() + "\n\n" + texts.render(Terminal.CHARSET) + "\n");
    console.print(texts.finding() + "\n");
    if (!proposal.exclude().isEmpty()) {
      console.print("leave them out:        prune " + argument("--exclude", exclude()) + "\n");
    }
    if (!proposal.ratios().isEmpty()) {
      console.print("or each its own share: prune " + argument("--ratios", ratios()) + "\n");
    }
    console.tell("scan: " + folder);
    console.tell("page: " + page);
    console.result(json());
  }

  private String exclude() {
    return proposal.excludeText();
  }

  private String ratios() {
    return proposal.ratiosText();
  }

  private static String argument(String flag, String value) {
    return flag + " " + ShellWords.quoted(value);
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("network", table.network());
    json.put("method", table.method());
    json.put("measure", table.measure());
    json.put("on", table.on());
    json.put("images", table.images());
    json.put("macs", table.macs());
    if (table.atLeast()) {
      json.put("atLeast", true);
    }
    json.put("uncut", score(table.uncut()));
    json.put("shares", table.shares());
    json.put("groups", table.groups().stream().map(this::row).toList());
    json.put("drop", proposal.drop());
    json.put("at", proposal.at());
    json.put("exclude", proposal.exclude());
    json.put("ratios", proposal.ratios());
    json.put("run", folder.toString());
    json.put("report", page.toString());
    return json;
  }

  private Map<String, Object> row(Row row) {
    List<Map<String, Object>> points = row.points().stream().map(SensitivityAnswer::point).toList();
    return Map.of(
        "id", row.id(),
        "channels", row.channels(),
        "sensitive", proposal.isSensitive(row.id()),
        "points", points);
  }

  private static Map<String, Object> point(Point point) {
    Map<String, Object> json = score(point.score());
    json.put("share", point.share());
    json.put("kept", point.kept());
    json.put("macs", point.macs());
    return json;
  }

  private static Map<String, Object> score(Score score) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("accuracy", score.accuracy());
    json.put("loss", score.loss());
    json.put("agreement", score.agreement());
    json.put("distance", score.distance());
    json.values().removeIf(value -> value == null);
    return json;
  }
}
