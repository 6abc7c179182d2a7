package org.espalier.framework.sessions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.training.Threads;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** A network under training: one graph, one session, closed when the training ends. */
public final class TrainingSession implements AutoCloseable {
  private final TrainingGraph written;
  private final Shape images;
  private final List<Parameter> trained;
  private final Graph graph = new Graph();
  private final Session session;

  /** What one step or one evaluated batch yields: the mean loss, and how many images were right. */
  public record Outcome(double loss, int correct) {}

  public TrainingSession(
      Network network,
      Normalisation normalisation,
      float momentum,
      boolean nesterov,
      float weightDecay,
      Threads threads) {
    this.images = network.imageShape();
    this.trained = network.parameters(ParameterKind::isTrained);
    this.written =
        TrainingGraph.write(
            network, normalisation, new TrainingGraph.Optimiser(momentum, nesterov, weightDecay));
    graph.importGraphDef(written.graph());
    session = new Session(graph, SessionConfig.of(threads));
  }

  /** Sets parameters, and masks, by name. */
  public void write(Weights weights) {
    written.variables().write(session, weights);
  }

  /** A copy of all parameters and masks. */
  public Weights read() {
    return written.variables().read(session);
  }

  /** Sets the optimiser's momentum, keyed {@code momentum/parameter}. */
  public void writeMomentum(Weights momentum) {
    written.momentum().write(session, momentum);
  }

  public Weights readMomentum() {
    return written.momentum().read(session);
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
    try (TUint8 x = pixels(images, pixels, count)) {
      return step(TrainingGraph.PIXELS, x, labels, count, learningRate);
    }
  }

  /** The same on images that are scaled already. */
  Outcome step(ShapedArray scaled, int[] labels, float learningRate) {
    try (TFloat32 x = Tensors.of(scaled)) {
      String feed = PixelScaling.scaled(TrainingGraph.PIXELS);
      return step(feed, x, labels, labels.length, learningRate);
    }
  }

  private Outcome step(String feed, Tensor x, int[] labels, int count, float learningRate) {
    try (TInt32 y = Tensors.labels(labels, count);
        TFloat32 rate = Tensors.scalar(learningRate);
        Result result =
            session
                .runner()
                .feed(feed, x)
                .feed(TrainingGraph.LABELS, y)
                .feed(TrainingGraph.LEARNING_RATE, rate)
                .addTarget(TrainingGraph.STEP)
                .fetch(TrainingGraph.LOSS)
                .fetch(TrainingGraph.CORRECT)
                .run()) {
      return outcome(result, 1);
    }
  }

  /** Loss and hits of a batch with moving statistics; changes nothing. */
  public Outcome evaluate(byte[] pixels, int[] labels, int count) {
    return evaluate(session, images, pixels, labels, count);
  }

  static Outcome evaluate(Session session, Shape images, byte[] pixels, int[] labels, int count) {
    try (TUint8 x = pixels(images, pixels, count);
        TInt32 y = Tensors.labels(labels, count);
        Result result =
            session
                .runner()
                .feed(TrainingGraph.PIXELS, x)
                .feed(TrainingGraph.LABELS, y)
                .fetch(TrainingGraph.EVAL + TrainingGraph.LOSS)
                .fetch(TrainingGraph.EVAL + TrainingGraph.CORRECT)
                .run()) {
      return outcome(result, count);
    }
  }

  private static Outcome outcome(Result result, int divisor) {
    double loss = ((TFloat32) result.get(0)).getFloat() / divisor;
    return new Outcome(loss, Math.round(((TFloat32) result.get(1)).getFloat()));
  }

  private static TUint8 pixels(Shape images, byte[] pixels, int count) {
    return Tensors.pixels(pixels, count, images.dim(1), images.dim(2), images.dim(3));
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
