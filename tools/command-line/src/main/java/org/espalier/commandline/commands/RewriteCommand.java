package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.Models;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.GraphCheck;
import org.espalier.framework.checks.RandomInputs;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.Rewrites;
import org.espalier.graphs.settings.Setting;
import org.espalier.report.TextTable;
import org.espalier.savedmodels.SavedModelExporter;
import picocli.CommandLine;

@CommandLine.Command(
    name = "rewrite",
    description = {
      "Apply named passes, in the order given, to a model, a SavedModel or a frozen graph, and write the"
          + " result as a SavedModel. After each pass the graph is checked: every input exists, shapes"
          + " fit, no node is unneeded, TensorFlow takes it. Tells how far the outputs moved."
    })
final class RewriteCommand implements Command {
  private static final int IMAGES = 2;

  @CommandLine.Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  @CommandLine.Option(names = "--list", description = "Name the passes and say what they do.")
  boolean list;

  record RewriteSettings(
      @Setting("The passes, in order, with commas between them.") List<String> pass,
      @Setting(
              value = "Folder of the SavedModel; the folder of the version goes below it.",
              identity = false)
          Optional<Path> to,
      @Setting(value = "Version of the SavedModel, a positive number.", defaultValue = "1")
          int version) {}

  private final Models models;
  private final Rewrites rewrites;
  private final OpRules rules;
  private final SavedModelExporter exporter;

  @Inject
  RewriteCommand(Models models, Rewrites rewrites, OpRules rules, SavedModelExporter exporter) {
    this.models = models;
    this.rewrites = rewrites;
    this.rules = rules;
    this.exporter = exporter;
  }

  /** A line of {@code rewrite --list --json}. */
  record Pass(String name, String description) {}

  @Override
  public Group group() {
    return Group.EXCHANGE;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(RewriteSettings.class, ReadOptions.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    if (list) {
      if (model != null || !in.flags().isEmpty() || in.file().isPresent()) {
        throw new UsageException("--list says what the passes do; give it alone");
      }
      listPasses(in);
      return;
    }
    RewriteSettings s = in.settings(RewriteSettings.class);
    if (model == null || s.pass().isEmpty() || s.to().isEmpty()) {
      throw new UsageException(
          "rewrite needs MODEL, --pass and --to; rewrite --list names the passes");
    }
    SavedModelExporter.checkBase(s.to().get());
    List<GraphRewrite> passes = s.pass().stream().map(rewrites::get).toList();
    Model before = models.read(Path.of(model), in.settings(ReadOptions.class));
    before.network().checkNothingLost();
    Exports.tellLeftOut(in, Path.of(model));
    Model after = before;
    for (GraphRewrite pass : passes) {
      int nodes = after.network().graph().nodes().size();
      after = GraphCheck.apply(pass, after, rules);
      in.console()
          .tell(
              String.format(
                  Locale.ROOT,
                  "%s: %d -> %d nodes",
                  pass.name(),
                  nodes,
                  after.network().graph().nodes().size()));
    }
    Agreement normal = compare(before, after, RandomInputs.Range.NORMAL);
    Agreement pixels = compare(before, after, RandomInputs.Range.PIXELS);
    in.console()
        .tell(
            String.format(
                Locale.ROOT,
                "outputs move by %.1e of the largest on %d standard normal inputs, by %.1e on pixels (0 to"
                    + " 255)",
                normal.relative(),
                IMAGES,
                pixels.relative()));
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("model", Path.of(model).toAbsolutePath().normalize().toString());
    provenance.put("graphDigest", Digests.of(before.network()));
    provenance.put("weightsDigest", Digests.of(before.weights()));
    provenance.put("passes", s.pass());
    Path written =
        exporter
            .export(after, s.to().get(), s.version(), provenance, SavedModelExporter.Form.AS_IT_IS)
            .folder();
    in.console().tell("SavedModel: " + written);
    in.console()
        .result(
            Map.of(
                "savedModel", written.toString(),
                "passes", s.pass(),
                "nodesBefore", before.network().graph().nodes().size(),
                "nodes", after.network().graph().nodes().size(),
                "moved", normal.relative(),
                "movedOnPixels", pixels.relative()));
  }

  private void listPasses(Invocation in) {
    TextTable table = new TextTable("pass", "what it does").endingInText();
    rewrites.all().forEach(r -> table.row(r.name(), r.description()));
    if (!in.console().json()) {
      Terminal.table(in.console(), table);
    }
    in.console()
        .result(rewrites.all().stream().map(r -> new Pass(r.name(), r.description())).toList());
  }

  private static Agreement compare(Model before, Model after, RandomInputs.Range range) {
    Map<String, ShapedArray> inputs = RandomInputs.of(before.network(), IMAGES, 0, range);
    return Agreement.of(after.network().name(), outputs(before, inputs), outputs(after, inputs));
  }

  private static Map<String, ShapedArray> outputs(Model model, Map<String, ShapedArray> inputs) {
    try (Predictor predictor = Predictor.forFewRuns(model, Machine.all())) {
      return predictor.outputs(inputs);
    }
  }
}
