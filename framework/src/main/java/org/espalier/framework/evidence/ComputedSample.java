package org.espalier.framework.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.espalier.framework.data.Batch;
import org.espalier.framework.data.Batches;
import org.espalier.framework.data.Images;
import org.espalier.framework.sessions.Call;
import org.espalier.framework.sessions.Gradients;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.sessions.VariableStore;
import org.espalier.framework.training.EvaluationGraph;
import org.espalier.framework.training.Feed;
import org.espalier.framework.training.ForwardGraph;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;

/** Runs the network on the images, anew for each question. */
record ComputedSample(
    Network network,
    Weights weights,
    Images set,
    Feed feed,
    Machine machine,
    int batch,
    List<String> notes,
    Consumer<String> listener)
    implements Sample {

  @Override
  public Sample with(Weights others) {
    return new ComputedSample(network, others, set, feed, machine, batch, notes, listener);
  }

  @Override
  public Moments moments(int inputs, int outputs) {
    return new Moments(inputs, outputs, machine);
  }

  @Override
  public void look(String what, List<Look> looks, Places places, Consumer<Seen> each) {
    Set<String> nodes = new LinkedHashSet<>();
    for (Look look : looks) {
      nodes.add(look.tensor().node());
      nodes.add(look.map().node());
    }
    ForwardGraph forward = ForwardGraph.write(network, set, feed, nodes);
    LookingPass pass = LookingPass.addTo(forward, looks, places);
    VariableStore variables = VariableStore.addTo(forward.graph(), forward.parameters());
    Pace pace = new Pace(what, set.size(), listener);
    try (OpenGraph open = new OpenGraph(forward.graph().build(), machine);
        Batches batches = set.inOrder(batch)) {
      variables.write(open, weights);
      int first = 0;
      while (batches.hasNext()) {
        Batch images = batches.next();
        if (first == 0) {
          pass.measure(fed(open, images, 1));
        }
        each.accept(pass.seen(fed(open, images, images.size()), images, first));
        first += images.size();
        pace.done(first);
      }
    }
  }

  private Call fed(OpenGraph open, Batch images, int count) {
    Shape shape = Shape.of(Shape.UNKNOWN, set.height(), set.width(), set.channels());
    return open.call().feedPixels(ForwardGraph.PIXELS, shape, images.images(), count);
  }

  @Override
  public int images() {
    return set.size();
  }

  @Override
  public void activations(List<TensorRef> tensors, Consumer<Map<TensorRef, ShapedArray>> each) {
    EvaluationGraph written = EvaluationGraph.write(network, feed);
    run(written, written.graph(), tensors, each);
  }

  @Override
  public void gradients(
      List<TensorRef> tensors,
      BiConsumer<Map<TensorRef, ShapedArray>, Map<TensorRef, ShapedArray>> each) {
    EvaluationGraph written = EvaluationGraph.write(network, feed);
    Gradients added = Gradients.add(written.graph(), EvaluationGraph.LOSS, tensors);
    List<TensorRef> both = new ArrayList<>(tensors);
    both.addAll(added.of());
    run(
        written,
        added.graph(),
        both,
        fetched -> {
          Map<TensorRef, ShapedArray> values = new LinkedHashMap<>();
          Map<TensorRef, ShapedArray> gradients = new LinkedHashMap<>();
          for (int i = 0; i < tensors.size(); i++) {
            values.put(tensors.get(i), fetched.get(tensors.get(i)));
            gradients.put(tensors.get(i), fetched.get(added.of().get(i)));
          }
          each.accept(values, gradients);
        });
  }

  @Override
  public Weights gradients() {
    List<Parameter> trained = network.trained();
    List<TensorRef> reads =
        trained.stream().map(p -> TensorRef.of(GraphBuilder.readName(p.name()))).toList();
    EvaluationGraph written = EvaluationGraph.write(network, feed);
    Gradients added = Gradients.add(written.graph(), EvaluationGraph.LOSS, reads);
    List<double[]> sums =
        trained.stream().map(p -> new double[(int) p.shape().elements()]).toList();
    run(
        written,
        added.graph(),
        added.of(),
        fetched -> {
          for (int i = 0; i < sums.size(); i++) {
            float[] batch = fetched.get(added.of().get(i)).values();
            double[] sum = sums.get(i);
            for (int j = 0; j < sum.length; j++) {
              sum[j] += batch[j];
            }
          }
        });
    Map<String, ShapedArray> means = new LinkedHashMap<>();
    for (Parameter p : network.parameters(ParameterKind::isTrained)) {
      means.put(p.name(), ShapedArray.filled(p.shape(), 0f)); // the loss knows only its signature's
    }
    for (int i = 0; i < sums.size(); i++) {
      means.put(trained.get(i).name(), mean(trained.get(i), sums.get(i)));
    }
    return Weights.of(means);
  }

  @Override
  public Weights squaredSlopes(int probes, long seed) {
    return new OutputProbes(this).squares(probes, seed);
  }

  private ShapedArray mean(Parameter parameter, double[] sum) {
    float[] mean = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      mean[i] = (float) (sum[i] / set.size());
    }
    return new ShapedArray(parameter.shape(), mean);
  }

  private void run(
      EvaluationGraph written,
      NodeGraph graph,
      List<TensorRef> tensors,
      Consumer<Map<TensorRef, ShapedArray>> each) {
    Pace pace = new Pace("the method", set.size(), listener);
    int done = 0;
    try (OpenGraph open = new OpenGraph(graph, machine);
        Batches batches = set.inOrder(batch)) {
      written.variables().write(open, weights);
      while (batches.hasNext()) {
        Batch images = batches.next();
        Call call =
            open.call()
                .feedPixels(
                    EvaluationGraph.PIXELS, network.imageShape(), images.images(), images.size())
                .feedLabels(EvaluationGraph.LABELS, images.labels(), images.size());
        tensors.forEach(call::fetch);
        each.accept(call.run());
        done += images.size();
        pace.done(done);
      }
    }
  }
}
