package org.espalier.framework.evidence;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.data.Batch;
import org.espalier.framework.data.Batches;
import org.espalier.framework.sessions.Gradients;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.training.EvaluationGraph;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.DataType;

/**
 * How strongly the outputs of a network depend on its weights, found by random probes: the gradient
 * of {@code v . outputs} for signs {@code v} drawn at random. Its square is, in the mean, the sum
 * of the squared derivatives of all outputs (Hutchinson's estimate of the diagonal of J^T J). One
 * image at a time, for the gradients of several would mix.
 */
final class OutputProbes {
  private static final String PROBE = OpenGraph.OWN + "probe";
  private static final String PROJECTED = PROBE + "/projected";

  private final ComputedSample sample;
  private final EvaluationGraph written;

  OutputProbes(ComputedSample sample) {
    this.sample = sample;
    written = EvaluationGraph.write(sample.network(), sample.feed());
  }

  /** See {@link Sample#squaredSlopes}. */
  Weights squares(int probes, long seed) {
    List<Parameter> trained = sample.network().trained();
    List<TensorRef> reads =
        trained.stream().map(p -> TensorRef.of(GraphBuilder.readName(p.name()))).toList();
    Gradients added = Gradients.add(projection(), TensorRef.of(PROJECTED), reads);
    List<double[]> sums =
        trained.stream().map(p -> new double[(int) p.shape().elements()]).toList();
    RandomStream signs = RandomStream.of(seed, "output-probes");
    try (OpenGraph open = new OpenGraph(added.graph(), sample.machine());
        Batches images = sample.set().inOrder(1)) {
      written.variables().write(open, sample.weights());
      while (images.hasNext()) {
        Batch image = images.next();
        for (int p = 0; p < probes; p++) {
          addSquares(probed(open, image, signs, added.of()), added.of(), sums);
        }
      }
    }
    Map<String, ShapedArray> means = new LinkedHashMap<>();
    for (Parameter p : sample.network().parameters(ParameterKind::isTrained)) {
      means.put(p.name(), ShapedArray.filled(p.shape(), 0f)); // the outputs know only their own
    }
    double all = (double) probes * sample.images();
    for (int i = 0; i < sums.size(); i++) {
      means.put(trained.get(i).name(), mean(trained.get(i).shape(), sums.get(i), all));
    }
    return Weights.of(means);
  }

  private NodeGraph projection() {
    GraphBuilder g = new GraphBuilder(written.graph());
    g.placeholder(PROBE, DataType.DT_FLOAT, Shape.of(1, written.count()));
    String product = g.addFloat("Mul", PROBE + "/product", written.scores().toString(), PROBE);
    String axes = g.constant(PROBE + "/axes", Shape.of(2), 0, 1);
    g.add(
        "Sum",
        PROJECTED,
        Map.of(
            "T", Attributes.type(DataType.DT_FLOAT),
            "Tidx", Attributes.type(DataType.DT_INT32),
            "keep_dims", Attributes.flag(false)),
        product,
        axes);
    return g.build();
  }

  private Map<TensorRef, ShapedArray> probed(
      OpenGraph open, Batch image, RandomStream signs, List<TensorRef> gradients) {
    float[] probe = new float[written.count()];
    for (int i = 0; i < probe.length; i++) {
      probe[i] = signs.nextBoolean() ? 1 : -1;
    }
    Shape shape = sample.network().imageShape();
    var call =
        open.call()
            .feedPixels(EvaluationGraph.PIXELS, shape, image.images(), 1)
            .feed(PROBE, new ShapedArray(Shape.of(1, probe.length), probe));
    gradients.forEach(call::fetch);
    return call.run();
  }

  private static void addSquares(
      Map<TensorRef, ShapedArray> fetched, List<TensorRef> gradients, List<double[]> sums) {
    for (int i = 0; i < sums.size(); i++) {
      float[] gradient = fetched.get(gradients.get(i)).values();
      double[] sum = sums.get(i);
      for (int j = 0; j < sum.length; j++) {
        sum[j] += (double) gradient[j] * gradient[j];
      }
    }
  }

  private static ShapedArray mean(Shape shape, double[] sum, double count) {
    float[] mean = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      mean[i] = (float) (sum[i] / count);
    }
    return new ShapedArray(shape, mean);
  }
}
