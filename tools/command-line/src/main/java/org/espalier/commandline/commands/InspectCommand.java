package org.espalier.commandline.commands;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.Models;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.architectures.Adaptation;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.report.Numbers;
import org.espalier.report.TextTable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "inspect",
    description = {
      "Show what a network is made of: parameters in the order in which data meets them, cost per "
          + "layer, and the channel groups that can be cut."
    })
final class InspectCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description =
          "An architecture name, the folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  private final Models models;
  private final OpRules rules;
  private final CostModel costs;

  @Inject
  InspectCommand(Models models, OpRules rules, CostModel costs) {
    this.models = models;
    this.rules = rules;
    this.costs = costs;
  }

  record Endpoint(String name, List<Integer> shape) {}

  record ParameterRow(String name, List<Integer> shape, String kind) {}

  record LayerRow(String name, String op, long parameters, long macs, List<String> nodes) {}

  record MemberRow(String parameter, int axis) {}

  record GroupRow(
      String id,
      int channels,
      boolean prunable,
      String reason,
      boolean coupled,
      List<MemberRow> members) {

    String answer() {
      return !prunable
          ? "no: " + reason
          : coupled ? "with --coupled: several layers are added up in it" : "yes";
    }
  }

  /**
   * @param parameters that a training changes by gradients, as PyTorch counts them
   * @param statistics of batch norm: with them, Keras counts
   * @param folded of the parameters, scales and offsets of batch norm that is folded
   * @param atLeast whether macs and flops are the least that they can be
   * @param open why: the nodes whose work is not known
   */
  record Totals(
      long parameters,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) long statistics,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) long folded,
      long macs,
      long flops,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean atLeast,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> open) {}

  /** The contract of {@code inspect --json}. */
  record Inspection(
      String name,
      List<Endpoint> inputs,
      List<Endpoint> outputs,
      List<ParameterRow> parameters,
      List<LayerRow> layers,
      List<GroupRow> groups,
      Totals totals) {}

  @Override
  public Group group() {
    return Group.NETWORKS;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(Adaptation.class, ReadOptions.class);
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
    Network network =
        models.network(
            model, invocation.settings(Adaptation.class), invocation.settings(ReadOptions.class));
    ChannelAnalysis analysis = ChannelAnalysis.of(network, rules);
    Inspection inspection = inspect(network, analysis, costs.of(network));
    if (!invocation.console().json()) {
      print(inspection, invocation.console());
    }
    invocation.console().result(inspection);
  }

  private static Inspection inspect(Network network, ChannelAnalysis analysis, Cost cost) {
    return new Inspection(
        network.name(),
        endpoints(network.inputs(), analysis),
        endpoints(network.outputs(), analysis),
        network.parameters().stream()
            .map(p -> new ParameterRow(p.name(), p.shape().dims(), p.kind().label()))
            .toList(),
        cost.layers().stream()
            .map(l -> new LayerRow(l.name(), l.op(), l.parameters(), l.macs(), l.nodes()))
            .toList(),
        analysis.groups().stream().map(InspectCommand::row).toList(),
        new Totals(
            cost.parameters(),
            cost.statistics(),
            cost.folded(),
            cost.macs(),
            cost.flops(),
            cost.isAtLeast(),
            cost.open()));
  }

  private static List<Endpoint> endpoints(
      Map<String, TensorRef> endpoints, ChannelAnalysis analysis) {
    return endpoints.entrySet().stream()
        .map(
            e ->
                new Endpoint(
                    e.getKey(),
                    analysis.facts().shape(e.getValue()).map(Shape::dims).orElse(List.of())))
        .toList();
  }

  private static GroupRow row(ChannelGroup g) {
    return new GroupRow(
        g.id(),
        g.channels(),
        g.prunable(),
        g.reason(),
        g.isCoupled(),
        g.members().stream().map(m -> new MemberRow(m.parameter().name(), m.axis())).toList());
  }

  private static void print(Inspection i, Console console) {
    TextTable layers = new TextTable("layer", "op", "parameters", "MACs").withWholeNames();
    for (LayerRow l : i.layers()) {
      if (l.parameters() > 0 || l.macs() > 0) {
        layers.row(l.name(), l.op(), Numbers.count(l.parameters()), Numbers.count(l.macs()));
      }
    }
    Terminal.table(console, layers);
    console.tell("");
    TextTable groups =
        new TextTable("channel group", "channels", "parameters tied", "can be cut")
            .withWholeNames()
            .endingInText();
    for (GroupRow g : i.groups()) {
      groups.row(
          g.id(),
          Integer.toString(g.channels()),
          Long.toString(g.members().stream().map(MemberRow::parameter).distinct().count()),
          g.answer());
    }
    Terminal.table(console, groups);
    console.tell(
        String.format(
            Locale.ROOT,
            "\n%s: %s parameters, %s for one image (%s reference FLOPs), %d of %d groups can be cut",
            i.name(),
            Numbers.count(i.totals().parameters()),
            Numbers.cost(i.totals().macs(), i.totals().atLeast()) + " MACs",
            Numbers.cost(i.totals().flops(), i.totals().atLeast()),
            i.groups().stream().filter(GroupRow::prunable).count(),
            i.groups().size()));
    counting(i.totals()).forEach(console::tell);
    i.totals().open().forEach(why -> console.tell("not counted: " + why));
  }

  /** How others count parameters, where they count otherwise. */
  private static List<String> counting(Totals t) {
    List<String> lines = new ArrayList<>();
    String all = Numbers.count(t.parameters() + t.statistics() + t.folded());
    if (t.statistics() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "as PyTorch counts; Keras counts %s means and variances of batch norm too, %s in all",
              Numbers.count(t.statistics()),
              all));
    }
    if (t.folded() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s of them are scales and offsets of batch norm that is folded; Keras counts as many"
                  + " means and variances before it is, %s in all",
              Numbers.count(t.folded()),
              all));
    }
    return lines;
  }
}
