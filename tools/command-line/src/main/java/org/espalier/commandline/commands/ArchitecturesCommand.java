package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.graphs.architectures.Architecture;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.report.Numbers;
import org.espalier.report.TextTable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "architectures",
    description = "List the networks that can be built by name, with their parameters and costs.")
final class ArchitecturesCommand implements Command {
  private final Architectures architectures;
  private final CostModel costs;

  @Inject
  ArchitecturesCommand(Architectures architectures, CostModel costs) {
    this.architectures = architectures;
    this.costs = costs;
  }

  /** A line of the list; see the contract of {@code architectures --json}. */
  record Row(
      String name,
      String family,
      List<Integer> input,
      int classes,
      long parameters,
      long macs,
      long flops) {}

  @Override
  public Group group() {
    return Group.NETWORKS;
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public boolean needsTensorFlow() {
    return false;
  }

  @Override
  public void run(Invocation invocation) {
    List<Row> rows = new ArrayList<>();
    TextTable table =
        new TextTable("name", "input", "classes", "parameters", "MACs", "reference FLOPs")
            .withWholeNames();
    for (String name : architectures.names()) {
      Architecture a = architectures.get(name);
      Options o = a.defaults();
      Cost cost = costs.of(a.build());
      rows.add(
          new Row(
              name,
              a.family(),
              List.of(o.height(), o.width(), o.channels()),
              o.classes(),
              cost.parameters(),
              cost.macs(),
              cost.flops()));
      table.row(
          name,
          o.height() + "x" + o.width() + "x" + o.channels(),
          Integer.toString(o.classes()),
          Numbers.count(cost.parameters()),
          Numbers.count(cost.macs()),
          Numbers.count(cost.flops()));
    }
    if (!invocation.console().json()) {
      Terminal.table(invocation.console(), table);
      invocation
          .console()
          .tell(
              "MACs: multiply-accumulates of conv and dense layers for one image. Reference FLOPs: as"
                  + " Liu et al. 2019 count.\nOther depths work: resnet and resnet-sfp 6n+2, preresnet 9n+2, densenet 3n+4, densenet-bc 6n+4;"
                  + " --width, --classes and --input adapt any network.");
    }
    invocation.console().result(rows);
  }
}
