package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.pruning.comparison.Comparison;
import org.espalier.pruning.comparison.ComparisonResult;
import org.espalier.pruning.comparison.MeasuredRow;
import org.espalier.pruning.comparison.NamedComparison;
import org.espalier.pruning.comparison.NamedComparisons;
import org.espalier.pruning.comparison.PublishedArm;
import org.espalier.pruning.comparison.Standing;
import org.espalier.report.ComparisonList;
import picocli.CommandLine;

@CommandLine.Command(
    name = "compare",
    description = {
      "Run a whole comparison: unpruned, pruned, fine-tuned, Scratch-E and Scratch-B, for every seed,"
          + " method and amount. Started again, it goes on where it stopped; what another comparison in"
          + " the same store has done is not done again. A name or file gives the settings; options"
          + " override them. compare --list names the rows of the paper's tables."
    })
final class CompareCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "NAME|FILE.yaml",
      arity = "0..1",
      description = "A row of the paper's tables by name (see --list), or your own as a file.",
      completionCandidates = Names.class)
  String comparison;

  @CommandLine.Option(
      names = "--list",
      description = "Name the rows of the paper's tables, with the published numbers.")
  boolean list;

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  /** For completion. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return NamedComparisons.names().iterator();
    }
  }

  /** A line of {@code compare --list --json}. */
  record Listed(
      String name,
      List<String> aliases,
      String table,
      int tableNumber,
      Map<String, Object> settings,
      List<PublishedArm> published,
      String source,
      List<String> notes,
      List<MeasuredRow> measured,
      boolean runHere,
      List<String> needs,
      boolean canRun) {
    static Listed of(NamedComparison row, List<String> needs) {
      return new Listed(
          row.name(),
          row.aliases(),
          row.table(),
          row.tableNumber(),
          row.settings(),
          row.published(),
          row.source(),
          row.notes(),
          row.measured(),
          !row.measured().isEmpty(),
          needs,
          needs.isEmpty());
    }
  }

  private static final Set<String> AMOUNTS =
      Set.of("preset", "ratio", "ratios", "target-macs", "target-parameters", "as-trained");

  /** What a row may name that a build has not. */
  private static final List<String> NAMING = List.of("method", "sparsity-interventions", "dataset");

  private final Espalier espalier;
  private final Architectures architectures;

  @Inject
  CompareCommand(Espalier espalier, Architectures architectures) {
    this.espalier = espalier;
    this.architectures = architectures;
  }

  @Override
  public Group group() {
    return Group.COMPARISON;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(Comparison.class, PlanSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    if (list) {
      if (comparison != null || !in.flags().isEmpty() || in.file().isPresent()) {
        throw new UsageException("--list names the comparisons; give it alone");
      }
      list(in.console());
      return;
    }
    if (comparison == null) {
      throw new UsageException(
          "compare needs the name of a comparison or a file; compare --list gives the names");
    }
    Optional<NamedComparison> row = espalier.comparisons().find(comparison);
    SettingsSource beneath = beneath(in, row);
    Comparison what = in.settings(Comparison.class, beneath);
    PlanSettings how = in.settings(PlanSettings.class, beneath);
    what.check(architectures); // before data are looked for
    run(in, what, how, row);
  }

  private void run(
      Invocation in, Comparison what, PlanSettings how, Optional<NamedComparison> row) {
    String name = PlanSettings.shortName(comparison);
    Plan plan = what.plan(name);
    Path out = how.folder("comparisons", name, what);
    Espalier there = how.on(espalier, in, plan);
    what.scale().ifPresent(by -> in.console().say(name + ": scaled down by " + by));
    there.check(plan);
    if (how.dryRun()) {
      DryRun.print(in.console(), there.forecast(plan));
      return;
    }
    there.run(plan);
    Standing standing = Standing.of(what);
    Standing beside =
        row.map(r -> standing.beside(espalier.comparisons().beside(r, what))).orElse(standing);
    ComparisonResult result = there.results(plan, out, beside, in.again("compare", comparison));
    Path page = there.report(out);
    Results.show(in.console(), result);
    in.console().tell("report: " + page);
    in.console().result(result);
  }

  private void list(Console console) {
    NamedComparisons named = espalier.comparisons();
    if (!console.json()) {
      int columns = spec.usageMessage().width();
      console.print(
          new ComparisonList(named.all(), named::needs, Terminal.CHARSET).render(columns));
    }
    console.result(named.all().stream().map(row -> Listed.of(row, named.needs(row))).toList());
  }

  /** What the name or file says; an amount among the options takes the place of its amounts. */
  private SettingsSource beneath(Invocation in, Optional<NamedComparison> row) {
    Set<String> replaced = NAMING.stream().filter(in::gives).collect(Collectors.toSet());
    SettingsSource source =
        row.map(r -> espalier.comparisons().source(r, replaced))
            .orElseGet(() -> PlanSettings.file(comparison, "comparison", NamedComparisons.names()));
    return AMOUNTS.stream().anyMatch(in::gives) ? source.without(AMOUNTS) : source;
  }
}
