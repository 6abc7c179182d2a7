package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.Shrink;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Takes the channels of a cut out of the network: shapes shrink, weights are gathered; and its
 * branches. Carries any weights: trained, initial, or the optimiser's under the same names.
 */
public final class RemoveChannels implements GraphRewrite {
  private final Cut cut;
  private final OpRules rules;

  public RemoveChannels(Cut cut, OpRules rules) {
    this.cut = cut;
    this.rules = rules;
  }

  @Override
  public String name() {
    return "remove-channels";
  }

  @Override
  public String description() {
    return "the channels of a cut go";
  }

  @Override
  public Rewritten apply(Network network) {
    return apply(ChannelAnalysis.of(network, rules));
  }

  /** The same, for a network that was analysed already. */
  public Rewritten apply(ChannelAnalysis analysis) {
    Map<ChannelGroup, boolean[]> stays = cut.resolve(analysis);
    Map<String, Map<Integer, int[]>> kept = keptIndices(stays);
    Set<Integer> gone = removedChannels(analysis, stays);
    GraphEdit edit = new GraphEdit(analysis.network());
    kept.forEach(
        (parameter, axes) -> {
          NodeDef.Builder variable = edit.node(parameter);
          Shape shape = analysis.network().parameter(parameter).shape();
          for (Map.Entry<Integer, int[]> axis : axes.entrySet()) {
            shape = shape.with(axis.getKey(), axis.getValue().length);
          }
          variable.putAttr("shape", Attributes.shape(shape));
        });
    for (NodeDef node : analysis.facts().order()) {
      analysis
          .facts()
          .rule(node)
          .shrink(analysis.facts().op(node), shrinkOf(node, analysis, gone, edit));
    }
    Rewritten smaller = new Rewritten(edit.build(), weights -> carry(weights, kept));
    return cut.branches().isEmpty()
        ? smaller
        : smaller.then(new RemoveBranches(cut.branches(), rules));
  }

  /** For each parameter that is cut: the indices that stay, by axis. */
  private static Map<String, Map<Integer, int[]>> keptIndices(Map<ChannelGroup, boolean[]> stays) {
    Map<Parameter, Map<Integer, boolean[]>> axes = new LinkedHashMap<>();
    stays.forEach(
        (group, stay) -> {
          for (Member m : group.members()) {
            boolean[] removed =
                axes.computeIfAbsent(m.parameter(), k -> new LinkedHashMap<>())
                    .computeIfAbsent(m.axis(), k -> new boolean[m.channelAt().length]);
            for (int i = 0; i < removed.length; i++) {
              int channel = m.channelAt()[i];
              removed[i] |= channel >= 0 && !stay[channel];
            }
          }
        });
    Map<String, Map<Integer, int[]>> kept = new LinkedHashMap<>();
    axes.forEach(
        (parameter, removedByAxis) -> {
          Map<Integer, int[]> indices = new HashMap<>();
          removedByAxis.forEach(
              (axis, removed) ->
                  indices.put(
                      axis, IntStream.range(0, removed.length).filter(i -> !removed[i]).toArray()));
          kept.put(parameter.name(), indices);
        });
    return kept;
  }

  /** The removed channels as label sets, for the nodes that hold no parameter. */
  static Set<Integer> removedChannels(
      ChannelAnalysis analysis, Map<ChannelGroup, boolean[]> stays) {
    Set<Integer> gone = new HashSet<>();
    stays.forEach(
        (group, stay) -> {
          int[] channels = analysis.channelsOf(group);
          for (int c = 0; c < channels.length; c++) {
            if (!stay[c]) {
              gone.add(channels[c]);
            }
          }
        });
    return gone;
  }

  private static Shrink shrinkOf(
      NodeDef node, ChannelAnalysis analysis, Set<Integer> gone, GraphEdit edit) {
    List<TensorRef> inputs = new ArrayList<>(NodeGraph.dataInputs(node));
    return new Shrink() {
      @Override
      public Axes in(int input) {
        return analysis.axes(inputs.get(input));
      }

      @Override
      public Axes out(int output) {
        return analysis.axes(new TensorRef(node.getName(), output));
      }

      @Override
      public int kept(int[] labels, int from, int to) {
        return (int) IntStream.range(from, to).filter(i -> !analysis.goes(labels[i], gone)).count();
      }

      @Override
      public void replaceIntegers(int input, int[] values) {
        edit.replaceIntegers(node.getName(), input, values);
      }

      @Override
      public String input(int input) {
        return edit.node(node.getName()).getInput(input);
      }

      @Override
      public void setInput(int input, String tensor) {
        edit.set(node.getName(), input, tensor);
      }

      @Override
      public String constant(String name, Shape shape, int... values) {
        return edit.addConstant(node.getName(), name, shape, DataType.DT_INT32, values);
      }

      @Override
      public void become(String op, Map<String, AttrValue> attributes, String... with) {
        edit.become(node.getName(), op, attributes, List.of(with));
      }
    };
  }

  private static Weights carry(Weights weights, Map<String, Map<Integer, int[]>> kept) {
    Map<String, ShapedArray> carried = new LinkedHashMap<>(weights.asMap());
    kept.forEach(
        (parameter, axes) ->
            carried.computeIfPresent(
                parameter,
                (name, array) -> {
                  ShapedArray smaller = array;
                  for (Map.Entry<Integer, int[]> axis : axes.entrySet()) {
                    smaller = smaller.gather(axis.getKey(), axis.getValue());
                  }
                  return smaller;
                }));
    return Weights.of(carried);
  }
}
