package org.espalier.framework.sessions;

import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.Quantisers;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;

/**
 * Gradients of ops that round for quantisation-aware training, as Python's TensorFlow has them and
 * C++'s has not: that of what is rounded is passed on where it lies in the range (Jacob et al.,
 * "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference",
 * section 3). TensorFlow Java holds ten such gradients a process; these are four.
 */
final class QuantiserGradients {
  private static boolean told;

  private QuantiserGradients() {}

  /** Tells TensorFlow of them, once a process. It keeps those that it has. */
  static synchronized void tell() {
    if (told) {
      return;
    }
    told = true;
    for (String op : Quantisers.OPS) {
      if (op.startsWith("Fake")) {
        TensorFlow.registerCustomGradient(op, QuantiserGradients::ofFake);
      }
    }
    TensorFlow.registerCustomGradient("QuantizeAndDequantizeV2", QuantiserGradients::passed);
  }

  /**
   * TensorFlow has an op for it, with the same attributes and the same inputs behind what comes.
   */
  private static List<Operand<?>> ofFake(Ops tf, GraphOperation op, List<Output<?>> back) {
    OperationBuilder gradient = tf.scope().opBuilder(op.type() + "Gradient", "fake_quant_gradient");
    gradient.addInput(back.get(0));
    for (int i = 0; i < inputs(op); i++) {
      gradient.addInput(op.input(i));
    }
    gradient.setAttr("num_bits", op.attributes().getAttrInt("num_bits"));
    gradient.setAttr("narrow_range", op.attributes().getAttrBool("narrow_range"));
    if (inputs(op) == 1) {
      gradient.setAttr("min", op.attributes().getAttrFloat("min"));
      gradient.setAttr("max", op.attributes().getAttrFloat("max"));
    }
    Operation built = gradient.build();
    List<Operand<?>> all = new ArrayList<>();
    for (int i = 0; i < inputs(op); i++) {
      all.add(built.output(i));
    }
    return all;
  }

  private static int inputs(GraphOperation op) {
    return op.type().endsWith("Args") ? 1 : 3;
  }

  /** As TensorFlow has it for the other versions of the op. */
  private static List<Operand<?>> passed(Ops tf, GraphOperation op, List<Output<?>> back) {
    return List.of(back.get(0), tf.zerosLike(op.input(1)), tf.zerosLike(op.input(2)));
  }
}
