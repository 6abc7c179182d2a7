package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.espalier.Espalier;
import org.espalier.Forecast;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.graphs.UsageException;
import org.espalier.lottery.Lottery;
import org.espalier.lottery.NamedLotteries;
import org.espalier.lottery.NamedLottery;
import org.espalier.pruning.comparison.ComparisonResult;
import org.espalier.report.LotteryTable;
import org.espalier.report.TextTable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "lottery",
    description = {
      "Run a lottery: is what pruning leaves worth more with the weights that it began with (the winning"
          + " ticket) than with others? For every learning rate, seed and round, against each control."
          + " Started again, it goes on where it stopped. A name or file gives the settings; options"
          + " override them. lottery --list names those that are there; lottery demo is the quickest."
    })
final class LotteryCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "NAME|FILE.yaml",
      arity = "0..1",
      description = "A lottery by name (see --list), or your own as a file.",
      completionCandidates = Names.class)
  String lottery;

  @CommandLine.Option(names = "--list", description = "Name the lotteries that are there.")
  boolean list;

  /** For completion. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return NamedLotteries.names().iterator();
    }
  }

  private final Espalier espalier;

  @Inject
  LotteryCommand(Espalier espalier) {
    this.espalier = espalier;
  }

  @Override
  public Group group() {
    return Group.COMPARISON;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(Lottery.class, PlanSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    if (list) {
      if (lottery != null || !in.flags().isEmpty() || in.file().isPresent()) {
        throw new UsageException("--list names the lotteries; give it alone");
      }
      list(in.console());
      return;
    }
    if (lottery == null) {
      throw new UsageException(
          "lottery needs the name of a lottery or a file; lottery --list gives the names");
    }
    in.refuse(
        "learning-rate", "says nothing about a lottery, which has several; give learning-rates");
    SettingsSource beneath =
        NamedLotteries.find(lottery)
            .map(NamedLottery::source)
            .orElseGet(() -> PlanSettings.file(lottery, "lottery", NamedLotteries.names()));
    run(in, in.settings(Lottery.class, beneath), in.settings(PlanSettings.class, beneath));
  }

  private void run(Invocation in, Lottery what, PlanSettings how) {
    String name = PlanSettings.shortName(lottery);
    Plan plan = what.plan(name);
    Path out = how.folder("lotteries", name, what);
    Espalier there = how.on(espalier, in, plan);
    there.check(plan);
    Forecast forecast = there.forecast(plan);
    if (how.dryRun()) {
      DryRun.print(in.console(), forecast);
      return;
    }
    in.console().say(DryRun.summary(forecast));
    there.run(plan);
    ComparisonResult result =
        there.results(what, plan, out, Optional.of(in.again("lottery", lottery)));
    Path page = there.report(out);
    in.console().tell("");
    in.console().print(LotteryTable.of(result.arms()).render(Terminal.CHARSET));
    in.console().tell("");
    result.reading().forEach(in.console()::tell);
    in.console().tell("report: " + page);
    in.console().result(result);
  }

  private static void list(Console console) {
    if (!console.json()) {
      TextTable table = new TextTable("name", "what it is").withWholeNames().endingInText();
      NamedLotteries.all().forEach(l -> table.row(l.name(), l.title()));
      Terminal.table(console, table);
    }
    console.result(NamedLotteries.all());
  }
}
