package org.espalier.graphs.cost;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.Work;
import org.tensorflow.proto.NodeDef;

/**
 * The layers that people know, of the nodes that cost something: a bias, and the scale and offset
 * that a folded batch norm left, are part of the layer whose outputs they change; a norm that is
 * written out is one layer. They are named as channel groups are, by their parameters.
 */
final class KnownLayers {
  /** What only hands on what a layer made, or changes each of its channels. */
  private static final Set<String> PASSING =
      Set.of("Identity", "Reshape", "Squeeze", "ExpandDims", "Transpose", "StopGradient");

  private static final Set<ParameterKind> NORM =
      Set.of(
          ParameterKind.BN_SCALE,
          ParameterKind.BN_OFFSET,
          ParameterKind.BN_MEAN,
          ParameterKind.BN_VARIANCE);

  /** One node that costs something, with the parameters that count for it. */
  record Part(NodeDef node, List<Parameter> parameters, Work work) {
    long size() {
      return parameters.stream()
          .filter(p -> p.kind().isCounted())
          .mapToLong(p -> p.shape().elements())
          .sum();
    }

    boolean isMain() {
      return work.macs() > 0 || parameters.stream().anyMatch(p -> p.kind().isKernel());
    }

    /** Whether it is of an op, with a parameter of which nothing else is known. */
    boolean isOne(String op) {
      return node.getOp().equals(op)
          && parameters.stream().anyMatch(p -> p.kind() == ParameterKind.OTHER);
    }

    boolean isNorm() {
      return parameters.stream().anyMatch(p -> NORM.contains(p.kind()));
    }

    /** The layer that its parameters are named after; empty if they are after none. */
    String owner() {
      return parameters.stream()
          .map(Parameter::name)
          .filter(name -> name.contains("/"))
          .map(name -> name.substring(0, name.lastIndexOf('/')))
          .findFirst()
          .orElse("");
    }
  }

  private final NodeGraph graph;
  private final Map<String, Integer> order = new HashMap<>();
  private final Set<String> data = new HashSet<>();
  private final Map<String, Part> parts = new LinkedHashMap<>();

  /** The parts of a layer by the key of the layer. */
  private final Map<String, List<Part>> layers = new LinkedHashMap<>();

  /** The key of the layer of a node. */
  private final Map<String, String> layerOf = new HashMap<>();

  private KnownLayers(Network network, List<NodeDef> topological, List<Part> given) {
    graph = network.graph();
    network.inputs().values().forEach(input -> data.add(input.node()));
    for (NodeDef node : topological) {
      order.put(node.getName(), order.size());
      if (NodeGraph.dataInputs(node).stream().anyMatch(in -> data.contains(in.node()))) {
        data.add(node.getName());
      }
    }
    given.forEach(part -> parts.put(part.node().getName(), part));
    parts.values().stream().filter(Part::isMain).forEach(p -> put(p.node().getName(), p));
    Map<String, List<Part>> owners =
        parts.values().stream()
            .filter(part -> !part.owner().isEmpty())
            .collect(Collectors.groupingBy(Part::owner));
    parts.values().stream()
        .filter(part -> !part.isMain())
        .sorted(Comparator.comparingInt(part -> order.get(meeting(part.node()).getName())))
        .forEach(part -> put(key(part, owners.getOrDefault(part.owner(), List.of())), part));
  }

  /**
   * Puts nodes together.
   *
   * @param topological all nodes of the network
   * @param parts those that cost something
   */
  static List<Cost.Layer> of(Network network, List<NodeDef> topological, List<Part> parts) {
    return new KnownLayers(network, topological, parts).list();
  }

  private void put(String key, Part part) {
    layers.computeIfAbsent(key, k -> new ArrayList<>()).add(part);
    layerOf.put(part.node().getName(), key);
  }

