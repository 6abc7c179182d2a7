package org.espalier.graphs;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * A way in which a network is offered: a name, and which tensors are fed and computed under which
 * names.
 */
public record Signature(
    String name, Map<String, TensorRef> inputs, Map<String, TensorRef> outputs) {
  public Signature {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /** The same where a rewrite moved outputs. */
  public Signature moved(UnaryOperator<TensorRef> to) {
    Map<String, TensorRef> changed = new LinkedHashMap<>(outputs);
    changed.replaceAll((key, ref) -> to.apply(ref));
    return new Signature(name, inputs, changed);
  }

  /** To be read back by {@link #of}; the name stands where a SavedModel has that of the method. */
  SignatureDef written() {
    SignatureDef.Builder written = SignatureDef.newBuilder().setMethodName(name);
    inputs.forEach((key, ref) -> written.putInputs(key, info(ref)));
    outputs.forEach((key, ref) -> written.putOutputs(key, info(ref)));
    return written.build();
  }

  private static TensorInfo info(TensorRef ref) {
    return TensorInfo.newBuilder().setName(ref.toString()).build();
  }

  static Signature of(SignatureDef written) {
    return new Signature(
        written.getMethodName(), refs(written.getInputsMap()), refs(written.getOutputsMap()));
  }

  private static Map<String, TensorRef> refs(Map<String, TensorInfo> infos) {
    Map<String, TensorRef> refs = new LinkedHashMap<>();
    infos.forEach((key, info) -> refs.put(key, TensorRef.parse(info.getName())));
    return refs;
  }
}
