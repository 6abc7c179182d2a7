package org.espalier.pruning.sensitivity;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.checks.RandomInputs;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Scaling;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.MaybeData;
import org.espalier.framework.experiments.Run;
import org.espalier.framework.experiments.Source;
import org.espalier.framework.experiments.Tally;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.files.Npy;
import org.espalier.framework.files.Sha256;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.runs.Stretch;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.InputScaling;
import org.espalier.framework.training.StoppedException;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Measures what remains when one channel group alone is cut, at several shares, and nothing is
 * retrained: the accuracy on a data set or, without one, the agreement with the uncut network. Its
 * folder holds {@code sensitivity.json}, which grows group by group, so that a scan that was killed
 * goes on. It makes no model.
 *
 * @param measured on whose test images accuracy is measured
 * @param input a {@code .npy} file of inputs to compare outputs on, where no data set is given;
 *     without it they are drawn
 * @param inputDigest SHA-256 of what that file holds
 */
@Named(
    value = "sensitivity",
    description = "cuts each channel group alone, and measures what that costs")
public record Sensitivity(
    @Setting("What is looked at.") Source of,
    @Setting(value = "", inline = true) MaybeData measured,
    @Setting(value = "", inline = true) SensitivitySpec how,
    @Setting(value = "File of inputs to compare outputs on.", identity = false)
        Optional<Path> input,
    @Setting("Digest of what that file holds.") Optional<String> inputDigest)
    implements Task {
  private static final long SEED = 1;

  public Sensitivity {
    if (input.isPresent() && measured.dataset().isPresent()) {
      throw new UsageException(
          "input says nothing beside a data set, whose test images are looked at; leave one out");
    }
  }

  /** On random inputs. */
  public static Sensitivity of(Source source, SensitivitySpec how) {
    return new Sensitivity(source, MaybeData.NONE, how, Optional.empty(), Optional.empty());
  }

  /** The same, on the test images of a data set. */
  public Sensitivity measuredOn(DataSpec images) {
    return Settings.with(this, "measured", MaybeData.of(images));
  }

  /** The same, on inputs of a {@code .npy} file as it is now. */
  public Sensitivity on(Path file) {
    Path place = file.toAbsolutePath().normalize();
    return new Sensitivity(
        of, measured, how, Optional.of(place), Optional.of(digest(Npy.readFloats(file))));
  }

  private static String digest(ShapedArray array) {
    return new Sha256().add(array.shape().toString()).add(array.values()).hex();
  }

  @Override
  public Optional<DataSpec> data() {
    return measured.spec();
  }

  @Override
  public String title() {
    return "sensitivity of " + of.title();
  }

  /** Without a folder and a task: measures a model that is at hand. */
  public static SensitivityTable measure(
      Model model, SensitivitySpec how, Optional<Dataset> data, Workshop shop) {
    SensitivityScan scan = new SensitivityScan(model, how, data, shop);
    scan.notes().forEach(shop.watcher()::note);
    try (Yardstick yardstick =
        data.isPresent()
            ? new LabelYardstick(model, data.get(), shop)
            : random(model, how.randomInputs(), shop)) {
      return scan.run(
          yardstick,
          Optional.empty(),
          new SensitivityScan.Listener() {
            @Override
            public void measured() {
              if (shop.watcher().wantsToStop()) {
                throw new StoppedException("stopped");
              }
            }
          });
    }
  }

  @Override
  public RunSummary make(Run run, Workshop shop) {
    Optional<Dataset> data = measured.spec().map(shop::data);
    Model model = of.model(shop, data);
    SensitivityScan scan = new SensitivityScan(model, how, data, shop);
    scan.notes().forEach(shop.watcher()::note);
    try (Yardstick yardstick = yardstick(model, data, shop)) {
      run.folder().open(run.describe(inputs(model), shop), this);
      Optional<SensitivityTable> before = SensitivityTable.find(run.folder().path());
      long done = before.map(SensitivityTable::points).orElse(0L);
      run.folder().begin(Stretch.now(done, shop.machine()));
      SensitivityTable table = run(scan, yardstick, before, run, shop);
      RunSummary summary =
          RunSummary.untrained(
              table.uncut().accuracy(),
              table.uncut().loss(),
              shop.costs().of(model),
              model.weights());
      run.folder().finish(summary);
      return summary;
    }
  }

  private SensitivityTable run(
      SensitivityScan scan,
      Yardstick yardstick,
      Optional<SensitivityTable> before,
      Run run,
      Workshop shop) {
    long left = scan.left(before);
    try (Tally tally = shop.watcher().counting(this, "cuts", left)) {
      return scan.run(
          yardstick,
          before,
          new SensitivityScan.Listener() {
            private long measured;

            @Override
            public void measured() {
              measured++;
              tally.one();
              if (shop.watcher().wantsToStop() && measured < left) {
                throw new StoppedException("stopped after " + measured + " of " + left + " cuts");
              }
            }

            @Override
            public void done(SensitivityTable soFar) {
              run.checkHeld();
              soFar.write(run.folder().path());
            }
          });
    }
  }

  private Yardstick yardstick(Model model, Optional<Dataset> data, Workshop shop) {
    if (data.isPresent()) {
      return new LabelYardstick(model, data.get(), shop);
    }
    return input.isPresent() ? given(model, shop) : random(model, how.randomInputs(), shop);
  }

  private Yardstick given(Model model, Workshop shop) {
    Path file = input.orElseThrow();
    ShapedArray array = Npy.readFloats(file);
    if (!inputDigest.equals(Optional.of(digest(array)))) {
      throw new BadInputException(
          file + ": expected the inputs that the run began with, found others; it was altered");
    }
    if (model.network().inputs().size() != 1) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected a network that reads one input, found %s; leave out input",
              model.network().name(),
              model.network().inputs().keySet()));
    }
    String key = model.network().inputs().keySet().iterator().next();
    String on = "inputs of " + file.getFileName();
    return new OutputYardstick(model, Map.of(key, array), on, shop.machine());
  }

  private static Yardstick random(Model model, int count, Workshop shop) {
    Network network = model.network();
    RandomInputs.Range range =
        takesPixels(model) ? RandomInputs.Range.PIXELS : RandomInputs.Range.NORMAL;
    String on = "random inputs, " + range.words();
    return new OutputYardstick(
        model, RandomInputs.of(network, count, SEED, range), on, shop.machine());
  }

  /**
   * Whether a network scales pixels from 0 to 255 itself: to such, small numbers look all alike.
   */
  private static boolean takesPixels(Model model) {
    return model.network().inputs().size() == 1
        && InputScaling.expected(model).equals(Optional.of(Scaling.NONE));
  }

  private static Map<String, Object> inputs(Model model) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("network", model.network().name());
    inputs.put("networkDigest", Digests.of(model.network()));
    inputs.put("startDigest", Digests.of(model.weights()));
    return inputs;
  }
}
