package org.espalier.framework.runs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.espalier.framework.files.Safetensors;
import org.espalier.framework.training.Measurement;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.Cut;

/** Tells whether two finished runs came out the same, to the bit. */
public final class RunDifference {
  private RunDifference() {}

  /**
   * The first value that differs, in words: of the inputs, the measurements in their order, the
   * cut, the weights, the score. Times do not count.
   *
   * @param before folder of the first run
   * @param again folder of the second
   */
  public static Optional<String> first(Path before, Path again) {
    return inputs(before, again)
        .or(() -> metrics(before, again))
        .or(() -> cut(before, again))
        .or(() -> sensitivity(before, again))
        .or(() -> weights(before, again))
        .or(() -> summary(before, again));
  }

  private static Optional<String> inputs(Path before, Path again) {
    Map<String, Object> a = RunDescription.read(before).inputs();
    Map<String, Object> b = RunDescription.read(again).inputs();
    TreeSet<String> names = new TreeSet<>(a.keySet());
    names.addAll(b.keySet());
    return names.stream().flatMap(n -> compared(n, a.get(n), b.get(n)).stream()).findFirst();
  }

  private static Optional<String> metrics(Path before, Path again) {
    if (!Files.exists(before.resolve(MetricsCsv.FILE))) {
      return Optional.empty();
    }
    List<Measurement> a = MetricsCsv.read(before);
    List<Measurement> b = MetricsCsv.read(again);
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      Measurement x = a.get(i);
      Measurement y = b.get(i);
      String at = " after epoch " + x.epoch();
      Optional<String> found =
          compared("epoch" + at, x.epoch(), y.epoch())
              .or(() -> compared("learning rate" + at, x.learningRate(), y.learningRate()))
              .or(() -> compared("training loss" + at, x.trainLoss(), y.trainLoss()))
              .or(() -> compared("training accuracy" + at, x.trainAccuracy(), y.trainAccuracy()))
              .or(() -> compared("test loss" + at, x.testLoss(), y.testLoss()))
              .or(() -> compared("test accuracy" + at, x.testAccuracy(), y.testAccuracy()));
      if (found.isPresent()) {
        return found;
      }
    }
    return compared("number of measurements", a.size(), b.size());
  }

  private static Optional<String> cut(Path before, Path again) {
    Path file = before.resolve(CutFile.FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Cut a = CutFile.read(file);
    Cut b = CutFile.read(again.resolve(CutFile.FILE));
    return compared("cut", a.groups(), b.groups())
        .or(() -> compared("removed branches", a.branches(), b.branches()));
  }

  private static Optional<String> sensitivity(Path before, Path again) {
    Optional<SensitivityTable> a = SensitivityTable.find(before);
    return a.isEmpty()
        ? Optional.empty()
        : compared("sensitivity", a, SensitivityTable.find(again));
  }

  private static Optional<String> weights(Path before, Path again) {
    if (Files.exists(before.resolve(SensitivityTable.FILE))) {
      return Optional.empty(); // it made no model
    }
    // Not as a model, which is refused when its weights were altered: here is told which value was.
    Weights a = Safetensors.read(before.resolve(ModelFolder.WEIGHTS));
    Weights b = Safetensors.read(again.resolve(ModelFolder.WEIGHTS));
    for (String name : a.asMap().keySet()) {
      if (!b.contains(name)) {
        return Optional.of(name + " was there, now is not");
      }
      ShapedArray x = a.get(name);
      ShapedArray y = b.get(name);
      if (!x.shape().equals(y.shape())) {
        return compared("shape of " + name, x.shape(), y.shape());
      }
      for (int i = 0; i < x.values().length; i++) {
        if (Float.floatToRawIntBits(x.values()[i]) != Float.floatToRawIntBits(y.values()[i])) {
          return Optional.of(
              String.format(
                  Locale.ROOT,
                  "value %d of %s was %s, now is %s",
                  i,
                  name,
                  x.values()[i],
                  y.values()[i]));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> summary(Path before, Path again) {
    RunSummary a = new RunFolder(before).summary().orElseThrow();
    RunSummary b = new RunFolder(again).summary().orElseThrow();
    return compared("digest of the weights", a.weightsDigest(), b.weightsDigest())
        .or(() -> compared("accuracy", a.accuracy(), b.accuracy()))
        .or(() -> compared("loss", a.loss(), b.loss()))
        .or(() -> compared("number of parameters", a.parameters(), b.parameters()))
        .or(() -> compared("number of MACs", a.macs(), b.macs()));
  }

  private static Optional<String> compared(String what, Object before, Object now) {
    return Objects.equals(before, now)
        ? Optional.empty()
        : Optional.of(what + " was " + before + ", now is " + now);
  }
}
