package org.espalier.graphs;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;

/** What a network is beside its graph, written to the attributes of its inputs and outputs. */
final class NetworkMarks {
  private static final String INPUT = "_input_";
  private static final String NAME = "_network";
  private static final String OUTPUT = "_output_";
  private static final String SIGNATURE = "_signature";
  private static final String OTHERS = "_other_signatures";

  private NetworkMarks() {}

  static NodeGraph write(Network network) {
    Map<String, Map<String, AttrValue>> marks = new HashMap<>();
    network.inputs().forEach((key, ref) -> mark(network, marks, INPUT + key, ref));
    network.outputs().forEach((key, ref) -> mark(network, marks, OUTPUT + key, ref));
    GraphDef.Builder written = network.graph().def().toBuilder();
    for (int i = 0; i < written.getNodeCount(); i++) {
      // Asked for first: a builder for every node would be a copy of every node.
      Map<String, AttrValue> own = marks.get(written.getNode(i).getName());
      if (own != null) {
        written.getNodeBuilder(i).putAllAttr(own);
      }
    }
    return new NodeGraph(written.build());
  }

  private static void mark(
      Network network, Map<String, Map<String, AttrValue>> marks, String mark, TensorRef ref) {
    Map<String, AttrValue> own = marks.computeIfAbsent(ref.node(), n -> new LinkedHashMap<>());
    own.put(mark, Attributes.number(ref.output()));
    own.put(NAME, Attributes.text(network.name()));
    own.put(SIGNATURE, Attributes.text(network.signature()));
    if (!network.others().isEmpty()) {
      own.put(OTHERS, written(network.others()));
    }
  }

  private static AttrValue written(List<Signature> others) {
    AttrValue.ListValue.Builder all = AttrValue.ListValue.newBuilder();
    others.forEach(s -> all.addS(s.written().toByteString()));
    return AttrValue.newBuilder().setList(all).build();
  }

  private static List<Signature> readOthers(AttrValue written) {
    List<Signature> read = new ArrayList<>();
    for (ByteString signature : written.getList().getSList()) {
      try {
        read.add(Signature.of(SignatureDef.parseFrom(signature)));
      } catch (InvalidProtocolBufferException e) {
        throw new BadInputException("the graph's other signatures cannot be read", e);
      }
    }
    return read;
  }

  static Network read(NodeGraph written) {
    GraphDef.Builder plain = written.def().toBuilder();
    Map<String, TensorRef> inputs = new LinkedHashMap<>();
    Map<String, TensorRef> outputs = new LinkedHashMap<>();
    String name = "network";
    String signature = Network.SERVING_DEFAULT;
    List<Signature> others = List.of();
    for (NodeDef.Builder node : plain.getNodeBuilderList()) {
      for (String key : List.copyOf(node.getAttrMap().keySet())) {
        AttrValue value = node.getAttrOrThrow(key);
        TensorRef ref = new TensorRef(node.getName(), (int) value.getI());
        if (key.startsWith(INPUT)) {
          inputs.put(key.substring(INPUT.length()), ref);
        } else if (key.equals(NAME)) {
          name = value.getS().toStringUtf8();
        } else if (key.equals(SIGNATURE)) {
          signature = value.getS().toStringUtf8();
        } else if (key.equals(OTHERS)) {
          others = readOthers(value);
        } else if (key.startsWith(OUTPUT)) {
          outputs.put(key.substring(OUTPUT.length()), ref);
        } else {
          continue;
        }
        node.removeAttr(key);
      }
    }
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new BadInputException("the graph names no inputs or no outputs; is it Espalier's?");
    }
    return new Network(name, new NodeGraph(plain.build()), inputs, outputs)
        .withSignature(signature)
        .withOthers(others);
  }
}
