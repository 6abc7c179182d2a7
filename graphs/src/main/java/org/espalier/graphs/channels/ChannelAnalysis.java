package org.espalier.graphs.channels;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.Signature;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.TensorFacts;
import org.tensorflow.proto.NodeDef;

/**
 * Finds the channel groups of a network. One walk asks each node's rule how channels pass; labels
 * that meet are joined; then channels that live on the same parameter axes form a group. Time and
 * memory grow with the number of nodes and of channels.
 */
public final class ChannelAnalysis {
  /** What is longer is a sound or a table, or nonsense: a number for each of its places costs. */
  private static final long LONGEST = 1 << 22;

  /** A tensor up to this is looked into however many there are. */
  private static final long USUAL = 1 << 16;

  private static final long LONGEST_IN_ALL = 1 << 24;

  private final Network network;
  private final GraphFacts facts;
  private final LabelSets labels = new LabelSets();
  private final Map<String, List<Axes>> outputs = new HashMap<>();
  private final Set<String> fed = new HashSet<>();
  private final Silence silence;
  private final List<ChannelGroup> groups;
  private final Map<String, int[]> channels = new HashMap<>();
  private long followed;

  private ChannelAnalysis(Network network, GraphFacts facts) {
    this.network = network;
    this.facts = facts;
    this.silence = new Silence(network, labels);
    for (NodeDef node : facts.order()) {
      List<TensorRef> inputs = NodeGraph.dataInputs(node);
      List<Boolean> fedInputs = inputs.stream().map(i -> fed.contains(i.node())).toList();
      if (fedInputs.contains(true) || node.getOp().equals("Placeholder")) {
        fed.add(node.getName());
      }
      List<Axes> read = inputs.stream().map(this::axes).toList();
      Links links = labels.linksOf(node.getName(), read, fedInputs, silence.of(inputs));
      Op op = facts.op(node);
      List<Axes> made = GraphFacts.asked(op, () -> rule(node).link(op, links));
      long length = length(made);
      followed += length > USUAL ? length : 0;
      outputs.put(node.getName(), made);
      silence.add(node, inputs, read, made);
    }
    network.inputs().forEach((key, ref) -> keep(ref, "it is the input '" + key + "'"));
    network.outputs().forEach((key, ref) -> keep(ref, "it is the output '" + key + "'"));
    for (Signature s : network.others()) {
      String of = "' of the signature '" + s.name() + "'";
      s.inputs().forEach((key, ref) -> keep(ref, "it is the input '" + key + of));
      s.outputs().forEach((key, ref) -> keep(ref, "it is the output '" + key + of));
    }
    Map<ChannelGroup, int[]> found = new GroupBuilder(network, labels, this::parameterAxes).build();
    found.forEach((group, roots) -> channels.put(group.id(), roots));
    groups = List.copyOf(found.keySet());
  }

  /** The rule for a node; one that makes more than can be followed keeps what it reads whole. */
  private OpRule rule(NodeDef node) {
    long length = 0;
    for (TensorFacts output : facts.outputs(node)) {
      for (int size : output.shape().map(Shape::dims).orElse(List.of())) {
        length += Math.max(size, 0);
      }
    }
    boolean most = followed + labels.size() > LONGEST_IN_ALL;
    return length > LONGEST || length > USUAL && most
        ? OpRules.wholly("it is longer than what is followed, " + LONGEST + " channels")
        : facts.rule(node);
  }

  /** How long the labels are that a node's outputs got. */
  private static long length(List<Axes> outputs) {
    long length = 0;
    for (Axes axes : outputs) {
      for (int a = 0; a < axes.rank(); a++) {
        length += axes.get(a) == null ? 0 : axes.get(a).length;
      }
    }
    return length;
  }

  private void keep(TensorRef ref, String why) {
    labels.linksOf(ref.node(), List.of(), List.of()).keepWhole(axes(ref), why);
  }

  /** Where groups of convolutions have scales, they go as a whole: {@link GroupScales}. */
  public static ChannelAnalysis of(Network network, OpRules rules) {
    OpRules own = GroupScales.areIn(network) ? rules.wholeGroups() : rules;
    return new ChannelAnalysis(network, GraphFacts.of(network, own));
  }

  public Network network() {
    return network;
  }

  public GraphFacts facts() {
    return facts;
  }

  /** All groups, in the order in which data meets them; those that cannot be cut say why. */
  public List<ChannelGroup> groups() {
    return groups;
  }

  public List<ChannelGroup> prunable() {
    return groups.stream().filter(ChannelGroup::prunable).toList();
  }

  /** The labels of a tensor. */
  public Axes axes(TensorRef ref) {
    List<Axes> known = outputs.getOrDefault(ref.node(), List.of());
    return ref.output() < known.size() ? known.get(ref.output()) : Axes.NONE;
  }

  /**
   * Whether a node depends on what is fed to the network, and not on parameters and constants
   * alone.
   */
  public boolean isFed(String node) {
    return fed.contains(node);
  }

  /** The set that a label belongs to, as one number. */
  public int channelOf(int label) {
    return labels.root(label);
  }

  /** The channels that a label stands for, by number; usually one. */
  public int[] channelsOf(int label) {
    return labels.channels(label);
  }

  /** The numbers of a group's channels. */
  public int[] channelsOf(ChannelGroup group) {
    return channels.get(group.id()).clone();
  }

  /** Whether the index with a label goes when these channels go. */
  public boolean goes(int label, Set<Integer> gone) {
    for (int channel : labels.channels(label)) {
      if (gone.contains(channel)) {
        return true;
      }
    }
    return false;
  }

  /** The labels of a parameter's axes. */
  public Axes parameterAxes(String parameter) {
    return axes(TensorRef.of(parameter));
  }
}
