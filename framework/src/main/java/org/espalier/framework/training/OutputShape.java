package org.espalier.framework.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The shape of scores.
 *
 * @param isFlat whether it is [images, count]
 * @param count of numbers for one image
 */
record OutputShape(boolean isFlat, int count) {

  /**
   * @throws BadInputException if the tensor does not hold one row of float32 numbers for an image
   */
  static OutputShape of(Network network, TensorRef tensor) {
    try (OpenGraph open = new OpenGraph(network.graph(), Machine.all())) {
      TensorInfo type = open.type(tensor);
      if (type.getDtype() != DataType.DT_FLOAT) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "%s: expected scores of classes, float32, in its output '%s', found %s, such as numbers of classes",
                network.name(),
                tensor,
                type.getDtype().name().replace("DT_", "").toLowerCase(Locale.ROOT)));
      }
      return of(network, tensor, sizes(type, network, tensor));
    }
  }

  private static OutputShape of(Network network, TensorRef tensor, List<Long> sizes) {
    long count = sizes.stream().skip(1).mapToLong(size -> size).reduce(1, (a, b) -> a * b);
    boolean oneRow = sizes.stream().skip(1).filter(size -> size != 1).count() <= 1;
    if (sizes.isEmpty() || !oneRow || count < 1) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected scores of shape [images, classes] in '%s', found %s",
              network.name(),
              tensor,
              sizes));
    }
    return new OutputShape(sizes.size() == 2, Math.toIntExact(count));
  }

  private static List<Long> sizes(TensorInfo type, Network network, TensorRef tensor) {
    TensorShapeProto shape = type.getTensorShape();
    List<Long> sizes = shape.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
    boolean known = !shape.getUnknownRank() && sizes.stream().skip(1).noneMatch(size -> size < 0);
    return known ? sizes : computed(network, tensor);
  }

  /** Where only a computation tells: that of one black image, with all parameters zero. */
  private static List<Long> computed(Network network, TensorRef tensor) {
    Map<String, ShapedArray> zeros = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      zeros.put(p.name(), ShapedArray.filled(p.shape(), 0f));
    }
    Network asked = network.withGraph(network.graph(), Map.of(Network.LOGITS, tensor));
    Shape image = network.imageShape().with(0, 1);
    try (Predictor predictor =
        Predictor.forFewRuns(new Model(asked, Weights.of(zeros)), Machine.all())) {
      Shape shape = predictor.logits(ShapedArray.filled(image, 0f)).shape();
      return shape.dims().stream().map(Integer::longValue).toList();
    }
  }
}
