package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.commandline.bench.BenchResult;
import org.espalier.commandline.bench.Benchmarks;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.settings.Setting;
import org.espalier.report.TextTable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "bench",
    description = {
      "Measure on this machine: images per second of training with and without masks, the input"
          + " pipeline, the time of analysis and cut, and latency before and after a cut."
    })
final class BenchCommand implements Command {
  record BenchSettings(
      @Setting("Run only the training race, of this architecture; default: everything.")
          Optional<String> network,
      @Setting(value = "Images in a training step.", defaultValue = "64") int batch,
      @Setting(
              value = "Steps that are measured of each kind; three more warm up.",
              defaultValue = "20")
          int steps) {
    BenchSettings {
      if (batch < 1 || steps < 1) {
        throw new IllegalArgumentException("batch and steps must be at least 1");
      }
    }
  }

  private final Benchmarks benchmarks;

  @Inject
  BenchCommand(Benchmarks benchmarks) {
    this.benchmarks = benchmarks;
  }

  @Override
  public Group group() {
    return Group.UPKEEP;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(BenchSettings.class, MachineSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    BenchSettings s = in.settings(BenchSettings.class);
    Machine machine = in.settings(MachineSettings.class).machine();
    BenchResult result =
        s.network()
            .map(n -> benchmarks.race(n, s.batch(), s.steps(), machine))
            .orElseGet(() -> benchmarks.all(s.batch(), s.steps(), machine));
    print(in.console(), result);
    in.console().result(result);
  }

  private static void print(Console console, BenchResult r) {
    TextTable training =
        new TextTable("training", "batch", "threads", "median images/s", "best", "with masks");
    r.training()
        .forEach(
            t ->
                training.row(
                    t.network(),
                    Integer.toString(t.batch()),
                    Integer.toString(t.threads()),
                    number(t.medianImagesPerSecond()),
                    number(t.bestImagesPerSecond()),
                    number(t.maskedMedianImagesPerSecond())));
    Terminal.table(console, training);
    if (r.pipeline() != null) {
      console.tell(
          String.format(
              Locale.ROOT,
              "\ninput pipeline: %s augmented 32x32x3 images per second on one thread\n",
              number(r.pipeline().imagesPerSecond())));
      TextTable cut = new TextTable("cut", "analyse ms", "cut ms");
      r.cut().forEach(c -> cut.row(c.network(), number(c.analyseMs()), number(c.cutMs())));
      Terminal.table(console, cut);
      console.tell("");
      TextTable latency =
          new TextTable(
              "inference", "batch", "before ms", "after ms", "times faster", "MACs ratio");
      r.inference()
          .forEach(
              i ->
                  latency.row(
                      i.network() + " -> " + i.pruned(),
                      Integer.toString(i.batch()),
                      number(i.beforeMs()),
                      number(i.afterMs()),
                      number(i.beforeMs() / i.afterMs()),
                      number(i.macsRatio())));
      Terminal.table(console, latency);
    }
    console.tell(
        "Medians on random images; quote ratios of runs side by side, machines are noisy.");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
  }
}
