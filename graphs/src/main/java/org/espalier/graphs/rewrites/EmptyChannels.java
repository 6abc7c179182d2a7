package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Model;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.ops.OpRules;
import org.tensorflow.proto.NodeDef;

/** Finds channels without which a model computes the same. */
final class EmptyChannels {
  /** Layers of which is known which weight reads what. */
  private static final Set<String> LAYERS = Set.of("Conv2D", "DepthwiseConv2dNative", "MatMul");

  /**
   * A layer that reads the channels of a group.
   *
   * @param kernel by which it reads them
   * @param fed what it reads
   * @param sums for each index of the kernel's axis, of its absolute weights
   */
  private record Reader(NodeDef node, Member kernel, TensorRef fed, double[] sums) {
    boolean reads(int channel) {
      return IntStream.range(0, sums.length)
          .anyMatch(i -> kernel.channelAt()[i] == channel && sums[i] != 0);
    }
  }

  private final ChannelAnalysis analysis;
  private final NodeGraph graph;
  private final Weights weights;
  private final ChannelConstants constants;

  /** The nodes that compute with each parameter. */
  private final Map<String, List<NodeDef>> layers;

  /** What is to be added to parameters, by name, so that constants that go are made up for. */
  private final Map<String, double[]> added = new HashMap<>();

  /**
   * @param model in whose weights what is masked is zero
   */
  EmptyChannels(Model model, OpRules rules) {
    analysis = ChannelAnalysis.of(model.network(), rules);
    graph = model.network().graph();
    weights = model.weights();
    constants = new ChannelConstants(analysis, weights);
    layers = layers();
  }

  /** The model without them; empty if there are none. One channel of each group stays. */
  Optional<Model> removed(OpRules rules) {
    List<Cut.Group> groups = new ArrayList<>();
    for (ChannelGroup group : analysis.prunable()) {
      List<Reader> readers = readers(group);
      if (!readers.isEmpty()) {
        int[] kept = kept(group, readers);
        if (kept.length < group.channels()) {
          groups.add(Cut.Group.of(group, kept));
        }
      }
    }
    if (groups.isEmpty()) {
      return Optional.empty();
    }
    Cut cut = new Cut("empty-channels", Map.of(), groups);
    return Optional.of(new RemoveChannels(cut, rules).apply(analysis).carried(madeUp()));
  }

  /** The layers that read a group; none if a kernel of the group is read in another way too. */
  private List<Reader> readers(ChannelGroup group) {
    List<Reader> readers = new ArrayList<>();
    for (Member m : group.members()) {
      if (m.parameter().kind().isKernel()) {
        List<NodeDef> nodes = layers.getOrDefault(m.parameter().name(), List.of());
        if (nodes.size() != 1 || !isPlainLayer(nodes.get(0))) {
          return List.of();
        }
        if (m.role() == Member.Role.CONSUMER) {
          NodeDef node = nodes.get(0);
          double[] sums = weights.get(m.parameter().name()).sumOver(m.axis(), Math::abs);
          readers.add(new Reader(node, m, TensorRef.parse(node.getInput(0)), sums));
        }
      }
    }
    return readers;
  }

  private static boolean isPlainLayer(NodeDef node) {
    return LAYERS.contains(node.getOp())
        && !Attributes.flag(node, "transpose_a", false)
        && !Attributes.flag(node, "transpose_b", false);
  }

  private Map<String, List<NodeDef>> layers() {
    Map<String, List<NodeDef>> byParameter = new HashMap<>();
    for (NodeDef node : graph.nodes()) {
      if (analysis.isFed(node.getName())) {
        for (TensorRef input : NodeGraph.dataInputs(node)) {
          String parameter = graph.parameterBehind(input);
          if (parameter != null) {
            byParameter.computeIfAbsent(parameter, k -> new ArrayList<>()).add(node);
          }
        }
      }
    }
    return byParameter;
  }

  private int[] kept(ChannelGroup group, List<Reader> readers) {
    boolean[] goes = new boolean[group.channels()];
    int left = goes.length;
    int[] numbers = analysis.channelsOf(group);
    for (int c = goes.length - 1; c >= 0 && left > 1; c--) {
      if (isEmpty(c, numbers[c], readers)) {
        makeUp(c, numbers[c], readers);
        goes[c] = true;
        left--;
      }
    }
    return IntStream.range(0, goes.length).filter(c -> !goes[c]).toArray();
  }

  private boolean isEmpty(int channel, int number, List<Reader> readers) {
    for (Reader reader : readers) {
      double value = constants.of(reader.fed(), number);
      if (reader.reads(channel)
          && value != 0
          && (Double.isNaN(value) || target(reader).isEmpty())) {
        return false;
      }
    }
    return true;
  }

  /**
   * The parameter right behind a layer that can take up a constant: a bias, or the mean of batch
   * norm. None where the constant is another at the border, or the parameter has other readers.
   */
  private Optional<String> target(Reader reader) {
    NodeDef node = reader.node();
    Shape kernel = reader.kernel().parameter().shape();
    boolean plain =
        node.getOp().equals("MatMul")
            || node.getOp().equals("Conv2D") && !ChannelConstants.isPadded(node, kernel);
    List<NodeDef> behind = graph.consumers(node.getName());
    boolean only = behind.size() == 1 && !analysis.network().outputNodes().contains(node.getName());
    if (!plain || !only) {
      return Optional.empty();
    }
    NodeDef next = behind.get(0);
    boolean norm = next.getOp().startsWith("FusedBatchNorm");
    if (!norm && !next.getOp().equals("BiasAdd")) {
      return Optional.empty();
    }
    TensorRef read = TensorRef.parse(next.getInput(norm ? 3 : 1));
    return Optional.ofNullable(graph.parameterBehind(read))
        .filter(p -> !analysis.network().masks().containsKey(p))
        .filter(p -> graph.consumers(p).size() == 1 && graph.consumers(read.node()).size() == 1);
  }

  /** What the channel adds to each output of its readers is added behind them instead. */
  private void makeUp(int channel, int number, List<Reader> readers) {
    for (Reader reader : readers) {
      double value = constants.of(reader.fed(), number);
      if (reader.reads(channel) && value != 0) {
        add(target(reader).orElseThrow(), reader, channel, value);
      }
    }
  }

  private void add(String target, Reader reader, int channel, double value) {
    ShapedArray kernel = weights.get(reader.kernel().parameter().name());
    int outputs = kernel.shape().last();
    double[] sums = added.computeIfAbsent(target, t -> new double[outputs]);
    boolean norm = !graph.consumers(reader.node().getName()).get(0).getOp().equals("BiasAdd");
    for (int i = 0; i < kernel.values().length; i++) {
      int[] channelAt = reader.kernel().channelAt();
      if (channelAt[(i / outputs) % channelAt.length] == channel) {
        sums[i % outputs] += (norm ? -value : value) * kernel.values()[i];
      }
    }
  }

  private Weights madeUp() {
    Weights changed = weights;
    for (Map.Entry<String, double[]> entry : added.entrySet()) {
      ShapedArray old = weights.get(entry.getKey());
      float[] values = old.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (values[i] + entry.getValue()[i]);
      }
      changed = changed.with(entry.getKey(), new ShapedArray(old.shape(), values));
    }
    return changed;
  }
}
