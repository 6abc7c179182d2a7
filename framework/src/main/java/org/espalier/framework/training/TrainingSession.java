package org.espalier.framework.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.sessions.Call;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.OpRules;

/** A network under training: one graph, one session, closed when the training ends. */
public final class TrainingSession implements AutoCloseable {
  private final TrainingGraph written;
  private final Shape images;
  private final List<Parameter> slots;
  private final Optimiser optimiser;
  private final OpenGraph open;

  /** What one step or one evaluated batch yields: the mean loss, and how many images were right. */
  public record Outcome(double loss, int correct) {}

  /** The recipe's optimiser, weight decay and penalties count; its rates and epochs do not. */
  public TrainingSession(
      Network network, Feed feed, Recipe recipe, Loss loss, OpRules rules, Machine machine) {
    images = network.imageShape();
    optimiser = recipe.optimiser();
    slots = TrainingGraph.slots(network.trained(), recipe);
    written = TrainingGraph.write(network, feed, recipe, loss, rules);
    open = OpenGraph.prepared(written.graph(), machine, g -> teach(g, loss));
  }

  private void teach(OpenGraph graph, Loss loss) {
    if (loss instanceof Loss.Teacher teacher) {
      written.teacher().write(graph, prefixed(teacher.model().weights()));
    }
  }

  private static Weights prefixed(Weights weights) {
    Map<String, ShapedArray> renamed = new LinkedHashMap<>();
    weights.asMap().forEach((name, array) -> renamed.put(TrainingGraph.TEACHER + name, array));
    return Weights.of(renamed);
  }

  /** Sets parameters, masks and the optimiser's slots, by name. */
  public void write(Weights weights) {
    written.variables().write(open, weights);
    written.slots().write(open, weights);
  }

  /** A copy of all parameters and masks. */
  public Weights read() {
    return written.variables().read(open);
  }

  /** A copy of what the optimiser remembers, keyed {@code espalier/SLOT/PARAMETER}. */
  public Weights readSlots() {
    return written.slots().read(open);
  }

  /** The slots as they are before the first step. */
  public Weights zeroSlots() {
    Map<String, ShapedArray> zeros = new LinkedHashMap<>();
    slots.forEach(p -> zeros.put(p.name(), ShapedArray.filled(p.shape(), 0f)));
    return Weights.of(zeros);
  }

  /**
   * One step on a batch of raw pixels. The loss is the batch's mean, before the step.
   *
   * @param step counted from 1, which is the first that the optimiser remembers
   */
  public Outcome step(byte[] pixels, int[] labels, int count, float learningRate, long step) {
    Call call = open.call().feedPixels(LossNodes.PIXELS, images, pixels, count);
    return step(call, labels, count, learningRate, step);
  }

  /** The same on images that are scaled already. */
  Outcome step(ShapedArray scaled, int[] labels, float learningRate, long step) {
    Call call = open.call().feed(PixelScaling.scaled(LossNodes.PIXELS), scaled);
    return step(call, labels, labels.length, learningRate, step);
  }

  private Outcome step(Call call, int[] labels, int count, float learningRate, long step) {
    optimiser
        .fed(step)
        .forEach((name, n) -> call.feed(Optimiser.fedName(name), ShapedArray.scalar(n)));
    call.feedLabels(LossNodes.LABELS, labels, count)
        .feed(TrainingGraph.LEARNING_RATE, ShapedArray.scalar(learningRate))
        .target(TrainingGraph.STEP);
    return outcome(call, LossNodes.TRAIN, 1);
  }

  /** Lets the moving statistics of batch norm see a batch; weights stay as they are. */
  public void see(byte[] pixels, int count) {
    open.call()
        .feedPixels(LossNodes.PIXELS, images, pixels, count)
        .target(TrainingGraph.STATISTICS)
        .run();
  }

  /** Loss and hits of a batch with moving statistics; changes nothing. */
  public Outcome evaluate(byte[] pixels, int[] labels, int count) {
    return evaluate(open, images, pixels, labels, count);
  }

  static Outcome evaluate(OpenGraph open, Shape images, byte[] pixels, int[] labels, int count) {
    Call call =
        open.call()
            .feedPixels(LossNodes.PIXELS, images, pixels, count)
            .feedLabels(LossNodes.LABELS, labels, count);
    return outcome(call, LossNodes.EVAL, count);
  }

  private static Outcome outcome(Call call, String prefix, int divisor) {
    TensorRef loss = TensorRef.of(prefix + LossNodes.LOSS);
    TensorRef correct = TensorRef.of(prefix + LossNodes.CORRECT);
    Map<TensorRef, ShapedArray> result = call.fetch(loss).fetch(correct).run();
    double mean = result.get(loss).values()[0] / divisor;
    return new Outcome(mean, Math.round(result.get(correct).values()[0]));
  }

  @Override
  public void close() {
    open.close();
  }
}
