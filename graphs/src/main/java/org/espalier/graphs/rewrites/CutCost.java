package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.OpenWork;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;
import org.tensorflow.proto.NodeDef;

/**
 * What a network would cost after a cut, from the analysis alone. A search for a target asks this
 * many times; {@code CostModel} on the cut network says the same.
 */
public final class CutCost {
  /** A node that does work, with the channels of what it reads. */
  private record Worker(OpRule rule, Op op, List<Axes> axes) {}

  private final ChannelAnalysis analysis;
  private final Map<Set<String>, Set<String>> left = new HashMap<>();
  private final List<Worker> workers = new ArrayList<>();

  public CutCost(ChannelAnalysis analysis) {
    this.analysis = analysis;
    Set<String> needed = analysis.network().needed();
    for (NodeDef node : analysis.facts().order()) {
      if (!needed.contains(node.getName())) {
        continue; // computed for other signatures alone
      }
      OpRule rule = analysis.facts().rule(node);
      Op op = analysis.facts().op(node);
      if (analysis.facts().work(node).macs() > 0) {
        List<TensorRef> inputs = NodeGraph.dataInputs(node);
        workers.add(new Worker(rule, op, inputs.stream().map(analysis::axes).toList()));
      }
    }
  }

  /**
   * Sentences on the nodes whose multiply-accumulates are not known; if there are any, {@link
   * #macs} is too low.
   */
  public List<String> open() {
    return OpenWork.of(analysis.facts());
  }

  /** Multiply-accumulates for one image. */
  public long macs(Cut cut) {
    Set<Integer> gone = gone(cut);
    Set<String> left = left(cut);
    long macs = 0;
    for (Worker w : workers) {
      if (!left.contains(w.op().name())) {
        continue;
      }
      List<TensorFacts> inputs = new ArrayList<>();
      for (int i = 0; i < w.op().inputs().size(); i++) {
        inputs.add(cut(w.op().inputs().get(i), w.axes().get(i), gone));
      }
      macs += w.rule().work(new Op(w.op().node(), inputs)).macs();
    }
    return macs;
  }

  /** Trained values: kernels, biases, batch-norm scale and offset. */
  public long parameters(Cut cut) {
    Set<Integer> gone = gone(cut);
    long parameters = 0;
    Set<String> left = left(cut);
    for (Parameter p : analysis.network().parameters(k -> k.isCounted())) {
      if (!cut.branches().isEmpty() && !left.contains(p.name())) {
        continue;
      }
      parameters += cut(p.shape(), analysis.parameterAxes(p.name()), gone).elements();
    }
    return parameters;
  }

  /** The nodes that are left without the branches of the cut. */
  private Set<String> left(Cut cut) {
    return left.computeIfAbsent(
        Set.copyOf(cut.branches()), scales -> Branches.left(analysis.network(), scales));
  }

  private Set<Integer> gone(Cut cut) {
    return RemoveChannels.removedChannels(analysis, cut.resolve(analysis));
  }

  private TensorFacts cut(TensorFacts tensor, Axes axes, Set<Integer> gone) {
    Optional<Shape> shape = tensor.shape().map(s -> cut(s, axes, gone));
    return new TensorFacts(shape, tensor.integers());
  }

  private Shape cut(Shape shape, Axes axes, Set<Integer> gone) {
    Shape cut = shape;
    for (int a = 0; a < shape.rank(); a++) {
      int[] labels = axes.get(a);
      if (labels != null) {
        int kept = 0;
        for (int label : labels) {
          kept += analysis.goes(label, gone) ? 0 : 1;
        }
        cut = kept == labels.length ? cut : cut.with(a, kept);
      }
    }
    return cut;
  }
}
