package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * What a model's signatures need, in one flat graph. The first comes first and stays as it would be
 * alone.
 *
 * @param nodes inputs before their readers
 * @param offers the signatures, by tensors of the flat graph
 */
record Flattening(List<NodeDef> nodes, List<Endpoints.Offer> offers) {

  static Flattening of(
      GraphDef graph,
      Map<String, FunctionDef> library,
      SafeOps safe,
      Endpoints.Offer named,
      List<Endpoints.Offer> others) {
    FedTensors cut = FedTensors.of(graph.getNodeList(), named);
    Endpoints.Offer own = cut.offer();
    List<Endpoints.Offer> all = new ArrayList<>(List.of(own));
    all.addAll(others);
    List<NodeDef> shaped = cut.nodes();
    for (Endpoints.Offer offer : all) {
      shaped = Endpoints.shaped(shaped, offer);
    }
    others.forEach(o -> checkFeeds(graph, own, o));
    Set<String> fed = new TreeSet<>();
    all.forEach(o -> o.inputs().values().forEach(ref -> fed.add(ref.node())));
    Inliner inliner = new Inliner(library, fed, safe);
    Body main = Body.main(shaped, library);
    List<Endpoints.Offer> flat = new ArrayList<>();
    flat.add(inlined(inliner, main, own));
    int first = inliner.nodes().size();
    others.forEach(o -> flat.add(inlined(inliner, main, o)));
    return others.isEmpty()
        ? new Flattening(inliner.nodes(), flat)
        : joined(inliner.nodes(), first, flat);
  }

  private static Endpoints.Offer inlined(Inliner inliner, Body main, Endpoints.Offer offer) {
    // Inputs that nothing reads stay, so that the signature does.
    Map<String, TensorRef> in = inlined(inliner, main, offer.inputs());
    Map<String, TensorRef> out = inlined(inliner, main, offer.outputs());
    if (!offer.within().isEmpty()) {
      inlined(inliner, main, offer.from());
      offer.within().forEach(t -> out.put(Endpoints.key(t), within(inliner, t)));
    }
    return new Endpoints.Offer(offer.name(), offer.types(), in, out);
  }

  private static TensorRef within(Inliner inliner, String tensor) {
    TensorRef ref = TensorRef.parse(tensor);
    Map<String, NodeDef> flat = new TreeMap<>();
    inliner.nodes().forEach(node -> flat.put(node.getName(), node));
    NodeDef node = flat.get(ref.node());
    if (node == null) {
      throw UsageException.unknown("node", ref.node(), flat.keySet());
    }
    if (ref.output() >= OpCatalog.tensorFlow().outputs(node)) {
      throw new UsageException(
          "node '" + ref.node() + "' (" + node.getOp() + ") has no output '" + tensor + "'");
    }
    return ref;
  }

  private static Map<String, TensorRef> inlined(
      Inliner inliner, Body main, Map<String, TensorRef> endpoints) {
    List<String> tensors =
        inliner.add(main, endpoints.values().stream().map(TensorRef::toString).toList());
    Map<String, TensorRef> flat = new LinkedHashMap<>();
    int i = 0;
    for (String key : endpoints.keySet()) {
      flat.put(key, TensorRef.parse(tensors.get(i++)));
    }
    return flat;
  }

  /** An input of another signature must not cut through what the first computes. */
  private static void checkFeeds(GraphDef graph, Endpoints.Offer own, Endpoints.Offer other) {
    Set<String> placeholders = new HashSet<>();
    graph.getNodeList().stream()
        .filter(n -> n.getOp().equals("Placeholder"))
        .forEach(n -> placeholders.add(n.getName()));
    own.inputs().values().forEach(ref -> placeholders.add(ref.node()));
    other
        .inputs()
        .values()
        .forEach(
            ref -> {
              if (!placeholders.contains(ref.node())) {
                throw new BadInputException("it feeds '" + ref.node() + "', which is computed");
              }
            });
  }

  private static Flattening joined(List<NodeDef> nodes, int first, List<Endpoints.Offer> offers) {
    Map<String, NodeDef> byName = new HashMap<>();
    nodes.forEach(n -> byName.put(n.getName(), n));
    Map<String, String> places = new HashMap<>();
    Map<String, TensorRef> own = offers.get(0).inputs();
    offers
        .subList(1, offers.size())
        .forEach(o -> places.putAll(Twins.places(o.inputs(), own, byName)));
    Twins twins = new Twins(nodes, first, places);
    return new Flattening(twins.nodes(), offers).moved(twins::of, true);
  }

  /** The tensors that must stay. */
  List<String> ends() {
    List<String> ends = new ArrayList<>();
    for (Endpoints.Offer offer : offers) {
      offer.inputs().values().forEach(ref -> ends.add(ref.toString()));
      offer.outputs().values().forEach(ref -> ends.add(ref.toString()));
    }
    return ends;
  }

  /** The same with other tensors for outputs. */
  Flattening computing(UnaryOperator<String> output) {
    return moved(output, false);
  }

  private Flattening moved(UnaryOperator<String> to, boolean inputsToo) {
    return new Flattening(
        nodes,
        offers.stream()
            .map(
                o ->
                    new Endpoints.Offer(
                        o.name(),
                        o.types(),
                        inputsToo ? moved(o.inputs(), to) : o.inputs(),
                        moved(o.outputs(), to)))
            .toList());
  }

  private static Map<String, TensorRef> moved(
      Map<String, TensorRef> endpoints, UnaryOperator<String> to) {
    Map<String, TensorRef> moved = new LinkedHashMap<>(endpoints);
    moved.replaceAll((key, ref) -> TensorRef.parse(to.apply(ref.toString())));
    return moved;
  }
}