  /** The layer of what is no layer by itself. */
  private String key(Part part, List<Part> siblings) {
    List<Part> mains = siblings.stream().filter(Part::isMain).toList();
    if (mains.size() == 1) {
      return mains.get(0).node().getName();
    }
    if (mains.isEmpty() && siblings.stream().anyMatch(Part::isNorm)) {
      return part.owner() + "/"; // no node is named so
    }
    String own = part.node().getName();
    return part.isNorm() ? own : inFront(meeting(part.node())).orElse(own);
  }

  /** Where data meets what is computed from weights alone, or the node itself. */
  private NodeDef meeting(NodeDef node) {
    Deque<NodeDef> open = new ArrayDeque<>(List.of(node));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      NodeDef at = open.poll();
      if (data.contains(at.getName())) {
        return at;
      }
      if (seen.add(at.getName())) {
        open.addAll(graph.consumers(at.getName()));
      }
    }
    return node;
  }

  /** The layer whose outputs a node changes, and nobody else reads before. */
  private Optional<String> inFront(NodeDef node) {
    if (parts.containsKey(node.getName()) && parts.get(node.getName()).isMain()) {
      return Optional.of(node.getName());
    }
    List<TensorRef> read =
        NodeGraph.dataInputs(node).stream().filter(in -> data.contains(in.node())).toList();
    if (read.size() != 1 || graph.consumers(read.get(0).node()).size() != 1) {
      return Optional.empty();
    }
    NodeDef before = graph.node(read.get(0).node());
    String layer = layerOf.get(before.getName());
    if (layer != null) {
      return parts.containsKey(layer) && parts.get(layer).isMain()
          ? Optional.of(layer)
          : Optional.empty();
    }
    return PASSING.contains(before.getOp()) ? inFront(before) : Optional.empty();
  }

  private List<Cost.Layer> list() {
    Map<String, Long> owned =
        layers.values().stream()
            .map(layer -> name(layer.get(0)))
            .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    return layers.values().stream()
        .sorted(Comparator.comparingInt(this::place))
        .map(layer -> layer(layer, owned.get(name(layer.get(0))) > 1))
        .toList();
  }

  private int place(List<Part> layer) {
    return layer.stream()
        .mapToInt(part -> order.get(meeting(part.node()).getName()))
        .min()
        .orElseThrow();
  }

  /** As channel groups are named. */
  private static String name(Part first) {
    if (!first.owner().isEmpty()) {
      return first.owner();
    }
    return first.isMain() && !first.parameters().isEmpty()
        ? first.parameters().get(0).name()
        : first.node().getName();
  }

  /** What scales each channel and what is added then, where there are both. */
  private static long folded(List<Part> layer) {
    List<Part> scales = layer.stream().filter(part -> part.isOne("Mul")).toList();
    List<Part> offsets =
        layer.stream()
            .filter(part -> part.isOne("AddV2") || part.isOne("Add") || part.isOne("Sub"))
            .toList();
    return scales.isEmpty() || offsets.isEmpty()
        ? 0
        : Stream.concat(scales.stream(), offsets.stream()).mapToLong(Part::size).sum();
  }

  private static Cost.Layer layer(List<Part> layer, boolean ambiguous) {
    Part first = layer.get(0);
    boolean writtenOut =
        layer.stream()
            .flatMap(part -> part.parameters().stream())
            .anyMatch(
                p -> p.kind() == ParameterKind.BN_SCALE || p.kind() == ParameterKind.BN_OFFSET);
    boolean fused = first.node().getOp().startsWith("FusedBatchNorm");
    return new Cost.Layer(
        ambiguous ? first.node().getName() : name(first),
        writtenOut && !fused && !first.isMain() ? "norm" : first.node().getOp(),
        layer.stream().mapToLong(Part::size).sum(),
        folded(layer),
        layer.stream().mapToLong(part -> part.work().macs()).sum(),
        layer.stream().mapToLong(part -> part.work().flops()).sum(),
        layer.stream().map(part -> part.node().getName()).toList());
  }
}
