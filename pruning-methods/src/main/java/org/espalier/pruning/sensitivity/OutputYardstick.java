package org.espalier.pruning.sensitivity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.runs.SensitivityTable.Score;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;

/** How far the outputs for some inputs are those of the uncut network. */
final class OutputYardstick implements Yardstick {
  private static final int BATCH = 32;

  private final String on;
  private final List<Map<String, ShapedArray>> batches;
  private final Predictor predictor;
  private final List<Map<String, ShapedArray>> uncut = new ArrayList<>();

  /**
   * @param on what the inputs are, in words
   * @throws BadInputException if the inputs do not fit, or outputs for them are not finite
   */
  OutputYardstick(Model model, Map<String, ShapedArray> inputs, String on, Machine machine) {
    this.on = on;
    batches = batches(inputs);
    predictor = new Predictor(model, machine);
    try {
      for (Map<String, ShapedArray> batch : batches) {
        Map<String, ShapedArray> outputs = predictor.outputs(batch);
        Agreement.checkFinite(model.network().name(), outputs);
        uncut.add(outputs);
      }
    } catch (RuntimeException | Error e) {
      predictor.close();
      throw e;
    }
  }

  /** Divided along the first axis, if that of all inputs is the same. */
  private static List<Map<String, ShapedArray>> batches(Map<String, ShapedArray> inputs) {
    int count = count(inputs);
    boolean divisible =
        inputs.values().stream().allMatch(a -> a.shape().rank() > 0 && a.shape().dim(0) == count);
    if (!divisible || count <= BATCH) {
      return List.of(inputs);
    }
    List<Map<String, ShapedArray>> batches = new ArrayList<>();
    for (int from = 0; from < count; from += BATCH) {
      Map<String, ShapedArray> batch = new LinkedHashMap<>();
      int first = from;
      int size = Math.min(BATCH, count - from);
      inputs.forEach((key, all) -> batch.put(key, part(all, first, size)));
      batches.add(batch);
    }
    return batches;
  }

  private static ShapedArray part(ShapedArray all, int from, int count) {
    int each = all.values().length / all.shape().dim(0);
    return new ShapedArray(
        all.shape().with(0, count),
        Arrays.copyOfRange(all.values(), from * each, (from + count) * each));
  }

  private static int count(Map<String, ShapedArray> inputs) {
    ShapedArray first = inputs.values().iterator().next();
    return first.shape().rank() == 0 ? 1 : first.shape().dim(0);
  }

  @Override
  public void set(Weights some) {
    predictor.set(some);
  }

  @Override
  public Score score() {
    Map<String, OutputDistance> byOutput = new LinkedHashMap<>();
    for (int b = 0; b < batches.size(); b++) {
      Map<String, ShapedArray> before = uncut.get(b);
      Map<String, ShapedArray> now = predictor.outputs(batches.get(b));
      before.forEach(
          (key, expected) ->
              byOutput.computeIfAbsent(key, k -> new OutputDistance()).add(expected, now.get(key)));
    }
    return OutputDistance.worst(byOutput.values());
  }

  @Override
  public String on() {
    return on;
  }

  @Override
  public int images() {
    return batches.stream().mapToInt(OutputYardstick::count).sum();
  }

  @Override
  public void close() {
    predictor.close();
  }
}
