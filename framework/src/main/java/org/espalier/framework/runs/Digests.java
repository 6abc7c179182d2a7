package org.espalier.framework.runs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.framework.files.Sha256;
import org.espalier.graphs.Network;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/** SHA-256 of networks and weights. */
public final class Digests {
  private Digests() {}

  /**
   * Of names, ops, inputs and attributes of all nodes, in order, and of the endpoints. The order of
   * attributes does not matter, nor does the network's name. Other signatures stand in it with the
   * nodes that they alone need, so a copy of the first under another name changes nothing.
   */
  public static String of(Network network) {
    Sha256 digest = new Sha256();
    for (NodeDef node : network.graph().nodes()) {
      digest.add(node.getName()).add(node.getOp());
      node.getInputList().forEach(digest::add);
      new TreeMap<>(node.getAttrMap()).forEach((key, value) -> add(digest.add(key), value));
    }
    add(digest, "inputs", network.inputs());
    add(digest, "outputs", network.outputs());
    return digest.hex();
  }

  /** Constants may be large: they are not written down first. */
  private static void add(Sha256 digest, AttrValue value) {
    try {
      value.writeTo(digest.sink());
    } catch (IOException e) {
      throw new UncheckedIOException("a digest takes all that is written to it", e);
    }
  }

  private static void add(Sha256 digest, String what, Map<String, TensorRef> endpoints) {
    digest.add(what);
    endpoints.forEach((key, ref) -> digest.add(key).add(ref.toString()));
  }

  /** Of names, shapes and bits, in order. Computed once for each object. */
  public static String of(Weights weights) {
    return weights.digest(Digests::compute);
  }

  private static String compute(Weights weights) {
    Sha256 digest = new Sha256();
    weights
        .asMap()
        .forEach((name, a) -> digest.add(name).add(a.shape().toString()).add(a.values()));
    return digest.hex();
  }
}
