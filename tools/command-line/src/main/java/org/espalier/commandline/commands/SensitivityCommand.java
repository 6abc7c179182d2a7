package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.MaybeData;
import org.espalier.framework.data.sources.Subset;
import org.espalier.framework.experiments.Given;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.sensitivity.Sensitivity;
import org.espalier.pruning.sensitivity.SensitivityRule;
import org.espalier.pruning.sensitivity.SensitivitySpec;
import org.espalier.report.ReportWriter;
import org.espalier.report.SensitivityReport;
import picocli.CommandLine;

@CommandLine.Command(
    name = "sensitivity",
    description = {
      "What remains of a network when one channel group alone is cut, for each group and at several"
          + " shares, straight after the cut: the accuracy on a data set or, without one, the"
          + " agreement with the outputs of the uncut network. Prints a table and which groups to"
          + " leave out of a pruning, and writes a page. The same command again finds it done; one"
          + " that was stopped goes on."
    })
final class SensitivityCommand implements Command {
  private static final String ROUGHLY =
      "random inputs rank groups roughly, if at all; give --dataset or, without labels, --input with"
          + " images that the model is for";

  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  /** What is measured, how it is judged, and where it goes. */
  record SensitivitySettings(
      @Setting(value = "", inline = true) SensitivitySpec how,
      @Setting(value = "", inline = true) MaybeData measured,
      @Setting(
              value =
                  "File of inputs, .npy, to compare outputs on where no data set is given; default:"
                      + " random inputs.",
              identity = false)
          Optional<Path> input,
      @Setting(value = "", inline = true) SensitivityRule rule,
      @Setting(
              value =
                  "Folder of the scan, with its page; default: one named after its settings in ./runs.",
              identity = false)
          Optional<Path> out) {}

  private final Espalier espalier;

  @Inject
  SensitivityCommand(Espalier espalier) {
    this.espalier = espalier;
  }

  @Override
  public Group group() {
    return Group.TRAINING;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(SensitivitySettings.class, MachineSettings.class, ReadOptions.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    SensitivitySettings s = in.settings(SensitivitySettings.class);
    refuseIdle(in, s);
    s.rule().share(s.how().shares()); // before hours of work
    s.out().ifPresent(RunFolder::checkFree);
    Espalier there =
        espalier
            .machine(in.settings(MachineSettings.class).machine())
            .watcher(new ConsoleWatcher(in));
    Given given = there.given(Path.of(model), in.settings(ReadOptions.class));
    Sensitivity task = task(s, given, there);
    Path folder = s.out().orElseGet(() -> there.folder(task));
    there.run(task, folder);
    if (task.data().isEmpty() && task.input().isEmpty()) {
      in.console().say(ROUGHLY);
    }
    SensitivityTable table = SensitivityTable.find(folder).orElseThrow();
    Path page =
        ReportWriter.write(SensitivityReport.read(folder, s.rule()), folder.resolve("report.html"));
    new SensitivityAnswer(table, s.rule().of(table), folder, page).give(in.console());
  }

  private static Sensitivity task(SensitivitySettings s, Given given, Espalier there) {
    Sensitivity task = Sensitivity.of(given, s.how());
    Optional<DataSpec> images = s.measured().spec().map(spec -> there.fitting(spec, given));
    if (images.isPresent()) {
      return task.measuredOn(images.get());
    }
    return s.input().map(task::on).orElse(task);
  }

  private static void refuseIdle(Invocation in, SensitivitySettings s) {
    boolean labels = s.measured().dataset().isPresent();
    if (!labels) {
      in.refuse(Subset.class, "says nothing without a data set; give dataset");
    }
    if (labels) {
      in.refuse(
          "input", "says nothing beside a data set, on whose test images accuracy is measured");
    }
    if (labels || s.input().isPresent()) {
      in.refuse("random-inputs", "says nothing where a data set or inputs are given");
    }
  }
}
