package org.espalier.framework.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Call;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.OpRules;

/** A network under training: one graph, one session, closed when the training ends. */
public final class TrainingSession implements AutoCloseable {
  private final TrainingGraph written;
  private final Shape images;
  private final List<Parameter> trained;
  private final OpenGraph open;

  /** What one step or one evaluated batch yields: the mean loss, and how many images were right. */
  public record Outcome(double loss, int correct) {}

  public TrainingSession(
      Network network,
      Normalisation normalisation,
      TrainingGraph.Optimiser optimiser,
      OpRules rules,
      Machine machine) {
    this.images = network.imageShape();
    this.trained = network.parameters(ParameterKind::isTrained);
    this.written = TrainingGraph.write(network, normalisation, optimiser, rules);
    open = new OpenGraph(written.graph(), machine);
  }

  /** Sets parameters, and masks, by name. */
  public void write(Weights weights) {
    written.variables().write(open, weights);
  }

  /** A copy of all parameters and masks. */
  public Weights read() {
    return written.variables().read(open);
  }

  /** Sets the optimiser's momentum, keyed {@code espalier/momentum/parameter}. */
  public void writeMomentum(Weights momentum) {
    written.momentum().write(open, momentum);
  }

  public Weights readMomentum() {
    return written.momentum().read(open);
  }

  /** Momentum as it is before the first step. */
  public Weights zeroMomentum() {
    Map<String, ShapedArray> zeros = new LinkedHashMap<>();
    for (Parameter p : trained) {
      Parameter m = TrainingGraph.momentumOf(p);
      zeros.put(m.name(), ShapedArray.filled(m.shape(), 0f));
    }
    return Weights.of(zeros);
  }

  /** One step of SGD on a batch of raw pixels. The loss is the batch's mean, before the step. */
  public Outcome step(byte[] pixels, int[] labels, int count, float learningRate) {
    Call call = open.call().feedPixels(TrainingGraph.PIXELS, images, pixels, count);
    return step(call, labels, count, learningRate);
  }

  /** The same on images that are scaled already. */
  Outcome step(ShapedArray scaled, int[] labels, float learningRate) {
    Call call = open.call().feed(PixelScaling.scaled(TrainingGraph.PIXELS), scaled);
    return step(call, labels, labels.length, learningRate);
  }

  private static Outcome step(Call call, int[] labels, int count, float learningRate) {
    call.feedLabels(TrainingGraph.LABELS, labels, count)
        .feed(TrainingGraph.LEARNING_RATE, ShapedArray.scalar(learningRate))
        .target(TrainingGraph.STEP);
    return outcome(call, TrainingGraph.TRAIN, 1);
  }

  /** Loss and hits of a batch with moving statistics; changes nothing. */
  public Outcome evaluate(byte[] pixels, int[] labels, int count) {
    return evaluate(open, images, pixels, labels, count);
  }

  static Outcome evaluate(OpenGraph open, Shape images, byte[] pixels, int[] labels, int count) {
    Call call =
        open.call()
            .feedPixels(TrainingGraph.PIXELS, images, pixels, count)
            .feedLabels(TrainingGraph.LABELS, labels, count);
    return outcome(call, TrainingGraph.EVAL, count);
  }

  private static Outcome outcome(Call call, String prefix, int divisor) {
    TensorRef loss = TensorRef.of(prefix + TrainingGraph.LOSS);
    TensorRef correct = TensorRef.of(prefix + TrainingGraph.CORRECT);
    Map<TensorRef, ShapedArray> result = call.fetch(loss).fetch(correct).run();
    double mean = result.get(loss).values()[0] / divisor;
    return new Outcome(mean, Math.round(result.get(correct).values()[0]));
  }

  @Override
  public void close() {
    open.close();
  }
}
