package org.espalier.commandline.commands;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.Forecast;
import org.espalier.Forecast.State;
import org.espalier.commandline.cli.Console;
import org.espalier.report.Numbers;
import org.espalier.report.TextTable;

/** Says what a plan would do. */
final class DryRun {
  private DryRun() {}

  static void print(Console console, Forecast forecast) {
    TextTable table = new TextTable("run", "state", "epochs", "about", "for").endingInText();
    for (Forecast.Entry row : forecast.tasks()) {
      table.row(
          row.hash(),
          word(row.state()),
          row.epochs() == 0 ? Numbers.NONE : Integer.toString(row.epochs()),
          row.seconds() == 0 ? Numbers.NONE : Numbers.duration(row.seconds()),
          row.arms().isEmpty() ? row.task() : String.join("; ", row.arms()));
    }
    if (!console.json()) {
      Terminal.table(console, table);
    }
    console.tell(summary(forecast));
    console.result(forecast);
  }

  /** How much is to be done, in a line. */
  static String summary(Forecast forecast) {
    Map<State, Long> states =
        forecast.tasks().stream()
            .collect(Collectors.groupingBy(Forecast.Entry::state, Collectors.counting()));
    return String.format(
        Locale.ROOT,
        "%s: %d runs, %d done, %d epochs to train, about %s",
        forecast.name(),
        forecast.tasks().size(),
        states.getOrDefault(State.DONE, 0L),
        forecast.tasks().stream()
            .filter(r -> r.state() != State.DONE)
            .mapToInt(Forecast.Entry::epochs)
            .sum(),
        Numbers.duration(forecast.seconds()));
  }

  private static String word(State state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
