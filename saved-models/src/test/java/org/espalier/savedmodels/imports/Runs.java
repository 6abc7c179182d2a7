package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** Computes one output of an imported network whose only input is fed. */
final class Runs {
  private Runs() {}

  static ShapedArray run(Model model, ShapedArray fed, TensorRef output) {
    List<Tensor> open = new ArrayList<>();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(model.network().graph().def());
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner();
        TensorRef input = model.network().inputs().values().iterator().next();
        runner.feed(input.toString(), tensor(fed, open));
        model
            .weights()
            .asMap()
            .forEach((name, a) -> runner.feed(GraphBuilder.readName(name), tensor(a, open)));
        try (Result result = runner.fetch(output.toString()).run()) {
          return array((TFloat32) result.get(0));
        }
      }
    } finally {
      open.forEach(Tensor::close);
    }
  }

  private static TFloat32 tensor(ShapedArray array, List<Tensor> open) {
    TFloat32 tensor = TFloat32.tensorOf(Shape.of(array.shape().toLongArray()));
    tensor.asRawTensor().data().asFloats().write(array.values());
    open.add(tensor);
    return tensor;
  }

  private static ShapedArray array(TFloat32 tensor) {
    int[] dims = new int[tensor.shape().numDimensions()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = (int) tensor.shape().get(i);
    }
    float[] values = new float[(int) tensor.shape().size()];
    tensor.asRawTensor().data().asFloats().read(values);
    return new ShapedArray(org.espalier.graphs.Shape.of(dims), values);
  }
}
